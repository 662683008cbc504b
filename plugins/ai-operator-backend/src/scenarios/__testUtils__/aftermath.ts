import { askGitHub, auditOf, moves, REPOSITORY } from './look';
import { Scenario } from './scenario';
import { INCIDENTS, rollbackId } from './stories';

interface Named {
  name: string;
}

function pullsOf({ world }: Scenario) {
  return world.github
    .pulls(REPOSITORY)
    .filter(({ labels }) => labels.includes('ai-operator'))
    .map(({ number, title, state, merged, labels }) => ({
      number,
      title,
      state,
      merged,
      labels: [...labels].sort(),
    }));
}

function issuesOf({ world }: Scenario) {
  return [INCIDENTS, REPOSITORY].flatMap(repository =>
    world.github.issues(repository).map(issue => ({
      repository,
      title: issue.title,
      state: issue.state,
      body: issue.body,
      comments: issue.comments.map(({ author, body, reactions }) => ({
        author,
        // Which number a comment got says nothing.
        body: body.replace(/answer:\d+/, 'answer'),
        reactions,
      })),
    })),
  );
}

/** Consecutive equal ones count once: what was told but not noted is told again. */
export function once<T>(items: readonly T[]): T[] {
  return items.filter(
    (item, index) =>
      index === 0 || JSON.stringify(item) !== JSON.stringify(items[index - 1]),
  );
}

/** Commits are called by the order in which they turn up: their names differ from world to world. */
function renamed(text: string): string {
  const names = new Map<string, string>();
  return text.replace(/\b[0-9a-f]{7}(?:[0-9a-f]{33})?\b/g, sha => {
    const short = sha.slice(0, 7);
    const name = names.get(short) ?? `commit${names.size + 1}`;
    names.set(short, name);
    return sha.length > 7 ? `${name}-in-full` : name;
  });
}

/**
 * Everything that is left when a story is over, outside and in the database, in
 * a form that can be compared. Ids and numbers that are given out and lost with
 * a process are left out.
 */
export async function aftermath(scenario: Scenario) {
  const { db, events, pager, told } = scenario;
  const correlationId = await rollbackId(scenario);
  const anonymous = (text: string) =>
    renamed(
      text.replaceAll(correlationId, 'ID').replaceAll(scenario.url, 'URL'),
    );
  const [pull] = pullsOf(scenario);
  const comments = await askGitHub<Array<{ body: string }>>(
    scenario,
    `/repos/${REPOSITORY}/issues/${pull.number}/comments`,
  );
  const branches = await askGitHub<Named[]>(
    scenario,
    `/repos/${REPOSITORY}/branches`,
  );
  const history = await askGitHub<Array<{ commit: { message: string } }>>(
    scenario,
    `/repos/${REPOSITORY}/commits?sha=main&per_page=10`,
  );
  const rollbacks = await db.knex('rollbacks').orderBy('opened_at');
  const commands = await db.knex('commands').orderBy(['at', 'id']);
  const audit = await auditOf(scenario, correlationId);
  const issues = await db.knex('escalation_issues');
  const left = {
    pulls: pullsOf(scenario),
    pullComments: comments.map(({ body }) => body),
    branches: branches.map(({ name }) => name).sort(),
    merges: history
      .map(({ commit }) => commit.message)
      .filter(message => message.startsWith('Rollback:')),
    issues: issuesOf(scenario),
    rollbacks: rollbacks.map(row => ({
      state: row.state,
      outcome: row.outcome,
      abortReason: row.abort_reason,
      issue: row.escalation_issue_url,
    })),
    issuesWatched: issues.map(row => ({
      number: row.number,
      closedAt: Number(row.closed_at),
    })),
    moves: await moves(scenario),
    commands: commands.map(row => [
      row.command,
      row.source,
      JSON.parse(row.person).login,
      row.result,
      row.because,
    ]),
    audited: audit
      .filter(({ actionType }) =>
        ['FSM_TRANSITION', 'HUMAN_COMMAND', 'ESCALATION'].includes(actionType),
      )
      .map(record => [
        record.actionType,
        record.level,
        record.actor,
        // One that was opened, but not noted, is found and taken over.
        record.reasoning?.replace(
          'was open already and is taken over',
          'is open',
        ),
        record.fsmState,
      ]),
    events: once(events.map(({ type, timestamp }) => `${timestamp} ${type}`)),
    told: once(told.sent),
    paged: [...pager.incidents.values()],
    unfinished: await db.knex('outbox').whereNull('finished_at').select('key'),
    pending: commands.filter(({ result }) => result === 'pending').length,
  };
  return JSON.parse(anonymous(JSON.stringify(left))) as typeof left;
}
