import {
  CandidateRow,
  CandidateSearch,
  CommitEvidence,
  ResolvedCandidate,
} from '../candidate';
import { Observation } from '../observation';
import { Policy } from '../policy';
import { duration, isoTime } from '../time';
import { unknown } from '../verdict';
import { judgeCommit } from './judgeCommit';

export interface CandidateJudgement {
  /** Every commit looked at with its reason, newest first. */
  rows: CandidateRow[];
  resolved?: ResolvedCandidate;
  /** True when nothing qualifies yet but something still might (CI pending or not readable). */
  undecided: boolean;
  because: string;
}

/** Rows stored beyond the policy's own limit: enough to show that the limit cut something off. */
const MAX_ROWS_BEYOND_LIMIT = 10;

function row(
  commit: CommitEvidence,
  verdict: CandidateRow['verdict'],
  because: string,
): CandidateRow {
  return {
    sha: commit.sha,
    message: commit.message,
    author: commit.author.name,
    committedAt: commit.committedAt,
    url: commit.url,
    ci: commit.ci.known ? commit.ci.value : 'unknown',
    deployedAt: commit.deployments.known
      ? commit.deployments.value[0]?.deployedAt
      : undefined,
    uptime: commit.uptime?.known ? commit.uptime.value : undefined,
    verdict,
    because,
  };
}

function resolve(commit: CommitEvidence, now: number): ResolvedCandidate {
  return {
    sha: commit.sha,
    message: commit.message,
    author: commit.author,
    committedAt: commit.committedAt,
    url: commit.url,
    deployedAt: commit.deployments.known
      ? commit.deployments.value[0]?.deployedAt
      : undefined,
    uptime: commit.uptime ?? unknown('there is no metrics source to ask', now),
    ci: 'success',
  };
}

function summary(
  rows: CandidateRow[],
  search: CandidateSearch,
  policy: Policy,
) {
  if (rows.length === 0) {
    return `The branch has no older revision than ${search.currentRevision.slice(
      0,
      7,
    )} within ${duration(policy.candidates.maxAge)}`;
  }
  return `None of ${rows.length} older revision${
    rows.length === 1 ? '' : 's'
  } is proven stable`;
}

/** Judges the commits a search found (SPEC §8, AC-04, AC-05, RB-09): the newest that qualifies is the target. */
export function judgeCandidates(
  search: CandidateSearch,
  policy: Policy,
  now: number,
  rolledBack: Observation['rolledBack'] = [],
): CandidateJudgement {
  const { maxCommits } = policy.candidates;
  const refused = search.onBranch === false;
  const rows: CandidateRow[] = [];
  let resolved: ResolvedCandidate | undefined;
  let undecided = false;

  const commits = search.commits.slice(0, maxCommits + MAX_ROWS_BEYOND_LIMIT);
  commits.forEach((commit, index) => {
    if (refused) {
      rows.push(
        row(
          commit,
          'skipped',
          'The running revision is not on the branch, so it is not known to come after this one',
        ),
      );
      return;
    }
    if (index >= maxCommits) {
      rows.push(
        row(
          commit,
          'skipped',
          `Beyond the ${maxCommits} newest revisions that are considered`,
        ),
      );
      return;
    }
    const before = rolledBack.find(({ revision }) => revision === commit.sha);
    if (before) {
      // Its uptime may look good: it ran for moments before it was taken back.
      rows.push(
        row(
          commit,
          'skipped',
          `It was rolled back itself (${isoTime(before.at)})`,
        ),
      );
      return;
    }
    const judged = judgeCommit(commit, search, policy, now);
    undecided ||= judged.result === 'undecided';
    if (judged.result !== 'qualifies') {
      rows.push(row(commit, 'skipped', judged.because));
    } else if (resolved) {
      rows.push(row(commit, 'qualifies', judged.because));
    } else {
      resolved = resolve(commit, now);
      rows.push(row(commit, 'resolved', judged.because));
    }
  });

  if (refused) {
    return {
      rows,
      undecided: false,
      because: `The running revision ${search.currentRevision.slice(
        0,
        7,
      )} is not on the branch the rollback would go to (RB-01): its older revisions cannot be told`,
    };
  }
  if (resolved) {
    const chosen = rows.find(({ verdict }) => verdict === 'resolved');
    return {
      rows,
      resolved,
      undecided: false,
      because: `${resolved.sha.slice(0, 7)} is the newest stable revision: ${
        chosen?.because ?? ''
      }`,
    };
  }
  return { rows, undecided, because: summary(rows, search, policy) };
}
