import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Ago } from '../../time';
import classes from './EscalationNote.module.css';

/** What a person is asked to do, and since when. */
export function EscalationNote(
  props: Required<Pick<RollbackDetail, 'escalation'>> & { headline?: string },
) {
  const { because, recommendedAction, at } = props.escalation;
  return (
    <div className={classes.note}>
      {because !== props.headline && (
        <p className={classes.because}>{because}</p>
      )}
      <p className={classes.action}>
        <strong>What to do:</strong> {recommendedAction}
      </p>
      <p className={classes.since}>
        asked <Ago at={at} />
      </p>
    </div>
  );
}
