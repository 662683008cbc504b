import { z } from 'zod';

const openSchema = z.array(
  z.object({
    repository: z.string(),
    number: z.number(),
    title: z.string(),
    url: z.string(),
  }),
);

const statusSchema = z.object({
  now: z.number(),
  applications: z.array(
    z.object({
      service: z.string(),
      environment: z.string(),
      health: z.string(),
      sync: z.string(),
      replicas: z.string(),
      revision: z.string().optional(),
    }),
  ),
  openPullRequests: openSchema,
  openIssues: openSchema,
  faults: z.array(
    z.object({
      id: z.string(),
      system: z.string(),
      kind: z.string(),
      hits: z.number(),
    }),
  ),
});

const logSchema = z.object({
  events: z.array(
    z.object({ at: z.number(), kind: z.string(), message: z.string() }),
  ),
});

/** The world at a glance, as a table. */
export function printStatus(answer: unknown): string {
  const status = statusSchema.parse(answer);
  const rows = status.applications.map(application => [
    application.service,
    application.environment,
    application.health,
    application.sync,
    application.replicas,
    application.revision?.slice(0, 7) ?? '',
  ]);
  return [
    table([
      ['SERVICE', 'ENVIRONMENT', 'HEALTH', 'SYNC', 'PODS', 'REVISION'],
      ...rows,
    ]),
    ...section('Open pull requests', openLines(status.openPullRequests)),
    ...section('Open issues', openLines(status.openIssues)),
    ...section(
      'Faults',
      status.faults.map(
        ({ id, system, kind, hits }) =>
          `${id}  ${system} ${kind}  struck ${hits} times`,
      ),
    ),
  ].join('\n');
}

/** What happened, one line each. */
export function printLog(answer: unknown): string {
  return logSchema
    .parse(answer)
    .events.map(
      ({ at, kind, message }) =>
        `${new Date(at).toISOString()}  ${kind.padEnd(26)} ${message}`,
    )
    .join('\n');
}

const webhooksSchema = z.object({
  target: z
    .object({
      url: z.string(),
      duplicate: z.boolean().optional(),
      reorder: z.boolean().optional(),
      drop: z.boolean().optional(),
    })
    .optional(),
  deliveries: z.array(
    z.object({
      at: z.number(),
      event: z.string(),
      action: z.string().optional(),
      repository: z.string(),
      status: z.string(),
      because: z.string().optional(),
    }),
  ),
});

/** Where deliveries go, and what became of the latest, newest first. */
export function printWebhooks(answer: unknown): string {
  const { target, deliveries } = webhooksSchema.parse(answer);
  const modes = (['duplicate', 'reorder', 'drop'] as const).filter(
    mode => target?.[mode],
  );
  return [
    target
      ? `GitHub tells ${target.url}${
          modes.length > 0 ? ` (${modes.join(', ')})` : ''
        }`
      : 'GitHub sends no webhooks',
    ...deliveries.map(
      ({ at, event, action = '', repository, status, because }) =>
        `${new Date(at).toISOString()}  ${`${event} ${action}`.padEnd(
          30,
        )} ${repository}  ${status}${because ? `: ${because}` : ''}`,
    ),
  ].join('\n');
}

function openLines(items: z.infer<typeof openSchema>): string[] {
  return items.map(
    ({ repository, number, title, url }) =>
      `${repository}#${number}  ${title}  ${url}`,
  );
}

function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? ['', title, ...lines.map(line => `  ${line}`)] : [];
}

function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map(row => row[column].length)),
  );
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
