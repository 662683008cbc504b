import {
  ACTION_OF_COMMAND,
  explainRefusal,
  mayDo,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { personWords } from '../commands/personWords';
import { Observation } from '../observation';
import { ApprovalFact } from '../people';
import { Policy } from '../policy';
import { Rollback } from '../rollback';
import { freshValue } from '../rule';
import { pullRequestOf } from '../stateFacts';
import { clockTime } from '../time';
import { broken, Evidence, holds, undetermined, Verdict } from '../verdict';

const WHERE: Record<ApprovalFact['source'], string> = {
  review: 'by a review on GitHub',
  portal: 'in the portal',
  issue: 'on the escalation issue',
};

function identityOf({ person }: ApprovalFact): string {
  return (person.entityRef ?? `github:${person.login ?? '?'}`).toLowerCase();
}

/** Of each person the last word counts, wherever it was said. */
function latestWords(facts: readonly ApprovalFact[]): ApprovalFact[] {
  const latest = new Map<string, ApprovalFact>();
  for (const fact of facts) {
    const before = latest.get(identityOf(fact));
    // At the same instant the word that holds back wins.
    const isLater =
      before === undefined ||
      fact.at > before.at ||
      (fact.at === before.at && fact.decision === 'withdrawn');
    if (isLater) {
      latest.set(identityOf(fact), fact);
    }
  }
  return [...latest.values()];
}

type Counted =
  | { counts: 'yes'; because: string }
  | { counts: 'no'; because: string }
  | { counts: 'unknown'; because: string };

function count(
  fact: ApprovalFact,
  rollback: Rollback,
  headSha: string,
  now: number,
  policy: Policy,
): Counted {
  const who = personWords(fact.person);
  if (fact.decision === 'withdrawn') {
    return { counts: 'no', because: `${who} has withdrawn the approval` };
  }
  if (fact.headSha !== headSha) {
    return {
      counts: 'no',
      because: `${who} approved ${
        fact.headSha?.slice(0, 7) ?? 'no particular commit'
      }, the pull request is at ${headSha.slice(0, 7)}`,
    };
  }
  if (fact.isBot) {
    return { counts: 'no', because: `${who} is a bot: people approve` };
  }
  if (fact.isAuthor) {
    return {
      counts: 'no',
      because: `${who} made the change: somebody else approves it`,
    };
  }
  const roles = freshValue(fact.roles, `The role of ${who}`, now, policy);
  if (!roles.fresh) {
    return { counts: 'unknown', because: roles.verdict.because };
  }
  return mayDo(ACTION_OF_COMMAND.APPROVE, roles.value)
    ? {
        counts: 'yes',
        because: `${who} approved ${headSha.slice(0, 7)} ${
          WHERE[fact.source]
        } at ${clockTime(fact.at, now)}`,
      }
    : {
        counts: 'no',
        because: `${who} approved, but ${explainRefusal(
          ACTION_OF_COMMAND.APPROVE,
          roles.value,
          rollback.environment,
        )
          .replace('; you are', `; ${who} is`)
          .replace('; you have', `; ${who} has`)}`,
      };
}

/**
 * Whether the right person wants this head merged (SPEC §7, RB-04, RB-08): the
 * latest word of a senior maintainer, who is neither bot nor author, is an
 * approval of exactly the commit that would be merged. Roles are those of now.
 *
 * @param since - approvals before this time (ms epoch) do not count: the
 *   question they would have answered had not been asked
 */
export function judgeApproval(
  rollback: Rollback,
  observation: Observation,
  now: number,
  policy: Policy,
  since = 0,
): Verdict {
  const pullRequest = pullRequestOf(rollback.state);
  if (pullRequest === undefined) {
    return undetermined('The pull request is not open yet');
  }
  const fresh = freshValue(
    observation.approvals,
    'Who has approved',
    now,
    policy,
  );
  if (!fresh.fresh) {
    return fresh.verdict;
  }
  const words = latestWords(fresh.value).filter(({ at }) => at >= since);
  const counted = words.map(fact => ({
    fact,
    ...count(fact, rollback, pullRequest.headSha, now, policy),
  }));
  const evidence: Evidence[] = counted
    .slice(0, 10)
    .map(({ fact, because }) => ({
      label: personWords(fact.person),
      value: because,
      url: fact.url,
    }));
  const yes = counted.find(({ counts }) => counts === 'yes');
  if (yes) {
    return holds(yes.because, evidence);
  }
  const unclear = counted.find(({ counts }) => counts === 'unknown');
  if (unclear) {
    return undetermined(unclear.because, evidence);
  }
  const others = counted
    .slice(0, 3)
    .map(({ because }) => `; ${because}`)
    .join('');
  return broken(
    `No senior maintainer has approved #${
      pullRequest.number
    } at ${pullRequest.headSha.slice(0, 7)}${others}`,
    evidence,
  );
}

/** Who gave the approval that holds, for the record. */
export function approverOf(
  rollback: Rollback,
  observation: Observation,
  now: number,
  policy: Policy,
  since = 0,
): ApprovalFact | undefined {
  const headSha = pullRequestOf(rollback.state)?.headSha;
  return headSha === undefined || !observation.approvals?.known
    ? undefined
    : latestWords(observation.approvals.value)
        .filter(({ at }) => at >= since)
        .find(
          fact => count(fact, rollback, headSha, now, policy).counts === 'yes',
        );
}
