import { Alert, Button } from '@backstage/ui';
import type {
  HumanCommandName,
  HumanCommandView,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { COMMAND_WORDS, personName, SOURCE_WORDS } from '../../model';
import { Ago } from '../../time';
import { Demands } from '../people/Demands';
import type { DecisionOutcome } from './useDecision';

/** What came of the caller's latest decision. */
export interface Notice {
  action: HumanCommandName;
  outcome: DecisionOutcome;
  /** Ids of the commands that were known when the person began to decide. */
  known: string[];
}

function Faster(props: { commands: HumanCommandView[]; known: string[] }) {
  const { commands, known } = props;
  const newcomers = commands.filter(({ id }) => !known.includes(id));
  return (
    <>
      {newcomers.map(({ id, person, command, source, at }) => (
        <div key={id}>
          {personName(person)} {COMMAND_WORDS[command].past}{' '}
          {SOURCE_WORDS[source]}, <Ago at={at} />.
        </div>
      ))}
    </>
  );
}

function Body(props: { notice: Notice; commands: HumanCommandView[] }) {
  const { notice, commands } = props;
  const { action, outcome, known } = notice;
  if (outcome.kind === 'overtaken') {
    return (
      <Alert
        status="warning"
        icon
        title={`${COMMAND_WORDS[action].action} was not recorded: something happened first`}
        description={
          <>
            <div>{outcome.because}</div>
            <Faster commands={commands} known={known} />
            <div>You see it as it is now. Decide again if it is needed.</div>
          </>
        }
      />
    );
  }
  const { message, review, githubDemands = [] } = outcome.result;
  const submitted = review?.submitted ?? true;
  return (
    <Alert
      status={submitted ? 'success' : 'warning'}
      icon
      title={message}
      description={
        (review || githubDemands.length > 0) && (
          <>
            {review && <div>{review.because}</div>}
            <Demands demands={githubDemands} />
          </>
        )
      }
    />
  );
}

/** Tells the answer to a decision; read out politely, and there until it is dismissed. */
export function DecisionNotice(props: {
  notice?: Notice;
  commands: HumanCommandView[];
  onClose(): void;
}) {
  const { notice, commands, onClose } = props;
  return (
    <div role="status" aria-label="Answer to your decision">
      {notice && (
        <>
          <Body notice={notice} commands={commands} />
          <Button size="small" variant="tertiary" onPress={onClose}>
            Dismiss
          </Button>
        </>
      )}
    </div>
  );
}
