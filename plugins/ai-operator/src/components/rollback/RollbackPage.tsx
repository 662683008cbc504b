import {
  useApi,
  useRouteRef,
  useRouteRefParams,
} from '@backstage/core-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { Flex, Link, Text } from '@backstage/ui';
import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { aiOperatorApiRef } from '../../api';
import { isOpen, pendingCommand, rollbackHeadline } from '../../model';
import {
  ACTIVE_INTERVAL_MS,
  concernsApplications,
  PENDING_INTERVAL_MS,
  QUIET_INTERVAL_MS,
  usePolled,
} from '../../polling';
import { rollbackRouteRef, rootRouteRef } from '../../routes';
import { ApplicationPaused, EverythingPaused } from '../pause/PauseBanner';
import { OwnPauses } from '../pause/pauses';
import { ProductionMergesStopped } from '../audit/TrailBanners';
import { TrailStatusProvider } from '../audit/trailStatus';
import { ChecksStrip } from '../application/ChecksStrip';
import { PolledView, Section, Stack } from '../basics';
import { RollbackVerdict } from './RollbackVerdict';
import { RollbackView } from './RollbackView';

function Subject({ rollback }: { rollback: RollbackDetail }) {
  const { application, environment, entityRefs = [] } = rollback;
  return (
    <Flex gap="2" style={{ flexWrap: 'wrap' }}>
      <span>
        <strong>{application.name}</strong> in <strong>{environment}</strong>
      </span>
      <Text as="span" variant="body-small" color="secondary">
        ({application.instance}/{application.namespace})
      </Text>
      {entityRefs.map(entityRef => (
        <EntityRefLink key={entityRef} entityRef={entityRef} />
      ))}
    </Flex>
  );
}

function intervalFor(rollback?: RollbackDetail): number {
  if (pendingCommand(rollback?.commands)) return PENDING_INTERVAL_MS;
  return rollback && !isOpen(rollback) ? QUIET_INTERVAL_MS : ACTIVE_INTERVAL_MS;
}

function Detail({ rollback }: { rollback: RollbackDetail }) {
  return (
    <Stack>
      <EverythingPaused withFleet />
      <ApplicationPaused application={rollback.application} />
      {rollback.environment === 'production' && isOpen(rollback) && (
        <ProductionMergesStopped withFleet />
      )}
      <RollbackVerdict
        rollback={rollback}
        headline={rollbackHeadline(rollback)}
        subject={<Subject rollback={rollback} />}
      />
      <RollbackView rollback={rollback} />
      <Section title="Health checks">
        <ChecksStrip checks={rollback.checks} />
      </Section>
    </Stack>
  );
}

/** One rollback by its correlationId; the address to send to a colleague. */
export function RollbackPage() {
  const { correlationId } = useRouteRefParams(rollbackRouteRef);
  const fleet = useRouteRef(rootRouteRef);
  const api = useApi(aiOperatorApiRef);
  const polled = usePolled({
    key: correlationId,
    ask: signal => api.getRollback(correlationId, { signal }),
    interval: intervalFor,
    concerns: (signal, rollback) =>
      signal.type === 'rollback'
        ? signal.correlationId === correlationId
        : !rollback || concernsApplications(signal, [rollback.application]),
  });
  return (
    <Stack>
      <div>
        <Link href={fleet()} variant="body-medium">
          All applications and rollbacks
        </Link>
      </div>
      <PolledView what={`rollback ${correlationId}`} polled={polled}>
        {rollback => (
          <OwnPauses>
            <TrailStatusProvider>
              <Detail rollback={rollback} />
            </TrailStatusProvider>
          </OwnPauses>
        )}
      </PolledView>
    </Stack>
  );
}
