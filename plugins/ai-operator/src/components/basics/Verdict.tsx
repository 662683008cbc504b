import type { ReactNode } from 'react';
import type { Headline } from '../../model';
import { TimeLeft } from '../../time';
import { StatusIcon } from './Status';
import { toneClass } from './tone';
import classes from './Verdict.module.css';

/**
 * The verdict: one sentence, one colour, one picture, and the time left.
 * Announced politely when the sentence changes; the ticking time is not.
 */
export function Verdict(props: {
  headline: Headline;
  /** Whom it is about, when there are several on the page. */
  subject?: ReactNode;
  /** What happens when the time is over. */
  atDeadline?: string;
  children?: ReactNode;
}) {
  const { headline, subject, atDeadline, children } = props;
  const { tone, icon, text, need, detail, deadlineAt } = headline;
  return (
    <div className={`${toneClass(tone)} ${classes.verdict}`} data-tone={tone}>
      <StatusIcon icon={icon} tone={tone} size={36} />
      <div className={classes.words}>
        {subject && <div className={classes.subject}>{subject}</div>}
        <div role="status">
          <h2 className={classes.text}>{text}</h2>
          {need && <p className={classes.need}>{need}</p>}
        </div>
        {detail && detail !== text && (
          <p className={classes.detail}>{detail}</p>
        )}
      </div>
      {deadlineAt !== undefined && (
        <div className={classes.time}>
          <div className={classes.left}>
            <TimeLeft until={deadlineAt} />
          </div>
          {atDeadline && <div className={classes.then}>then: {atDeadline}</div>}
        </div>
      )}
      {children && <div className={classes.more}>{children}</div>}
    </div>
  );
}
