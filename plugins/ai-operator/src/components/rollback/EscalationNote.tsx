import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Ago } from '../../time';
import classes from './EscalationNote.module.css';

/** What a person is asked to do, and since when. */
export function EscalationNote(
  props: Required<Pick<RollbackDetail, 'escalation'>> & {
    /** What has been said above already. */
    said?: string;
  },
) {
  const { because, recommendedAction, at } = props.escalation;
  const said = props.said ?? '';
  return (
    <div className={classes.note}>
      {!said.includes(because) && <p className={classes.because}>{because}</p>}
      <p className={classes.action}>
        <strong>What to do:</strong> {recommendedAction}
      </p>
      <p className={classes.since}>
        asked <Ago at={at} />
      </p>
    </div>
  );
}
