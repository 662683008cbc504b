import { useRouteRef } from '@backstage/core-plugin-api';
import { Alert, Link } from '@backstage/ui';
import type { SystemStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import { SYSTEM_LOOKS } from '../../model';
import { doctorRouteRef } from '../../routes';
import { Ago } from '../../time';
import { Stack, Status } from '../basics';
import classes from './Systems.module.css';

const KINDS: Record<SystemStatus['kind'], string> = {
  argocd: 'Argo CD',
  kubernetes: 'Kubernetes',
  github: 'GitHub',
  prometheus: 'Prometheus',
  config: 'Configuration',
  elasticsearch: 'Audit trail to',
  file: 'Audit trail to',
};

function nameOf(system: SystemStatus): string {
  return `${KINDS[system.kind]} ${system.name}`;
}

function isBroken(system: SystemStatus): boolean {
  return system.status === 'failing' || system.status === 'misconfigured';
}

function isTrail({ kind }: SystemStatus): boolean {
  return kind === 'elasticsearch' || kind === 'file';
}

function Problem({ system }: { system: SystemStatus }) {
  return (
    <Alert
      status="danger"
      icon
      title={`${nameOf(system)}: ${SYSTEM_LOOKS[
        system.status
      ].word.toLowerCase()}`}
      description={
        <>
          {system.because}
          {system.checkedAt !== undefined && (
            <>
              , <Ago at={system.checkedAt} />
            </>
          )}
          {system.howToMend && (
            <div>
              <strong>How to mend:</strong> {system.howToMend}
            </div>
          )}
        </>
      }
    />
  );
}

function Row({ system }: { system: SystemStatus }) {
  return (
    <li className={classes.row}>
      <Status look={SYSTEM_LOOKS[system.status]} />
      <span>{nameOf(system)}</span>
      <span className={classes.because}>
        {system.because}
        {system.checkedAt !== undefined && (
          <>
            , <Ago at={system.checkedAt} />
          </>
        )}
      </span>
    </li>
  );
}

/** The systems the operator depends on: what is broken and how to mend it first, the rest on demand. */
export function Systems(props: {
  systems: SystemStatus[];
  /** Whether the trouble of one where the audit trail goes is told already. */
  isTold?(system: SystemStatus): boolean;
}) {
  const { systems, isTold = () => false } = props;
  const doctor = useRouteRef(doctorRouteRef);
  const broken = systems.filter(
    system => isBroken(system) && !(isTrail(system) && isTold(system)),
  );
  const others = systems.filter(system => !isBroken(system));
  const ok = others.filter(system => system.status === 'ok').length;
  return (
    <Stack>
      {broken.map(system => (
        <Problem key={nameOf(system)} system={system} />
      ))}
      {others.length > 0 && (
        <details className={classes.others}>
          <summary>
            {ok} of {systems.length} systems answer
          </summary>
          <ul className={classes.list}>
            {others.map(system => (
              <Row key={nameOf(system)} system={system} />
            ))}
          </ul>
        </details>
      )}
      <div>
        <Link href={doctor()} variant="body-medium">
          Doctor: every connection and every right, and how to mend it
        </Link>
      </div>
    </Stack>
  );
}
