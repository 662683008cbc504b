import { useApi } from '@backstage/core-plugin-api';
import type {
  Overview,
  Role,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { useMemo } from 'react';
import { aiOperatorApiRef } from '../../api';
import {
  commandNeeded,
  fleetHeadline,
  splitByNeed,
  stopsMerges,
  whoCould,
} from '../../model';
import {
  ACTIVE_INTERVAL_MS,
  QUIET_INTERVAL_MS,
  usePolled,
} from '../../polling';
import { Ago, useNow } from '../../time';
import { ProductionMergesStopped, TrailBroken } from '../audit/TrailBanners';
import { TrailHealth } from '../audit/TrailHealth';
import { TrailStatusProvider, useTrailStatus } from '../audit/trailStatus';
import { PolledView, Section, Stack, useRefresh, Verdict } from '../basics';
import { EverythingPaused } from '../pause/PauseBanner';
import { PauseControl } from '../pause/PauseControl';
import { PausedApplications } from '../pause/PausedApplications';
import { PausesProvider } from '../pause/pauses';
import { RollbackList } from '../rollback/RollbackList';
import { ApplicationsTable } from './ApplicationsTable';
import classes from './FleetPage.module.css';
import { HealthNumbers } from './HealthNumbers';
import { RulesInForce } from './RulesInForce';
import { Systems } from './Systems';

function FleetVerdict({ overview }: { overview: Overview }) {
  const now = useNow();
  const { data: trail } = useTrailStatus();
  const { lastTickAt } = overview;
  return (
    <Verdict headline={fleetHeadline(overview, now, trail)}>
      <div className={classes.more}>
        {lastTickAt !== undefined && (
          <span>
            last tick <Ago at={lastTickAt} />
          </span>
        )}
        <PauseControl explain />
      </div>
    </Verdict>
  );
}

function Rollbacks(props: {
  title: string;
  items: Overview['active'];
  roles?: readonly Role[];
}) {
  const { title, items, roles } = props;
  return items.length === 0 ? null : (
    <Section title={title} aside={items.length}>
      <RollbackList
        name={title}
        rollbacks={items}
        roles={roles}
        showApplication
      />
    </Section>
  );
}

/** `Needs a senior maintainer`: who could act on rollbacks that the caller cannot act on. */
function titleOfOthers(others: Overview['needsHuman']): string {
  const command = others.map(commandNeeded).find(Boolean);
  return command ? `Needs ${whoCould(command)}` : 'Needs somebody else';
}

function Top({ overview }: { overview: Overview }) {
  const { needsHuman, active, caller, pauses } = overview;
  const refresh = useRefresh();
  const { data: trail } = useTrailStatus();
  const known = useMemo(
    () => ({ pauses, caller, refresh }),
    [pauses, caller, refresh],
  );
  const { mine, others } = splitByNeed(needsHuman, caller.roles);
  const waiting = new Set(needsHuman.map(r => r.correlationId));
  const byItself = active.filter(r => !waiting.has(r.correlationId));
  return (
    <PausesProvider known={known}>
      <Stack>
        <EverythingPaused />
        <ProductionMergesStopped />
        <TrailBroken />
        <FleetVerdict overview={overview} />
        <Rollbacks title="Needs you" items={mine} roles={caller.roles} />
        <Rollbacks
          title={titleOfOthers(others)}
          items={others}
          roles={caller.roles}
        />
        <Rollbacks title="Under way" items={byItself} />
        <PausedApplications />
        <Systems
          systems={overview.systems}
          isTold={({ name }) => trail !== undefined && stopsMerges(trail, name)}
        />
        <HealthNumbers applications={overview.applications} />
      </Stack>
    </PausesProvider>
  );
}

/** The whole fleet: who is needed, what is under way, how the operator is, every application, how the audit trail is. */
export function FleetPage() {
  const api = useApi(aiOperatorApiRef);
  const overview = usePolled({
    key: 'overview',
    ask: signal => api.getOverview({ signal }),
    interval: answer =>
      answer && answer.active.length === 0
        ? QUIET_INTERVAL_MS
        : ACTIVE_INTERVAL_MS,
    // Asked less often, the last tick would look as if the operator had stopped.
    liveInterval: answer =>
      2 * (answer?.timing.healthCheckInterval ?? QUIET_INTERVAL_MS),
  });
  return (
    <TrailStatusProvider>
      <Stack>
        <PolledView what="the overview" polled={overview}>
          {answer => <Top overview={answer} />}
        </PolledView>
        <ApplicationsTable roles={overview.data?.caller.roles} />
        {overview.data && (
          <Rollbacks title="Recent rollbacks" items={overview.data.recent} />
        )}
        <TrailHealth />
        {overview.data && (
          <RulesInForce
            timing={overview.data.timing}
            modes={overview.data.modes}
          />
        )}
      </Stack>
    </TrailStatusProvider>
  );
}
