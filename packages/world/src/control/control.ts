import { ConflictError, InputError } from '@backstage/errors';
import {
  healthOfApplication,
  type ArgoApplication,
  type ArgoCd,
} from '../argocd';
import type { CastDefinition, Environment } from '../cast/types';
import type { WorldClock } from '../clock';
import { availableIn, type RevisionBehaviour } from '../deployments';
import type { FaultSpec, FaultSystem, Faults } from '../faults';
import type { GitHubServer } from '../github';
import type { EventLog } from './eventLog';
import { createPeopleControl } from './people';
import { pushRelease } from './releases';
import { Targets } from './targets';
import type { Target, WorldControl, WorldStatus } from './types';

/** Who pushes what the control API deploys. */
const DEVELOPER = 'dave';

const RECOVER_MS = 5_000;
const FLAP_MS = 15_000;

/** Builds the control functions over a world's systems. */
export function createControl(options: {
  clock: WorldClock;
  cast: CastDefinition;
  baseUrl: string;
  github: GitHubServer;
  argo: ArgoCd;
  faults: Faults;
  log: EventLog;
  startedAt: number;
}): WorldControl {
  const { clock, cast, github, argo, faults, log } = options;
  const targets = new Targets(cast, argo);

  async function release(
    target: Target & { refresh?: boolean },
    kind: 'world.deploy-bad' | 'world.deploy-good',
    words: { message: string; behaviour?: RevisionBehaviour },
  ) {
    const application = targets.application(target);
    const pushed = await pushRelease({
      cast,
      github,
      clock,
      service: targets.service(target.service),
      application,
      everywhere: argo
        .applications()
        .filter(other => other.name === application.name),
      author: targets.person(DEVELOPER),
      ...words,
    });
    log.note(
      kind,
      `${nameOf(application)}: ${pushed.revision.slice(0, 7)} pushed`,
    );
    if (target.refresh !== false) {
      await argo.controller.refresh(application);
    }
    return pushed;
  }

  function each(
    target: Target,
    kind: string,
    act: (application: ArgoApplication, now: number) => boolean,
  ): void {
    const application = targets.application(target);
    if (!act(application, clock.now())) {
      throw new ConflictError(
        `${nameOf(application)} runs nothing that could ${kind}`,
      );
    }
    log.note(`world.${kind}`, nameOf(application));
  }

  return {
    ...createPeopleControl({ cast, github, targets, log }),
    status: () => statusOf(options, clock.now()),
    log: () => log.list(),
    deployBad: ({ available = 1, ...target }) =>
      release(target, 'world.deploy-bad', {
        message: 'Read the request limit from the environment',
        behaviour: { kind: 'crashing', available },
      }),
    deployGood: target =>
      release(target, 'world.deploy-good', {
        message: 'Give the request limit a default',
      }),
    crash({ available = 1, ...target }) {
      each(target, 'crash', (application, now) =>
        some(application, workload => workload.crash(now, available)),
      );
    },
    heal({ recoverMs = RECOVER_MS, ...target }) {
      each(target, 'heal', (application, now) =>
        some(application, workload => workload.recover(now, recoverMs)),
      );
    },
    flap(flapping) {
      const { available = 1, downMs = FLAP_MS, upMs = FLAP_MS } = flapping;
      const plan = { available, downMs, upMs, times: flapping.times ?? 5 };
      each(flapping, 'flap', (application, now) =>
        some(application, workload => workload.flap(now, plan)),
      );
    },
    scale({ replicas, ...target }) {
      each(target, 'scale', (application, now) =>
        some(application, workload => workload.scale(now, replicas)),
      );
    },
    suspend({ suspended, ...target }) {
      each(target, 'suspend', (application, now) => {
        application.setPaused(now, suspended);
        return application.workloads.length > 0;
      });
    },
    ci({ service, outcome, durationMs }) {
      const repository = targets.repository(service);
      github.ci.clearOutcomes(repository);
      if (outcome !== 'pass' || durationMs !== undefined) {
        const conclusions = {
          pass: 'success',
          fail: 'failure',
          hang: 'hang',
        } as const;
        github.ci.setOutcome(repository, {
          conclusion: conclusions[outcome],
          ...(durationMs !== undefined && { durationMs }),
        });
      }
      log.note('world.ci', `${repository}: ${outcome}`);
    },
    async sync(target) {
      await argo.controller.refresh(targets.application(target));
    },
    async moveBranch(target) {
      const { git } = targets.application(target);
      if (!git) {
        throw new InputError(
          `${target.service} is not built from a repository of this world`,
        );
      }
      const sha = await github.moveBranch(git.repository, git.branch);
      log.note('world.move-branch', `${git.repository} ${git.branch}`);
      return { branch: git.branch, sha };
    },
    fault(spec: FaultSpec) {
      const fault = faults.add(spec);
      log.note('world.fault', `${fault.id}: ${fault.system} ${fault.kind}`);
      return fault;
    },
    clearFaults(which: { id?: string; system?: FaultSystem } = {}) {
      const cleared = faults.clear(which);
      log.note('world.clear', `${cleared} faults`);
      return cleared;
    },
  };
}

function statusOf(
  options: {
    cast: CastDefinition;
    baseUrl: string;
    github: GitHubServer;
    argo: ArgoCd;
    faults: Faults;
    startedAt: number;
  },
  now: number,
): WorldStatus {
  const { github, argo, faults } = options;
  return {
    now,
    startedAt: options.startedAt,
    baseUrl: options.baseUrl,
    applications: argo.applications().map(application => ({
      service: application.name,
      environment: application.environment as Environment,
      instance: application.instance,
      repository: application.git?.repository,
      branch: application.git?.branch,
      health: healthOfApplication(application, now).status,
      sync: application.syncStatus,
      replicas: replicasOf(application, now),
      revision: application.deployedRevision,
    })),
    openPullRequests: github.repositories().flatMap(repository =>
      github
        .pulls(repository)
        .filter(pull => pull.state === 'open')
        .map(({ number, title, url }) => ({ repository, number, title, url })),
    ),
    openIssues: github.repositories().flatMap(repository =>
      github
        .issues(repository)
        .filter(issue => issue.state === 'open')
        .map(({ number, title, url }) => ({ repository, number, title, url })),
    ),
    faults: faults.list(),
  };
}

function replicasOf(application: ArgoApplication, now: number): string {
  const steps = application.workloads.flatMap(workload => {
    const step = workload.missing ? undefined : workload.at(now);
    return step ? [step] : [];
  });
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  return `${sum(steps.map(availableIn))}/${sum(
    steps.map(step => step.desired),
  )}`;
}

function some(
  application: ArgoApplication,
  act: (workload: ArgoApplication['workloads'][number]) => boolean,
): boolean {
  // Every one is to act: `some` would stop at the first.
  return application.workloads.map(act).includes(true);
}

function nameOf(application: ArgoApplication): string {
  return `${application.name} (${application.environment})`;
}
