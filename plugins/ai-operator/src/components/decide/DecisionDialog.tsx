import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
} from '@backstage/ui';
import type {
  HumanCommandName,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { useEffect, useState, type FormEvent } from 'react';
import { COMMAND_WORDS } from '../../model';
import { ReasonField, Stack, useRefresh } from '../basics';
import { Decided } from './Decided';
import { DecisionProblem } from './DecisionProblem';
import classes from './DecisionDialog.module.css';
import { ReviewChoice } from './ReviewChoice';
import {
  useDecision,
  type DecisionOutcome,
  type DecisionPhase,
} from './useDecision';

/** Whether the rollback is no longer what the person began to decide about. */
function hasMoved(asked: RollbackDetail, now?: RollbackDetail): boolean {
  return (
    now?.correlationId !== asked.correlationId || now.version !== asked.version
  );
}

const PROGRESS: Partial<Record<DecisionPhase['name'], string>> = {
  consent: 'Waiting for your consent in the window of GitHub…',
  sending: 'Telling the operator…',
};

function Buttons(props: {
  action: HumanCommandName;
  phase: DecisionPhase;
  moved: boolean;
  onCancel(): void;
  onWithoutReview(): void;
}) {
  const { action, phase, moved, onCancel, onWithoutReview } = props;
  const refused = phase.name === 'no_consent';
  const busy = phase.name === 'consent' || phase.name === 'sending';
  const { action: word } = COMMAND_WORDS[action];
  return (
    <DialogFooter className={classes.footer}>
      <span role="status" className={classes.progress}>
        {PROGRESS[phase.name]}
      </span>
      <Button
        variant="tertiary"
        isDisabled={phase.name === 'sending'}
        onPress={onCancel}
      >
        Cancel
      </Button>
      {refused && (
        <Button
          variant="secondary"
          isDisabled={moved}
          onPress={onWithoutReview}
        >
          Record without a review
        </Button>
      )}
      <Button
        type="submit"
        variant="primary"
        destructive={action === 'ABORT'}
        isPending={busy}
        isDisabled={moved && !busy}
      >
        {refused ? 'Ask GitHub again' : word}
      </Button>
    </DialogFooter>
  );
}

/**
 * Asks a person to confirm a decision: what will happen, about which commit,
 * and why. Neither a click beside it nor a poll makes it go away.
 */
export function DecisionDialog(props: {
  action: HumanCommandName;
  /** The rollback as the person saw it when they began to decide. */
  asked: RollbackDetail;
  /** The rollback as it is known now. */
  now?: RollbackDetail;
  onCancel(): void;
  onEnd(outcome: DecisionOutcome): void;
}) {
  const { action, asked, onCancel, onEnd } = props;
  const [reason, setReason] = useState('');
  const canReview = action === 'APPROVE' && asked.pullRequest !== undefined;
  const [withReview, setWithReview] = useState(
    canReview && asked.environment === 'production',
  );
  const { phase, decide } = useDecision(onEnd);
  const refresh = useRefresh();
  useEffect(() => {
    if (phase.name === 'failed') refresh();
  }, [phase, refresh]);
  const moved = hasMoved(asked, props.now);
  const sending = phase.name === 'sending';

  function submit(review: boolean) {
    const { correlationId, version } = asked;
    decide({ correlationId, action, reason, version, withReview: review });
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    submit(withReview);
  }

  return (
    <Dialog
      isOpen
      isDismissable={false}
      isKeyboardDismissDisabled={sending}
      onOpenChange={open => {
        if (!open && !sending) onCancel();
      }}
      width={560}
      className={classes.dialog}
    >
      <DialogHeader>{COMMAND_WORDS[action].question}</DialogHeader>
      <form className={classes.form} onSubmit={onSubmit}>
        <DialogBody>
          <Stack>
            <Decided action={action} rollback={asked} />
            <ReasonField
              value={reason}
              onChange={setReason}
              optional={action === 'APPROVE'}
            />
            {canReview && (
              <ReviewChoice
                rollback={asked}
                chosen={withReview}
                onChange={setWithReview}
              />
            )}
            <DecisionProblem
              phase={phase}
              moved={moved && !sending}
              rollback={asked}
            />
          </Stack>
        </DialogBody>
        <Buttons
          action={action}
          phase={phase}
          moved={moved}
          onCancel={onCancel}
          onWithoutReview={() => submit(false)}
        />
      </form>
    </Dialog>
  );
}
