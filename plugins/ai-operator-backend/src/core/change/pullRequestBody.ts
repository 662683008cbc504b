import { ApplicationRecord, GitSource } from '../application';
import { auditIndex } from '../auditIndex';
import { ResolvedCandidate } from '../candidate';
import { Policy } from '../policy';
import { ChangePlan, Rollback, VerdictSet } from '../rollback';
import { duration, isoTime, percent } from '../time';
import { verdictLines } from '../verdictLines';
import { fenced, inlineCode } from './markdown';
import { patch } from './patch';
import { correlationMarker } from './pullRequest';

export interface PullRequestBodyFacts {
  rollback: Rollback;
  application: ApplicationRecord;
  source: GitSource;
  target: ResolvedCandidate;
  currentDeployedAt?: number;
  change: ChangePlan;
  verdicts: VerdictSet;
}

/** GitHub refuses bodies above 65,536 characters; the rest of the body needs far less than the difference. */
const MAX_PATCH_CHARACTERS = 40_000;

function degradation(facts: PullRequestBodyFacts, now: number, policy: Policy) {
  const { rollback, application, source, currentDeployedAt } = facts;
  const { lastCheck, streak, streakSince } = application;
  const deployed =
    currentDeployedAt === undefined
      ? ''
      : ` (deployed ${duration(now - currentDeployedAt)} ago)`;
  return [
    `- **Application:** ${rollback.application.name} (Argo CD instance ${rollback.application.instance}, namespace ${rollback.application.namespace})`,
    `- **Current Revision:** ${rollback.currentRevision}${deployed}`,
    `- **Target Branch:** ${source.branch}`,
    `- **Argo CD Health:** ${lastCheck.health}`,
    `- **Replica Status:** ${
      lastCheck.replicas?.known
        ? `${lastCheck.replicas.value.available}/${lastCheck.replicas.value.desired} available`
        : 'could not be read'
    }`,
    `- **Persistence:** Degraded for ${streak} consecutive health checks, one every ${duration(
      policy.timing.healthCheckInterval,
    )}${streakSince === undefined ? '' : `, since ${isoTime(streakSince)}`}`,
  ].join('\n');
}

function rollbackTarget({ target }: PullRequestBodyFacts) {
  return [
    `- **Target Revision:** ${target.sha}`,
    `- **Commit Message:** ${inlineCode(target.message)}`,
    `- **Commit Author:** ${inlineCode(
      target.author.email ?? target.author.name,
    )}`,
    `- **Commit Date:** ${isoTime(target.committedAt)}`,
    `- **Stability Score:** ${
      target.uptime.known
        ? `${percent(target.uptime.value)} uptime over 24h when deployed`
        : `not measurable (${target.uptime.because}); its CI passed, and CI alone decided`
    }`,
  ].join('\n');
}

function changes({ change, rollback, target }: PullRequestBodyFacts) {
  const files = change.files.map(({ path, before, after }) => {
    const diff = patch(before, after);
    return diff.length > MAX_PATCH_CHARACTERS
      ? `\`${path}\`: the difference is too long to show here`
      : fenced('diff', `--- a/${path}\n+++ b/${path}\n${diff}`);
  });
  return [
    `Reverts the deployment of revision ${rollback.currentRevision}: the application is pointed at ${target.sha} again. Nothing else is changed.`,
    ...files,
  ].join('\n\n');
}

function mergeStrategy(
  { rollback, verdicts }: PullRequestBodyFacts,
  policy: Policy,
) {
  const { environment } = rollback;
  const lines = verdictLines(verdicts).join('\n');
  if (environment === 'production') {
    return `**HUMAN APPROVAL REQUIRED (Production Environment)**

This PR will **not** be merged automatically: a senior maintainer approves it (RB-04, RB-08). The safety invariants when it was opened:
${lines}`;
  }
  if (policy.modes[environment] !== 'auto') {
    return `**MERGE BY PEOPLE (Staging Environment, mode ${policy.modes[environment]})**

The operator only proposes here; it follows this PR and the recovery after the merge. The safety invariants when it was opened:
${lines}`;
  }
  return `**AUTO-MERGE ENABLED (Staging Environment)**

This PR will be **automatically merged** after CI passes if all safety invariants are satisfied. When it was opened:
${lines}

The label \`${policy.holdLabel}\` holds the merge back.`;
}

function auditLog(
  { rollback: { correlationId, openedAt } }: PullRequestBodyFacts,
  { auditTrail: { index } }: Policy,
): string {
  return index === undefined
    ? `See \`/api/ai-operator/v1/audit?correlationId=${correlationId}\` of the developer portal for full decision trail.`
    : `See Elasticsearch index \`${auditIndex(
        index,
        openedAt,
      )}\` for full decision trail.`;
}

/** The body of seed §4.2 (RB-02, RB-05): every value is one that was observed. */
export function prBody(
  facts: PullRequestBodyFacts,
  now: number,
  policy: Policy,
): string {
  const { correlationId, environment } = facts.rollback;
  return `${correlationMarker(correlationId)}
## 🤖 Automated Rollback

**Triggered by:** AI DevOps Operator
**Correlation ID:** ${correlationId}
**Environment:** ${environment}
**Timestamp:** ${isoTime(now)}

---

### Degradation Details

${degradation(facts, now, policy)}

### Rollback Target

${rollbackTarget(facts)}

### Changes

${changes(facts)}

### CI Status

CI checks must pass before merge: every check that branch \`${
    facts.source.branch
  }\` requires, on the head of this PR, within ${duration(
    policy.timing.ciWait,
  )}.

### Merge Strategy

${mergeStrategy(facts, policy)}

---

**Audit Log:** ${auditLog(facts, policy)}
**Correlation ID:** \`${correlationId}\`
`;
}

/** The message of the one commit on the rollback branch. */
export function commitMessage(facts: PullRequestBodyFacts, title: string) {
  const { rollback, target, change } = facts;
  return `${title}

Reverts the deployment of ${rollback.currentRevision}: ${change.files
    .map(({ path }) => path)
    .join(', ')} names ${target.sha} again.

Correlation-ID: ${rollback.correlationId}`;
}
