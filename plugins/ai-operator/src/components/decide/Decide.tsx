import type {
  HumanCommandName,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { useId, useState } from 'react';
import {
  COMMAND_WORDS,
  commandNeeded,
  offeredActions,
  pendingCommand,
} from '../../model';
import { useRefresh } from '../basics';
import { ActionButton } from './ActionButton';
import { DecisionDialog } from './DecisionDialog';
import { DecisionNotice, type Notice } from './DecisionNotice';
import classes from './Decide.module.css';

function Reasons(props: {
  offered: ReturnType<typeof offeredActions>;
  idOf(action: HumanCommandName): string;
}) {
  const off = props.offered.filter(({ allowed }) => !allowed);
  return off.length === 0 ? null : (
    <ul className={classes.reasons} aria-label="Why buttons are off">
      {off.map(({ action, because }) => (
        <li key={action} id={props.idOf(action)}>
          <strong>{COMMAND_WORDS[action].action}</strong> is off: {because}.
        </li>
      ))}
    </ul>
  );
}

/** Whether what the rollback waits for has been given already, or somebody has it in hand. */
function isDecided(rollback: RollbackDetail): boolean {
  const { commands, verdicts, state, abortReason } = rollback;
  const approved =
    state === 'AwaitingMergeApproval' && verdicts?.approval?.result === 'holds';
  const inHand = abortReason === 'MANUAL_TAKEOVER';
  return approved || inHand || pendingCommand(commands) !== undefined;
}

/**
 * What the caller can do about a rollback, and what came of it. Stays in place
 * when a rollback ends, so that the answer to a reset can still be read.
 */
export function Decide({ rollback }: { rollback?: RollbackDetail }) {
  const refresh = useRefresh();
  const id = useId();
  const [asked, setAsked] = useState<{
    action: HumanCommandName;
    rollback: RollbackDetail;
  }>();
  const [notice, setNotice] = useState<Notice>();
  const offered = rollback ? offeredActions(rollback) : [];
  const idOf = (action: HumanCommandName) => `${id}-${action}`;
  return (
    <div className={classes.root}>
      {rollback && offered.length > 0 && (
        <>
          <div
            className={classes.buttons}
            role="group"
            aria-label="Decide about this rollback"
          >
            {offered.map(entry => (
              <ActionButton
                key={entry.action}
                offered={entry}
                primary={
                  entry.allowed &&
                  entry.action === commandNeeded(rollback) &&
                  !isDecided(rollback)
                }
                reasonId={idOf(entry.action)}
                onPress={() => {
                  setNotice(undefined);
                  setAsked({ action: entry.action, rollback });
                }}
              />
            ))}
          </div>
          <Reasons offered={offered} idOf={idOf} />
        </>
      )}
      <DecisionNotice
        notice={notice}
        commands={rollback?.commands ?? []}
        onClose={() => setNotice(undefined)}
      />
      {asked && (
        <DecisionDialog
          action={asked.action}
          asked={asked.rollback}
          now={rollback}
          onCancel={() => {
            setAsked(undefined);
            refresh();
          }}
          onEnd={outcome => {
            setAsked(undefined);
            setNotice({
              action: asked.action,
              outcome,
              known: asked.rollback.commands.map(command => command.id),
            });
            refresh();
          }}
        />
      )}
    </div>
  );
}
