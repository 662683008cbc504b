import { z } from 'zod';
import { FAULT_KINDS, FAULT_SYSTEMS } from '../faults';
import type { WorldClient } from './client';
import { text, type Command, type Values } from './command';
import { ELASTICSEARCH_COMMAND } from './elasticsearchCommand';
import { PEOPLE_COMMANDS } from './peopleCommands';
import { printLog, printStatus } from './print';
import { durationOption, numberOption, UsageError } from './usage';

const ENV = { env: { type: 'string' } } as const;

const moved = z.object({ branch: z.string(), sha: z.string() });

const release = z.object({
  revision: z.string().optional(),
  scheduledAt: z.number().optional(),
});

/** Every command that speaks to a running world. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'status',
    usage: '',
    summary: 'what runs, open pull requests, faults in force',
    words: [0, 0],
    run: async client => printStatus(await client.get('/status')),
  },
  {
    name: 'log',
    usage: '',
    summary: 'what happened so far',
    words: [0, 0],
    run: async client => printLog(await client.get('/log')),
  },
  {
    name: 'break',
    usage: '<service> [--env staging|production] [--available 1] [--now]',
    summary:
      'push and deploy a revision that crashes; --now: what runs begins to crash',
    options: {
      ...ENV,
      now: { type: 'boolean' },
      available: { type: 'string' },
      'wait-for-poll': { type: 'boolean' },
      after: { type: 'string' },
    },
    words: [1, 1],
    async run(client, [service], values) {
      const available = numberOption(text(values.available), 'available');
      if (values.now) {
        await client.post('/crash', { ...target(service, values), available });
        return `${service} is crashing`;
      }
      const answer = await client.post('/deploy-bad', {
        ...target(service, values),
        available,
        refresh: values['wait-for-poll'] ? false : undefined,
        afterMs: durationOption(text(values.after), 'after'),
      });
      return pushed(service, answer);
    },
  },
  {
    name: 'fix',
    usage: '<service> [--env staging|production]',
    summary: 'push and deploy a revision that works',
    options: { ...ENV, 'wait-for-poll': { type: 'boolean' } },
    words: [1, 1],
    async run(client, [service], values) {
      const answer = await client.post('/deploy-good', {
        ...target(service, values),
        refresh: values['wait-for-poll'] ? false : undefined,
      });
      return pushed(service, answer);
    },
  },
  {
    name: 'heal',
    usage: '<service> [--env staging|production]',
    summary: 'what runs recovers by itself',
    options: ENV,
    words: [1, 1],
    async run(client, [service], values) {
      await client.post('/heal', target(service, values));
      return `${service} recovers`;
    },
  },
  {
    name: 'flap',
    usage: '<service> [--env ...] [--down 15s] [--up 15s] [--times 5]',
    summary: 'down and up again, several times',
    options: {
      ...ENV,
      down: { type: 'string' },
      up: { type: 'string' },
      times: { type: 'string' },
    },
    words: [1, 1],
    async run(client, [service], values) {
      await client.post('/flap', {
        ...target(service, values),
        downMs: durationOption(text(values.down), 'down'),
        upMs: durationOption(text(values.up), 'up'),
        times: numberOption(text(values.times), 'times', 1),
      });
      return `${service} flaps`;
    },
  },
  {
    name: 'scale',
    usage: '<service> <replicas> [--env ...]',
    summary: 'change the replicas in the cluster',
    options: ENV,
    words: [2, 2],
    async run(client, [service, replicas], values) {
      await client.post('/scale', {
        ...target(service, values),
        replicas: numberOption(replicas, 'replicas'),
      });
      return `${service} has ${replicas} replicas`;
    },
  },
  {
    name: 'ci',
    usage: '<service> pass|fail|hang [--duration 30s]',
    summary: "what CI says about the service's commits from now on",
    options: { duration: { type: 'string' } },
    words: [2, 2],
    run: (client, [service, outcome], values) =>
      setCi(client, service, outcome, values),
  },
  ...(['fail', 'hang', 'pass'] as const).map(
    (outcome): Command => ({
      name: `${outcome}-ci`,
      usage: '<service> [--duration 30s]',
      summary: `the same as ci <service> ${outcome}`,
      options: { duration: { type: 'string' } },
      words: [1, 1],
      run: (client, [service], values) =>
        setCi(client, service, outcome, values),
    }),
  ),
  {
    name: 'sync',
    usage: '<service> [--env ...]',
    summary: 'Argo CD looks at the branch now, not only with its next poll',
    options: ENV,
    words: [1, 1],
    async run(client, [service], values) {
      await client.post('/sync', target(service, values));
      return `${service} is compared with its branch`;
    },
  },
  ...PEOPLE_COMMANDS,
  {
    name: 'move-branch',
    usage: '<service> [--env ...]',
    summary: "somebody pushes an unrelated commit to the environment's branch",
    options: ENV,
    words: [1, 1],
    async run(client, [service], values) {
      const answer = moved.parse(
        await client.post('/move-branch', target(service, values)),
      );
      return `${answer.branch} is at ${answer.sha.slice(0, 7)}`;
    },
  },
  ELASTICSEARCH_COMMAND,
  {
    name: 'fault',
    usage: `<${FAULT_SYSTEMS.join('|')}> <${FAULT_KINDS.join('|')}> [options]`,
    summary:
      'make a system misbehave: --delay 5s, --status 503, --count n, --service s, --instance i, --path p*, --method GET, --retry-after 60s',
    options: Object.fromEntries(
      [
        'delay',
        'status',
        'count',
        'service',
        'instance',
        'path',
        'method',
        'retry-after',
      ].map(name => [name, { type: 'string' as const }]),
    ),
    words: [2, 2],
    async run(client, [system, kind], values) {
      const retryAfterMs = durationOption(
        text(values['retry-after']),
        'retry-after',
      );
      const answer = await client.post('/faults', {
        system,
        kind,
        delayMs: durationOption(text(values.delay), 'delay'),
        status: numberOption(text(values.status), 'status', 400),
        count: numberOption(text(values.count), 'count', 1),
        service: text(values.service),
        instance: text(values.instance),
        path: text(values.path),
        method: text(values.method),
        retryAfterSeconds:
          retryAfterMs === undefined
            ? undefined
            : Math.ceil(retryAfterMs / 1000),
      });
      const { id } = z.object({ id: z.string() }).parse(answer);
      return `${id} is in force until it is cleared${
        values.count ? ' or used up' : ''
      }: npm run world -- clear ${id}`;
    },
  },
  {
    name: 'clear',
    usage: '[fault-id | system]',
    summary: 'end one fault, those of one system, or all',
    words: [0, 1],
    async run(client, [which]) {
      const isSystem = FAULT_SYSTEMS.some(system => system === which);
      const query = isSystem ? `?system=${which}` : '';
      const path =
        which === undefined || isSystem
          ? `/faults${query}`
          : `/faults/${encodeURIComponent(which)}`;
      const { cleared } = z
        .object({ cleared: z.number() })
        .parse(await client.delete(path));
      return `${cleared} ${cleared === 1 ? 'fault' : 'faults'} cleared`;
    },
  },
];

function pushed(service: string, answer: unknown): string {
  const { revision, scheduledAt } = release.parse(answer);
  return revision
    ? `${service}: ${revision.slice(0, 7)} is pushed and on its way`
    : `${service}: comes at ${new Date(scheduledAt ?? 0).toISOString()}`;
}

async function setCi(
  client: WorldClient,
  service: string,
  outcome: string,
  values: Values,
): Promise<string> {
  if (!['pass', 'fail', 'hang'].includes(outcome)) {
    throw new UsageError(`${outcome}: CI can pass, fail or hang`);
  }
  await client.post('/ci', {
    service,
    outcome,
    durationMs: durationOption(text(values.duration), 'duration'),
  });
  return `CI of ${service} will ${outcome}`;
}

function target(service: string, values: Values) {
  return { service, environment: text(values.env) };
}
