import { parseArgs } from 'node:util';
import { benchAudit } from './audit/benchAudit';
import { DatabaseName, DATABASES } from './audit/databases';
import * as auditReport from './audit/report';
import { runContender, startWorldProcess } from './tick/children';
import { Result } from './tick/protocol';
import { missedLimits, summarise, table } from './tick/report';

const USAGE = `Usage: yarn bench tick [--applications 10000] [--ticks 30] [--naive-ticks 1] [--json]
       yarn bench audit [--records 1000000] [--database sqlite|postgres] [--commits 300] [--reads 200] [--json]

tick    measures one tick of the operator against the floor (fetch and JSON.parse
        of the same bytes) and against one GET per application, each in a process
        of its own.
audit   measures writing to the audit trail against a plain insert of the same
        rows, and reading it, on SQLite and on PostgreSQL, or on one of them.

Exit code 1 when a limit is missed, 2 for a wrong command line.
`;

function positive(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`--${name} takes a whole number above 0, not ${text}`);
  }
  return value;
}

async function benchTick(options: {
  applications: number;
  ticks: number;
  naiveTicks: number;
  json: boolean;
}): Promise<number> {
  const { applications, ticks, naiveTicks, json } = options;
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(`A world of ${applications} applications on one Argo CD instance ...`);
  const world = await startWorldProcess(applications);
  const results: Result[] = [];
  try {
    for (const contender of ['floor', 'operator', 'naive'] as const) {
      const repeat = contender === 'naive' ? naiveTicks : ticks;
      say(`${contender}: ${repeat} ticks ...`);
      results.push(
        await runContender({
          contender,
          worldUrl: world.url,
          applications,
          warmUps: contender === 'naive' ? 0 : 5,
          ticks: repeat,
        }),
      );
    }
  } finally {
    world.stop();
  }
  const rows = summarise(results);
  const operator = rows.find(row => row.contender === 'operator');
  const missed = operator ? missedLimits(operator) : ['nothing was measured'];
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ applications, rows, missed }, undefined, 2)}\n`,
    );
  } else {
    const bytes = results[0].bytes ?? 0;
    process.stdout.write(
      `\n${applications} applications, ${(bytes / 1e6).toFixed(
        1,
      )} MB a list answer, ${ticks} ticks, Node ${process.version}\n\n${table(
        rows,
      )}\n\n${
        missed.length === 0
          ? 'All limits of the tick are kept.'
          : missed.map(each => `MISSED: ${each}`).join('\n')
      }\n`,
    );
  }
  return missed.length === 0 ? 0 : 1;
}

async function benchAuditTrail(options: {
  records: number;
  databases: readonly DatabaseName[];
  repeats: { commits: number; reads: number };
  json: boolean;
}): Promise<number> {
  const { records, databases, repeats, json } = options;
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const results: auditReport.AuditResult[] = [];
  for (const database of databases) {
    results.push(await benchAudit(database, { records, repeats, say }));
  }
  const rows = auditReport.summarise(results);
  const missed = auditReport.missedLimits(rows);
  process.stdout.write(
    json
      ? `${JSON.stringify({ results, rows, missed }, undefined, 2)}\n`
      : `\n${results.map(auditReport.notes).join('\n')}\n\n${auditReport.table(
          rows,
        )}\n\n${
          missed.length === 0
            ? 'All limits of the audit trail are kept.'
            : missed.map(each => `MISSED: ${each}`).join('\n')
        }\n`,
  );
  return missed.length === 0 ? 0 : 1;
}

function databasesOf(name: string | undefined): readonly DatabaseName[] {
  if (name === undefined) {
    return DATABASES;
  }
  const known = DATABASES.filter(each => each === name);
  if (known.length === 0) {
    throw new RangeError(
      `--database takes ${DATABASES.join(' or ')}, not ${name}`,
    );
  }
  return known;
}

async function main(): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        applications: { type: 'string', default: '10000' },
        ticks: { type: 'string', default: '30' },
        'naive-ticks': { type: 'string', default: '1' },
        records: { type: 'string', default: '1000000' },
        database: { type: 'string' },
        commits: { type: 'string', default: '300' },
        reads: { type: 'string', default: '200' },
        json: { type: 'boolean', default: false },
      },
    });
    if (positionals.length === 1 && positionals[0] === 'audit') {
      return await benchAuditTrail({
        records: positive(values.records, 'records'),
        databases: databasesOf(values.database),
        repeats: {
          commits: positive(values.commits, 'commits'),
          reads: positive(values.reads, 'reads'),
        },
        json: values.json,
      });
    }
    if (positionals.length !== 1 || positionals[0] !== 'tick') {
      process.stderr.write(USAGE);
      return 2;
    }
    return await benchTick({
      applications: positive(values.applications, 'applications'),
      ticks: positive(values.ticks, 'ticks'),
      naiveTicks: positive(values['naive-ticks'], 'naive-ticks'),
      json: values.json,
    });
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) {
      process.stderr.write(`${error.message}\n\n${USAGE}`);
      return 2;
    }
    throw error;
  }
}

main()
  .then(code => {
    process.exitCode = code;
  })
  .catch(error => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    process.exitCode = 1;
  });
