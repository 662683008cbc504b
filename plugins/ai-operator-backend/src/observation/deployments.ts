import { Known, known, unknown } from '../core/verdict';
import { ApplicationDetails } from '../ports';

export interface Deployment {
  deployedAt: number;
  /** When the next one replaced it; absent while it runs. */
  until?: number;
}

type History = Pick<ApplicationDetails, 'history' | 'historyLimit'>;

/**
 * When `sha` was running here, newest first. Argo CD keeps only the last
 * deployments, so "not in the history" means "never deployed" only where the
 * history reaches back beyond the commit; otherwise nobody can tell.
 */
export function deploymentsOf(
  commit: { sha: string; committedAt: number },
  { history, historyLimit }: History,
  now: number,
): Known<Deployment[]> {
  const found = history.flatMap((entry, index) =>
    entry.revision === commit.sha
      ? [
          {
            deployedAt: entry.deployedAt,
            until: history[index - 1]?.deployedAt,
          },
        ]
      : [],
  );
  if (found.length > 0) {
    return known(found, now);
  }
  const oldest = history[history.length - 1];
  const complete =
    history.length < historyLimit ||
    (oldest !== undefined && oldest.deployedAt <= commit.committedAt);
  return complete
    ? known([], now)
    : unknown(
        `Argo CD keeps the last ${history.length} deployments, and they do not reach back to this commit`,
        now,
      );
}

/** When the revision that runs now was deployed, if the history tells. */
export function deployedAtOf(
  revision: string,
  { history }: History,
): number | undefined {
  return history.find(entry => entry.revision === revision)?.deployedAt;
}
