import { startLocalGitHub } from '../__testUtils__/localGitHub';

const SHA = 'a'.repeat(40);

interface Wire {
  rules?: unknown[] | number;
  branch?: unknown;
  protection?: unknown;
  runs?: unknown[];
  statuses?: unknown[];
}

/** An answer of a number is an error with that status. */
async function checksOf(wire: Wire) {
  const at = await startLocalGitHub((request, response) => {
    const path = request.path.replace('/api/v3/repos/my-org/pay', '');
    const answers: Record<string, unknown> = {
      '/rules/branches/staging': wire.rules ?? [],
      '/branches/staging': wire.branch ?? 403,
      '/branches/staging/protection': wire.protection ?? 403,
      [`/commits/${SHA}/check-runs`]: {
        total_count: wire.runs?.length ?? 0,
        check_runs: wire.runs ?? [],
      },
      [`/commits/${SHA}/status`]: {
        state: 'pending',
        total_count: wire.statuses?.length ?? 0,
        statuses: wire.statuses ?? [],
      },
    };
    const answer = answers[path] ?? 404;
    if (typeof answer === 'number') {
      response.status(answer).json({ message: 'no' });
    } else {
      response.json(answer);
    }
  });
  try {
    const { headSha, checks } = await at.github.getChecks(
      'my-org/pay',
      'staging',
      SHA,
      at.call,
    );
    expect(headSha).toBe(SHA);
    return checks.map(
      check =>
        `${check.name} ${check.required ? 'required' : 'optional'} ${
          check.state
        }`,
    );
  } finally {
    await at.server.close();
  }
}

const run = (
  name: string,
  conclusion: string | null,
  appId = 1,
  status = conclusion ? 'completed' : 'in_progress',
) => ({ name, status, conclusion, html_url: null, app: { id: appId } });

const status = (context: string, state: string) => ({
  context,
  state,
  target_url: null,
});

const OPEN = { protected: false };
const demanding = (...contexts: string[]) => ({
  protected: true,
  protection: { required_status_checks: { contexts, checks: [] } },
});

describe('getChecks', () => {
  it('sets what is there against what is demanded', async () => {
    expect(
      await checksOf({
        branch: demanding('test', 'lint', 'legacy'),
        runs: [run('test', 'success'), run('extra', 'failure')],
        statuses: [status('legacy', 'error')],
      }),
    ).toEqual([
      'test required success',
      'extra optional failure',
      'legacy required failure',
      'lint required missing',
    ]);
  });

  it.each([
    ['success', 'success'],
    ['neutral', 'success'],
    ['skipped', 'success'],
    ['failure', 'failure'],
    ['cancelled', 'failure'],
    ['timed_out', 'failure'],
    ['startup_failure', 'failure'],
    ['stale', 'failure'],
    ['action_required', 'pending'],
    [null, 'pending'],
  ])('a run concluded %s is a %s', async (conclusion, state) => {
    expect(
      await checksOf({
        branch: demanding('test'),
        runs: [run('test', conclusion)],
      }),
    ).toEqual([`test required ${state}`]);
  });

  it('lets the worst of several runs of a name speak', async () => {
    expect(
      await checksOf({
        branch: demanding('test'),
        runs: [run('test', 'success'), run('test', null)],
        statuses: [status('test', 'success')],
      }),
    ).toEqual(['test required pending']);
    expect(
      await checksOf({
        branch: demanding('test'),
        runs: [run('test', null), run('test', 'failure')],
      }),
    ).toEqual(['test required failure']);
  });

  it('adds what rulesets demand, and of whom', async () => {
    const rules = [
      { type: 'deletion' },
      {
        type: 'required_status_checks',
        parameters: {
          required_status_checks: [
            { context: 'test', integration_id: 7 },
            { context: 'scan' },
          ],
        },
      },
    ];
    expect(
      await checksOf({
        rules,
        branch: OPEN,
        runs: [run('test', 'success', 8), run('scan', 'success', 8)],
      }),
    ).toEqual(['test required missing', 'scan required success']);
    expect(
      await checksOf({
        rules,
        branch: OPEN,
        runs: [run('test', 'success', 7), run('scan', 'success', 8)],
      }),
    ).toEqual(['test required success', 'scan required success']);
  });

  it('counts a check demanded twice as done when both are content', async () => {
    const rules = [
      {
        type: 'required_status_checks',
        parameters: {
          required_status_checks: [{ context: 'test', integration_id: 7 }],
        },
      },
    ];
    expect(
      await checksOf({
        rules,
        branch: demanding('test'),
        runs: [run('test', 'success', 8)],
      }),
    ).toEqual(['test required missing']);
  });

  it('takes -1 for any app, as GitHub writes it', async () => {
    expect(
      await checksOf({
        branch: {
          protected: true,
          protection: {
            required_status_checks: {
              contexts: ['test'],
              checks: [{ context: 'test', app_id: -1 }],
            },
          },
        },
        runs: [run('test', 'success', 99)],
      }),
    ).toEqual(['test required success']);
  });

  it('demands nothing on a branch that is open', async () => {
    expect(
      await checksOf({ branch: OPEN, runs: [run('test', 'failure')] }),
    ).toEqual(['test optional failure']);
    expect(await checksOf({ branch: OPEN })).toEqual([]);
  });

  it('reads the full protection where the summary is not enough', async () => {
    expect(
      await checksOf({
        branch: { protected: true },
        protection: { required_status_checks: { contexts: ['test'] } },
      }),
    ).toEqual(['test required missing']);
    expect(
      await checksOf({
        branch: { protected: true },
        protection: { required_status_checks: null },
        runs: [run('test', null)],
      }),
    ).toEqual(['test optional pending']);
  });

  it('takes everything for required when nobody says what is', async () => {
    expect(
      await checksOf({
        rules: 404,
        runs: [run('test', 'success')],
        statuses: [status('legacy', 'pending')],
      }),
    ).toEqual(['test required success', 'legacy required pending']);
  });

  it('is not content with nothing at all when nobody says what is required', async () => {
    expect(await checksOf({ rules: [] })).toEqual([
      'any check (required checks cannot be read) required missing',
    ]);
  });

  it('does not mistake an outage for permission to go on', async () => {
    await expect(checksOf({ rules: 500 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
