import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Ago } from '../../time';
import { OutLink } from '../basics';
import classes from './EscalationNote.module.css';

/** What a person is asked to do, and since when. */
export function EscalationNote(
  props: Required<Pick<RollbackDetail, 'escalation'>> & {
    /** What has been said above already. */
    said?: string;
    /** Whether a comment on the issue can still decide. */
    takesCommands?: boolean;
  },
) {
  const { because, recommendedAction, issueUrl, at } = props.escalation;
  const said = props.said ?? '';
  return (
    <div className={classes.note}>
      {!said.includes(because) && <p className={classes.because}>{because}</p>}
      <p className={classes.action}>
        <strong>What to do:</strong> {recommendedAction}
      </p>
      {props.takesCommands && issueUrl && (
        <p>
          The <OutLink href={issueUrl}>escalation issue</OutLink> takes
          decisions too: a comment that begins with <code>APPROVE</code>,{' '}
          <code>ABORT</code> or <code>MANUAL</code>, and then why.
        </p>
      )}
      <p className={classes.since}>
        asked <Ago at={at} />
      </p>
    </div>
  );
}
