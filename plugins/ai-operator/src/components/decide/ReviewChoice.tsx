import { Checkbox } from '@backstage/ui';
import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Demands } from '../people/Demands';
import classes from './ReviewChoice.module.css';

/** What is missing when no review is submitted. */
export function WithoutReview({ rollback }: { rollback: RollbackDetail }) {
  const { pullRequest, githubDemands } = rollback;
  return (
    <>
      <div>
        Without your review on GitHub the operator counts your approval, but
        GitHub may refuse the merge until somebody approves pull request #
        {pullRequest?.number} there.
      </div>
      <Demands demands={githubDemands} />
    </>
  );
}

/** Whether the approval is also submitted as the person's own review on GitHub. */
export function ReviewChoice(props: {
  rollback: RollbackDetail;
  chosen: boolean;
  onChange(chosen: boolean): void;
}) {
  const { rollback, chosen, onChange } = props;
  return (
    <div className={classes.choice}>
      <Checkbox isSelected={chosen} onChange={onChange}>
        Submit my own review on GitHub, so that branch protection is satisfied
      </Checkbox>
      <div className={classes.note}>
        {chosen ? (
          'GitHub asks for your consent when you press Approve. It is used for this one review and not kept.'
        ) : (
          <WithoutReview rollback={rollback} />
        )}
      </div>
    </div>
  );
}
