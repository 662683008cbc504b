import { deployedAtOf, deploymentsOf } from './deployments';
import { uptimeAskedAt } from './uptime';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-02-27T10:30:00Z');

function history(...entries: Array<[revision: string, hoursAgo: number]>) {
  return entries.map(([revision, hoursAgo]) => ({
    revision,
    deployedAt: NOW - hoursAgo * HOUR,
  }));
}

describe('deploymentsOf', () => {
  const complete = {
    history: history(['c', 1], ['b', 15], ['a', 47], ['b', 60]),
    historyLimit: 10,
  };

  it('gives every time a revision ran, newest first, each until the next one came', () => {
    expect(
      deploymentsOf({ sha: 'b', committedAt: NOW - 70 * HOUR }, complete, NOW),
    ).toEqual({
      known: true,
      at: NOW,
      value: [
        { deployedAt: NOW - 15 * HOUR, until: NOW - 1 * HOUR },
        { deployedAt: NOW - 60 * HOUR, until: NOW - 47 * HOUR },
      ],
    });
  });

  it('leaves the end open for what runs now', () => {
    expect(
      deploymentsOf({ sha: 'c', committedAt: NOW - 2 * HOUR }, complete, NOW),
    ).toMatchObject({
      value: [{ deployedAt: NOW - HOUR, until: undefined }],
    });
  });

  it('knows that a revision never ran when the history is complete', () => {
    expect(
      deploymentsOf({ sha: 'x', committedAt: NOW - 90 * HOUR }, complete, NOW),
    ).toEqual({ known: true, value: [], at: NOW });
  });

  it('knows it for a younger commit even when the history was cut', () => {
    expect(
      deploymentsOf(
        { sha: 'x', committedAt: NOW - 20 * HOUR },
        { ...complete, historyLimit: 4 },
        NOW,
      ),
    ).toEqual({ known: true, value: [], at: NOW });
  });

  it('cannot tell for a commit older than what a cut history reaches back to', () => {
    expect(
      deploymentsOf(
        { sha: 'x', committedAt: NOW - 90 * HOUR },
        { ...complete, historyLimit: 4 },
        NOW,
      ),
    ).toEqual({
      known: false,
      at: NOW,
      because:
        'Argo CD keeps the last 4 deployments, and they do not reach back to this commit',
    });
  });

  it('takes an empty history of an application as complete', () => {
    expect(
      deploymentsOf(
        { sha: 'x', committedAt: NOW },
        { history: [], historyLimit: 10 },
        NOW,
      ),
    ).toEqual({ known: true, value: [], at: NOW });
  });

  it('tells when what runs now was deployed', () => {
    expect(deployedAtOf('c', complete)).toBe(NOW - HOUR);
    expect(deployedAtOf('x', complete)).toBeUndefined();
  });
});

describe('uptimeAskedAt', () => {
  const deployedAt = NOW - 47 * HOUR;

  it('is a day after the deployment for what ran longer than a day', () => {
    expect(
      uptimeAskedAt({ deployedAt, until: NOW - HOUR }, 24 * HOUR, NOW),
    ).toBe(deployedAt + 24 * HOUR);
    expect(uptimeAskedAt({ deployedAt }, 24 * HOUR, NOW)).toBe(
      deployedAt + 24 * HOUR,
    );
  });

  it('is the end of what ran for less', () => {
    const until = deployedAt + 14 * HOUR;
    expect(uptimeAskedAt({ deployedAt, until }, 24 * HOUR, NOW)).toBe(until);
  });

  it('is never in the future', () => {
    expect(uptimeAskedAt({ deployedAt: NOW - HOUR }, 24 * HOUR, NOW)).toBe(NOW);
  });
});
