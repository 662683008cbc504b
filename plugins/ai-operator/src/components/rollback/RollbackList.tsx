import { Link } from '@backstage/ui';
import { useRouteRef } from '@backstage/core-plugin-api';
import type {
  Role,
  RollbackSummary,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { rollbackHeadline } from '../../model';
import { rollbackRouteRef } from '../../routes';
import { Ago, formatDuration, TimeLeft } from '../../time';
import { OutLink, StatusIcon, toneClass } from '../basics';
import classes from './RollbackList.module.css';

function When(props: { rollback: RollbackSummary; deadlineAt?: number }) {
  const { rollback, deadlineAt } = props;
  if (rollback.endedAt !== undefined) {
    return (
      <>
        <Ago at={rollback.openedAt} />, took{' '}
        {formatDuration(rollback.endedAt - rollback.openedAt)}
      </>
    );
  }
  return deadlineAt === undefined ? (
    <Ago at={rollback.stateSince} />
  ) : (
    <strong>
      <TimeLeft until={deadlineAt} />
    </strong>
  );
}

function Item(props: {
  rollback: RollbackSummary;
  showApplication: boolean;
  roles?: readonly Role[];
}) {
  const { rollback, showApplication, roles } = props;
  const path = useRouteRef(rollbackRouteRef);
  const { tone, icon, text, need, detail, deadlineAt } = rollbackHeadline(
    rollback,
    { roles },
  );
  const { application, environment, pullRequest, correlationId } = rollback;
  return (
    <li className={`${toneClass(tone)} ${classes.item}`}>
      <StatusIcon icon={icon} tone={tone} size={20} />
      <div className={classes.words}>
        <Link
          href={path({ correlationId })}
          weight="bold"
          variant="body-medium"
        >
          {showApplication ? `${application.name}, ${environment}` : text}
        </Link>
        {showApplication && <div className={classes.text}>{text}</div>}
        {need && <div className={classes.need}>{need}</div>}
        {detail && <div className={classes.detail}>{detail}</div>}
      </div>
      <div className={classes.aside}>
        <div>
          <When rollback={rollback} deadlineAt={deadlineAt} />
        </div>
        {pullRequest && (
          <OutLink href={pullRequest.url}>
            Pull request #{pullRequest.number}
          </OutLink>
        )}
      </div>
    </li>
  );
}

/** Rollbacks as one line each, linked to their pages. */
export function RollbackList(props: {
  name: string;
  rollbacks: RollbackSummary[];
  /** Name the application; not needed on the application's own page. */
  showApplication?: boolean;
  /** Roles of the caller, for what needs a person. */
  roles?: readonly Role[];
}) {
  return (
    <ul className={classes.list} aria-label={props.name}>
      {props.rollbacks.map(rollback => (
        <Item
          key={rollback.correlationId}
          rollback={rollback}
          showApplication={props.showApplication ?? false}
          roles={props.roles}
        />
      ))}
    </ul>
  );
}
