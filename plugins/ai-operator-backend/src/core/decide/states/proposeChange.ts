import { EscalationReason } from '@ai-operator/backstage-plugin-ai-operator-common';
import { planChange } from '../../change/planChange';
import { headBranch, prLabels, prTitle } from '../../change/pullRequest';
import { commitMessage, prBody } from '../../change/pullRequestBody';
import { Decision } from '../../decision';
import { openPullRequestKey } from '../../effectKeys';
import { evaluate } from '../../evaluate';
import { budgetSpent } from '../../guards/githubBudget';
import { abort, stay } from '../answers';
import { Context, StateNamed } from '../context';
import { deadlineOf } from '../deadline';

type Resolved = Context<StateNamed<'CandidateResolved'>>;

/** Not now: wait for it to change until the deadline, then give up with this reason. */
function notYet(
  context: Resolved,
  reason: EscalationReason,
  because: string,
): Decision {
  const { rollback, policy, now } = context;
  const deadline = deadlineOf(rollback, policy);
  return deadline && now >= deadline.at
    ? abort(context, 'pull_request_impossible', reason, because)
    : stay(context, because);
}

/** Plans the change at the head of the branch and asks for the pull request (RB-01, RB-09, RB-10). */
export function proposeChange(context: Resolved): Decision {
  const { rollback, state, application, observation, now, policy, rules } =
    context;
  const { source, target } = state;
  const { name, namespace } = rollback.application;
  const { manifest, openPullRequests } = observation;

  if (target.sha === rollback.currentRevision) {
    return abort(
      context,
      'pull_request_impossible',
      'VALIDATION',
      `The target ${target.sha.slice(0, 7)} is the revision that runs (RB-09)`,
    );
  }
  const { maxPullRequestsPerHour } = policy.limits;
  if (observation.lastHour.pullRequests >= maxPullRequestsPerHour) {
    return notYet(
      context,
      'QUOTA_EXCEEDED',
      `${observation.lastHour.pullRequests} rollback pull requests were opened in ${source.repository} within an hour, ${maxPullRequestsPerHour} are allowed`,
    );
  }
  const spent = budgetSpent(observation, now, policy);
  if (spent !== undefined) {
    return notYet(context, 'PR_NOT_OPENED', spent);
  }
  if (!openPullRequests?.known) {
    return notYet(
      context,
      'PR_NOT_OPENED',
      `Whether another rollback pull request is open is not known: ${
        openPullRequests?.because ?? 'not looked at yet'
      }`,
    );
  }
  const branch = headBranch(name, target.sha);
  const others = openPullRequests.value.filter(
    open => open.headBranch !== branch,
  );
  if (others.length > 0) {
    return notYet(
      context,
      'CONFLICT',
      `Pull request #${others[0].number} is open for the same application and branch; only one may be (RB-10)`,
    );
  }
  if (!manifest?.known) {
    return notYet(
      context,
      'PR_NOT_OPENED',
      `${source.manifestPath} could not be read from ${source.repository}: ${
        manifest?.because ?? 'not looked at yet'
      }`,
    );
  }
  const planned = planChange({
    manifest: manifest.value,
    application: { name, namespace },
    repository: source.repository,
    current: rollback.currentRevision,
    target: target.sha,
  });
  if (planned.result === 'refused') {
    // The file and the cluster differ while Argo CD takes a commit over: that clears by itself.
    return planned.code === 'REVISION_NOT_RUNNING' ||
      planned.code === 'TARGET_IS_CURRENT'
      ? notYet(context, 'VALIDATION', planned.because)
      : abort(
          context,
          'pull_request_impossible',
          'VALIDATION',
          planned.because,
        );
  }
  const { change } = planned;
  if (change.files.length > policy.limits.maxChangedFiles) {
    return abort(
      context,
      'pull_request_impossible',
      'VALIDATION',
      `The change touches ${change.files.length} files, ${policy.limits.maxChangedFiles} are allowed`,
    );
  }

  const verdicts = evaluate(rollback, observation, now, policy, rules);
  const facts = {
    rollback,
    application,
    source,
    target,
    currentDeployedAt: state.currentDeployedAt,
    change,
    verdicts,
  };
  const title = prTitle(name, target.sha, rollback.environment);
  return stay(context, `Pull request "${title}" is being opened`, {
    next: { ...state, change },
    verdicts,
    effects: [
      {
        key: openPullRequestKey(rollback, state.prAttempt),
        kind: 'open_pull_request',
        source,
        change,
        headBranch: branch,
        title,
        body: prBody(facts, now, policy),
        labels: prLabels(rollback.environment),
        commitMessage: commitMessage(facts, title),
      },
    ],
  });
}
