import { useApi } from '@backstage/core-plugin-api';
import type { Overview } from '@ai-operator/backstage-plugin-ai-operator-common';
import { aiOperatorApiRef } from '../../api';
import { fleetHeadline } from '../../model';
import {
  ACTIVE_INTERVAL_MS,
  QUIET_INTERVAL_MS,
  usePolled,
} from '../../polling';
import { Ago, useNow } from '../../time';
import { PolledView, Section, Stack, Verdict } from '../basics';
import { RollbackList } from '../rollback/RollbackList';
import { ApplicationsTable } from './ApplicationsTable';
import { HealthNumbers } from './HealthNumbers';
import { RulesInForce } from './RulesInForce';
import { Systems } from './Systems';

function FleetVerdict({ overview }: { overview: Overview }) {
  const now = useNow();
  const { lastTickAt } = overview;
  return (
    <Verdict headline={fleetHeadline(overview, now)}>
      {lastTickAt === undefined ? undefined : (
        <>
          last tick <Ago at={lastTickAt} />
        </>
      )}
    </Verdict>
  );
}

function Rollbacks(props: { title: string; items: Overview['active'] }) {
  const { title, items } = props;
  return items.length === 0 ? null : (
    <Section title={title} aside={items.length}>
      <RollbackList name={title} rollbacks={items} showApplication />
    </Section>
  );
}

function Top({ overview }: { overview: Overview }) {
  const waiting = new Set(overview.needsHuman.map(r => r.correlationId));
  const byItself = overview.active.filter(r => !waiting.has(r.correlationId));
  return (
    <Stack>
      <FleetVerdict overview={overview} />
      <Rollbacks title="Needs you" items={overview.needsHuman} />
      <Rollbacks title="Under way" items={byItself} />
      <Systems systems={overview.systems} />
      <HealthNumbers applications={overview.applications} />
    </Stack>
  );
}

function Bottom({ overview }: { overview: Overview }) {
  return (
    <Stack>
      <Rollbacks title="Recent rollbacks" items={overview.recent} />
      <RulesInForce timing={overview.timing} modes={overview.modes} />
    </Stack>
  );
}

/** The whole fleet: who is needed, what is under way, how the operator is, every application. */
export function FleetPage() {
  const api = useApi(aiOperatorApiRef);
  const overview = usePolled({
    key: 'overview',
    ask: signal => api.getOverview({ signal }),
    interval: answer =>
      answer && answer.active.length === 0
        ? QUIET_INTERVAL_MS
        : ACTIVE_INTERVAL_MS,
  });
  return (
    <Stack>
      <PolledView what="the overview" polled={overview}>
        {answer => <Top overview={answer} />}
      </PolledView>
      <ApplicationsTable />
      {overview.data && <Bottom overview={overview.data} />}
    </Stack>
  );
}
