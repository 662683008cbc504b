import { Alert } from '@backstage/ui';
import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { WithoutReview } from './ReviewChoice';
import type { DecisionPhase } from './useDecision';

function Problem(props: {
  phase: DecisionPhase;
  moved: boolean;
  rollback: RollbackDetail;
}) {
  const { phase, moved, rollback } = props;
  if (phase.name === 'no_consent') {
    return (
      <Alert
        status="warning"
        icon
        title="GitHub did not let the operator review in your name"
        description={
          <>
            <div>{phase.because}</div>
            <div>
              Nothing has been sent. Ask GitHub again, or record your approval
              without a review.
            </div>
            <WithoutReview rollback={rollback} />
          </>
        }
      />
    );
  }
  if (phase.name === 'failed') {
    return (
      <Alert
        status="danger"
        icon
        title={
          phase.certain
            ? 'Not recorded'
            : 'No answer came: it is not known whether this was recorded'
        }
        description={phase.because}
      />
    );
  }
  return moved ? (
    <Alert
      status="warning"
      icon
      title="The rollback has moved on since you opened this"
      description="Cancel, look at it again, and decide about what is there now."
    />
  ) : null;
}

/** What stands in the way of a decision; read out at once. */
export function DecisionProblem(props: {
  phase: DecisionPhase;
  moved: boolean;
  rollback: RollbackDetail;
}) {
  return (
    <div role="alert">
      <Problem {...props} />
    </div>
  );
}
