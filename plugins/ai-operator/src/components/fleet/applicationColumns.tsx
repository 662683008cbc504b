import { parseEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/core-plugin-api';
import {
  stringifyApplicationKey,
  type ApplicationSummary,
  type Role,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { Cell, Link, useBreakpoint, type ColumnConfig } from '@backstage/ui';
import { useMemo } from 'react';
import { applicationHeadline, HEALTH_LOOKS, replicasText } from '../../model';
import { rollbackRouteRef } from '../../routes';
import { Elapsed, TimeLeft } from '../../time';
import { OutLink, Revision, Status, StatusIcon, toneClass } from '../basics';
import classes from './applicationColumns.module.css';

/** One application as the table wants it. */
export interface ApplicationRow {
  id: string;
  application: ApplicationSummary;
}

/** Rows are identified by (instance, namespace, name), never by name alone. */
export function toRow(application: ApplicationSummary): ApplicationRow {
  return { id: stringifyApplicationKey(application.key), application };
}

function Name(props: {
  application: ApplicationSummary;
  withEnvironment: boolean;
}) {
  const { application, withEnvironment } = props;
  const entityPath = useRouteRef(entityRouteRef);
  const { key, entityRefs, argoUrl } = application;
  const [entityRef] = entityRefs;
  return (
    <div className={classes.name}>
      {entityRef ? (
        <Link
          href={`${entityPath(parseEntityRef(entityRef))}/ai-operator`}
          weight="bold"
          variant="body-medium"
        >
          {key.name}
        </Link>
      ) : (
        <OutLink href={argoUrl} weight="bold">
          {key.name}
        </OutLink>
      )}
      <div className={classes.secondary}>
        {withEnvironment && (
          <>{application.environment ?? 'no environment'} · </>
        )}
        {key.instance}/{key.namespace}
      </div>
    </div>
  );
}

function Situation(props: {
  application: ApplicationSummary;
  roles?: readonly Role[];
}) {
  const { application, roles } = props;
  const rollbackPath = useRouteRef(rollbackRouteRef);
  const { tone, icon, text, deadlineAt } = applicationHeadline(
    application,
    roles,
  );
  const active = application.activeRollback;
  if (!active) {
    return (
      <div className={classes.situation}>
        {application.problem ?? application.explanation}
      </div>
    );
  }
  return (
    <div className={`${toneClass(tone)} ${classes.situation}`}>
      <span className={classes.headline}>
        <StatusIcon icon={icon} tone={tone} />
        <Link
          href={rollbackPath({ correlationId: active.correlationId })}
          variant="body-medium"
        >
          {text}
        </Link>
      </span>
      {deadlineAt !== undefined && (
        <div className={classes.figure}>
          <TimeLeft until={deadlineAt} />
        </div>
      )}
    </div>
  );
}

/** The columns, fewer where there is less room. `roles` are the caller's, for what needs a person. */
export function useApplicationColumns(
  roles?: readonly Role[],
): ColumnConfig<ApplicationRow>[] {
  const { up } = useBreakpoint();
  const medium = up('sm');
  const wide = up('md');
  return useMemo(
    () => [
      {
        id: 'name',
        isSortable: true,
        width: medium ? '2fr' : '1.2fr',
        minWidth: 140,
        label: 'Application',
        isRowHeader: true,
        cell: ({ application }) => (
          <Cell>
            <Name application={application} withEnvironment={!medium} />
            {!medium && application.activeRollback && (
              <Situation application={application} roles={roles} />
            )}
          </Cell>
        ),
      },
      {
        id: 'environment',
        isSortable: true,
        width: '1fr',
        minWidth: 156,
        label: 'Environment',
        isHidden: !medium,
        cell: ({ application }) => (
          <Cell>{application.environment ?? 'none'}</Cell>
        ),
      },
      {
        id: 'health',
        isSortable: true,
        width: medium ? '1.2fr' : '1fr',
        minWidth: 140,
        label: 'Health',
        cell: ({ application }) => (
          <Cell>
            <Status look={HEALTH_LOOKS[application.health]} />
            <div className={classes.secondary}>
              {replicasText(application) && <>{replicasText(application)} · </>}
              for <Elapsed since={application.healthSince} />
            </div>
          </Cell>
        ),
      },
      {
        id: 'situation',
        width: '3fr',
        minWidth: 200,
        label: 'What the operator says',
        isHidden: !medium,
        cell: ({ application }) => (
          <Cell>
            <Situation application={application} roles={roles} />
          </Cell>
        ),
      },
      {
        id: 'revision',
        width: '1fr',
        minWidth: 110,
        label: 'Revision',
        isHidden: !wide,
        cell: ({ application }) => (
          <Cell>
            {application.revision ? (
              <Revision
                revision={application.revision}
                repositoryUrl={application.repositoryUrl}
              />
            ) : (
              'not known'
            )}
          </Cell>
        ),
      },
    ],
    [medium, wide, roles],
  );
}
