import { CandidateSearch, CommitEvidence } from '../candidate';
import { Policy } from '../policy';
import { duration, percent } from '../time';

/** `undecided`: skipped today, but the missing evidence may still arrive while the search lasts. */
export interface JudgedCommit {
  result: 'qualifies' | 'no' | 'undecided';
  because: string;
}

function no(because: string): JudgedCommit {
  return { result: 'no', because };
}

function undecided(because: string): JudgedCommit {
  return { result: 'undecided', because };
}

function qualifies(because: string): JudgedCommit {
  return { result: 'qualifies', because };
}

/** Whether one older revision is proven stable (I5), in a sentence for the candidate table. */
export function judgeCommit(
  commit: CommitEvidence,
  search: CandidateSearch,
  policy: Policy,
  now: number,
): JudgedCommit {
  const { maxAge, minUptime } = policy.candidates;
  if (commit.sha === search.currentRevision) {
    return no('It is the revision that runs now (RB-09)');
  }
  if (now - commit.committedAt > maxAge) {
    return no(`Older than ${duration(maxAge)}`);
  }
  if (!commit.ci.known) {
    return undecided(`Its CI could not be read: ${commit.ci.because}`);
  }
  if (commit.ci.value === 'pending') {
    return undecided('Its CI has not finished');
  }
  if (commit.ci.value === 'failure') {
    return no('Its CI failed');
  }
  if (commit.ci.value === 'none') {
    return no('It never had CI: nothing proves it');
  }
  const { deployments, uptime } = commit;
  if (deployments.known && deployments.value.length === 0) {
    return no('It never ran here: no proof that it works');
  }
  if (uptime?.known) {
    const figure = `${percent(
      uptime.value,
    )} uptime over the 24 h after it was deployed`;
    return uptime.value >= minUptime
      ? qualifies(`CI passed, ${figure}`)
      : no(`Only ${figure}, ${percent(minUptime)} is needed`);
  }
  // Commits that only changed the manifest, and those of merged branches, are
  // ancestors too: nothing says that they ever ran.
  if (!deployments.known) {
    return no(
      `Whether it ran here is not known (${deployments.because}): no proof that it works`,
    );
  }
  return uptime
    ? qualifies(
        `CI passed; its uptime is not measurable (${uptime.because}), so CI alone decides`,
      )
    : no(
        'Its uptime was not asked: it is not among the newest revisions that ran here',
      );
}
