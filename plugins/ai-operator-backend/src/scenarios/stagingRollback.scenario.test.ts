import {
  GUARD_IDS,
  INVARIANT_IDS,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import request from 'supertest';
import { at, openScenario, Scenario, timeOf } from './__testUtils__/scenario';
import {
  askGitHub,
  auditOf,
  eventsOf,
  inClone,
  moves,
  payloadOf,
  REPOSITORY,
  restRollback,
  toldOf,
} from './__testUtils__/look';

jest.setTimeout(180_000);

const ID = '00000000-0000-4000-8000-000000000001';

interface PullRequest {
  title: string;
  body: string;
  state: string;
  merged: boolean;
  merge_commit_sha: string;
  head: { ref: string; sha: string };
  base: { ref: string; sha: string };
  labels: Array<{ name: string }>;
}

/** Seed §9.2, with the document's own clock times. */
describe('example 2: automated rollback in staging', () => {
  let scenario: Scenario;
  let bad: string;
  let stable: string;

  beforeAll(async () => {
    scenario = await openScenario({
      start: '10:29:20',
      // The pull request is open at 10:30:20, "CI complete" is at 10:33:00.
      ci: { durationMs: 160_000 },
      // Argo CD syncs when the document says so, and not by itself.
      argo: { pollIntervalMs: 24 * 3_600_000 },
    });
    await scenario.operator.beat();
    const history = await inClone(scenario, 'staging', git =>
      git('log', '--format=%H %s'),
    );
    stable =
      history
        .split('\n')
        .find(line => line.includes('Fix payment processing bug'))
        ?.slice(0, 40) ?? '';
    await scenario.runUntil('10:29:25');
    const deployed = await scenario.world.control.deployBad({
      service: 'payment-service',
    });
    bad = deployed.revision;
  });

  afterAll(async () => {
    await scenario.close();
  });

  it('10:30:00 detects the degradation, 1/3 replicas', async () => {
    await scenario.runUntil('10:29:59');
    expect(eventsOf(scenario)).toEqual([]);
    await scenario.runUntil('10:30:00');
    expect(eventsOf(scenario)).toEqual(['10:30:00 degradation.detected']);
    expect(scenario.events[0]).toEqual({
      id: `${ID}/event/degradation.detected/0`,
      type: 'degradation.detected',
      version: 1,
      timestamp: at('10:30:00'),
      correlationId: ID,
      application: {
        instance: 'staging',
        namespace: 'argocd',
        name: 'payment-service',
      },
      environment: 'staging',
      payload: {
        health: 'Degraded',
        revision: bad,
        streak: 1,
        replicas: { available: 1, desired: 3 },
        because: expect.stringMatching(
          /^payment-service is Degraded.* at revision [0-9a-f]{7}$/,
        ),
      },
    });
  });

  it('10:30:20 confirms it after three consecutive checks, and not earlier', async () => {
    await scenario.runUntil('10:30:19');
    expect(eventsOf(scenario)).toHaveLength(1);
    await scenario.runUntil('10:30:20');
    expect(eventsOf(scenario)).toEqual([
      '10:30:00 degradation.detected',
      '10:30:20 degradation.confirmed',
      '10:30:20 candidate.resolved',
      '10:30:20 pr.created',
    ]);
    const { checks } = await restRollback(scenario, ID);
    expect(
      checks
        .filter(({ streak }) => streak > 0)
        .map(check => [timeOf(check.at), check.streak])
        .sort(),
    ).toEqual([
      ['10:30:00', 1],
      ['10:30:10', 2],
      ['10:30:20', 3],
    ]);
  });

  it('finds the two days old candidate and says why not the others', async () => {
    const { candidates, targetRevision } = await restRollback(scenario, ID);
    expect(targetRevision).toBe(stable);
    const [shaky, failed, resolved] = candidates?.rows.filter(
      ({ message }) => !message.startsWith('Deploy'),
    ) ?? [undefined];
    expect(shaky).toMatchObject({
      message: 'Keep connections to the bank open',
      ci: 'success',
      uptime: expect.closeTo(0.95, 2),
      verdict: 'skipped',
    });
    expect(failed).toMatchObject({
      message: 'Batch settlement calls',
      ci: 'failure',
      verdict: 'skipped',
    });
    expect(resolved).toMatchObject({
      sha: stable,
      message: 'Fix payment processing bug',
      ci: 'success',
      uptime: expect.closeTo(0.998, 3),
      verdict: 'resolved',
    });
    const age = scenario.clock.now() - (resolved?.committedAt ?? 0);
    expect(Math.round(age / 86_400_000)).toBe(2);
  });

  it('opens PR #42 with branch, labels, title and a body of true values', async () => {
    const pull = await askGitHub<PullRequest>(
      scenario,
      `/repos/${REPOSITORY}/pulls/42`,
    );
    const sha7 = stable.slice(0, 7);
    expect(pull).toMatchObject({
      title: `Rollback: payment-service to ${sha7} (degraded in staging)`,
      state: 'open',
      head: { ref: `rollback/payment-service-${sha7}` },
      base: { ref: 'staging' },
    });
    expect(pull.labels.map(({ name }) => name).sort()).toEqual([
      'ai-operator',
      'rollback',
      'staging',
    ]);
    for (const text of [
      '## 🤖 Automated Rollback',
      `**Correlation ID:** ${ID}`,
      '**Environment:** staging',
      '**Timestamp:** 2026-02-27T10:30:20Z',
      `**Current Revision:** ${bad}`,
      '**Argo CD Health:** Degraded',
      '**Replica Status:** 1/3 available',
      'Degraded for 3 consecutive health checks',
      `**Target Revision:** ${stable}`,
      'Fix payment processing bug',
      '99.8 % uptime over 24h when deployed',
      `-    targetRevision: ${bad}`,
      `+    targetRevision: ${stable}`,
      '**AUTO-MERGE ENABLED (Staging Environment)**',
    ]) {
      expect(pull.body).toContain(text);
    }
  });

  it('changes one line of one file, on the head of the branch', async () => {
    const diff = await inClone(scenario, 'staging', async git => {
      await git('fetch', '--quiet', 'origin', 'pull/42/head');
      return git('diff', '--unified=0', 'origin/staging', 'FETCH_HEAD');
    });
    const changed = diff
      .split('\n')
      .filter(line => /^[-+]/.test(line) && !/^(---|\+\+\+)/.test(line))
      .map(line => line.replace(/\s+/, ' '));
    expect(changed).toEqual([
      `- targetRevision: ${bad}`,
      `+ targetRevision: ${stable}`,
    ]);
    expect(diff.match(/^diff --git/gm)).toHaveLength(1);
    expect(diff).toContain('.argocd/application.yaml');
  });

  it('waits for CI and merges nothing before it is complete', async () => {
    await scenario.runUntil('10:32:59');
    await expect(moves(scenario)).resolves.toHaveLength(3);
    const detail = await restRollback(scenario, ID);
    expect(detail.state).toBe('PRCreated');
    expect(detail.ci?.checks.length).toBeGreaterThanOrEqual(3);
    expect(
      detail.verdicts?.invariants.find(({ id }) => id === 'I6_ci_success'),
    ).toMatchObject({ result: 'unknown' });
  });

  it('10:33:00 finds all eight invariants to hold and squash-merges exactly the head they were judged on', async () => {
    const before = await inClone(scenario, 'staging', git =>
      git('rev-parse', 'origin/staging'),
    );
    await scenario.runUntil('10:33:00');
    const { verdicts, state, pullRequest } = await restRollback(scenario, ID);
    expect(state).toBe('RollbackMerged');
    expect(verdicts).toMatchObject({
      evaluatedAt: at('10:33:00'),
      headSha: pullRequest?.headSha,
    });
    expect(verdicts?.invariants.map(({ id, result }) => [id, result])).toEqual(
      INVARIANT_IDS.map(id => [id, 'holds']),
    );
    expect(verdicts?.guards.every(({ result }) => result === 'holds')).toBe(
      true,
    );

    const [log, manifest, tree] = await inClone(
      scenario,
      'staging',
      async git =>
        Promise.all([
          git('log', '-1', '--format=%H|%P|%s'),
          git('show', 'origin/staging:.argocd/application.yaml'),
          (async () => {
            await git('fetch', '--quiet', 'origin', 'pull/42/head');
            return git(
              'rev-parse',
              'FETCH_HEAD^{tree}',
              'origin/staging^{tree}',
            );
          })(),
        ]),
    );
    const [mergeSha, parents, subject] = log.split('|');
    // A squash: one parent, the old head; the tree is the one CI has tested.
    expect(parents).toBe(before);
    expect(subject).toContain('Rollback: payment-service to');
    expect(manifest).toContain(`targetRevision: ${stable}`);
    expect(new Set(tree.split('\n')).size).toBe(1);
    const merged = scenario.events.find(
      ({ type }) => type === 'merge.completed',
    );
    expect(merged).toMatchObject({
      timestamp: at('10:33:00'),
      payload: { number: 42, mergeSha, mergedBy: 'operator' },
    });
    const pull = await askGitHub<PullRequest>(
      scenario,
      `/repos/${REPOSITORY}/pulls/42`,
    );
    expect(pull).toMatchObject({ merged: true, merge_commit_sha: mergeSha });
  });

  it('waits for recovery while Argo CD still runs the bad revision', async () => {
    await scenario.runUntil('10:34:58');
    // Two seconds later, at 10:35:00, Argo CD has synced the rollback.
    await scenario.world.control.sync({ service: 'payment-service' });
    await scenario.runUntil('10:35:20');
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'RollbackMerged',
    });
    expect(scenario.world.control.log()).toContainEqual(
      expect.objectContaining({
        at: at('10:35:00'),
        kind: 'argocd.synced',
      }),
    );
  });

  it('10:35:30 sees 3/3 Healthy at the target, and confirms it for 60 seconds', async () => {
    await scenario.runUntil('10:35:30');
    const [application] = (
      await request(scenario.rest).get('/v1/applications?environment=staging')
    ).body.items;
    expect(application).toMatchObject({
      health: 'Healthy',
      revision: stable,
      replicas: { known: true, available: 3, desired: 3 },
    });
    await scenario.runUntil('10:36:29');
    expect(eventsOf(scenario)).not.toContain('10:36:30 health.restored');
    await scenario.runUntil('10:36:30');
    expect(eventsOf(scenario)).toContain('10:36:30 health.restored');
  });

  it('is complete, and archived after a minute', async () => {
    await scenario.runUntil('10:37:30');
    await expect(moves(scenario)).resolves.toEqual([
      '10:30:00 Idle -> DegradationDetected',
      '10:30:20 DegradationDetected -> CandidateResolved',
      '10:30:20 CandidateResolved -> PRCreated',
      '10:33:00 PRCreated -> AwaitingMergeApproval',
      '10:33:00 AwaitingMergeApproval -> RollbackMerged',
      '10:36:30 RollbackMerged -> RollbackComplete',
      '10:37:30 RollbackComplete -> Idle',
    ]);
    await expect(restRollback(scenario, ID)).resolves.toMatchObject({
      state: 'Idle',
      outcome: 'completed',
      endedAt: at('10:37:30'),
    });
  });

  it('told everything in order, once', () => {
    expect(toldOf(scenario)).toEqual([
      '10:30:00 degradation.detected',
      '10:30:00 Idle -> DegradationDetected',
      '10:30:20 degradation.confirmed',
      '10:30:20 candidate.resolved',
      '10:30:20 DegradationDetected -> CandidateResolved',
      '10:30:20 pr.created',
      '10:30:20 CandidateResolved -> PRCreated',
      '10:33:00 PRCreated -> AwaitingMergeApproval',
      '10:33:00 merge.completed',
      '10:33:00 AwaitingMergeApproval -> RollbackMerged',
      '10:36:30 health.restored',
      '10:36:30 RollbackMerged -> RollbackComplete',
      '10:37:30 RollbackComplete -> Idle',
    ]);
    const ids = scenario.events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const change = { currentRevision: bad, targetRevision: stable };
    const pull = {
      repository: REPOSITORY,
      number: 42,
      url: expect.stringMatching(/\/pull\/42$/),
      headSha: expect.stringMatching(/^[0-9a-f]{40}$/),
    };
    expect(payloadOf(scenario, 'degradation.confirmed')).toEqual({
      revision: bad,
      streak: 3,
      degradedMs: 20_000,
    });
    expect(payloadOf(scenario, 'candidate.resolved')).toMatchObject({
      ...change,
      repository: REPOSITORY,
      branch: 'staging',
      uptime: expect.closeTo(0.998, 3),
      considered: expect.any(Number),
    });
    expect(payloadOf(scenario, 'pr.created')).toEqual({
      ...pull,
      ...change,
      headBranch: `rollback/payment-service-${stable.slice(0, 7)}`,
      baseBranch: 'staging',
      adopted: false,
    });
    expect(payloadOf(scenario, 'merge.completed')).toEqual({
      ...pull,
      ...change,
      mergeSha: expect.stringMatching(/^[0-9a-f]{40}$/),
      mergedBy: 'operator',
      degradedMs: 180_000,
    });
    expect(payloadOf(scenario, 'health.restored')).toMatchObject({
      ...pull,
      revision: stable,
      previousRevision: bad,
      recoveredAt: at('10:35:30'),
      downtimeMs: 330_000,
    });
  });

  it('left a audit trail that says who was asked, what was judged and why', async () => {
    const audit = await auditOf(scenario, ID);
    expect(
      audit
        .filter(({ actionType }) => actionType === 'FSM_TRANSITION')
        .map(({ timestamp, fsmState }) => [
          timeOf(timestamp),
          fsmState?.before,
          fsmState?.after,
        ]),
    ).toEqual([
      ['10:30:00', 'Idle', 'DegradationDetected'],
      ['10:30:20', 'DegradationDetected', 'CandidateResolved'],
      ['10:30:20', 'CandidateResolved', 'PRCreated'],
      ['10:33:00', 'PRCreated', 'AwaitingMergeApproval'],
      ['10:33:00', 'AwaitingMergeApproval', 'RollbackMerged'],
      ['10:36:30', 'RollbackMerged', 'RollbackComplete'],
      ['10:37:30', 'RollbackComplete', 'Idle'],
    ]);
    const calls = new Set(audit.flatMap(({ mcpCall }) => mcpCall?.name ?? []));
    for (const name of [
      'argocd.getApplicationHealth',
      'kubernetes.getDeploymentStatus',
      'prometheus.queryUptime',
      'github.readRepositoryContent',
      'github.createPullRequest',
      'github.getPullRequestStatus',
      'github.listOpenPullRequests',
      'github.mergePullRequest',
    ]) {
      expect(calls).toContain(name);
    }
    const judged = audit.filter(
      ({ actionType }) => actionType === 'INVARIANT_CHECK',
    );
    expect(judged[judged.length - 1].invariantsChecked).toHaveLength(
      INVARIANT_IDS.length + GUARD_IDS.length,
    );
    expect(audit.filter(({ actionType }) => actionType === 'ERROR')).toEqual(
      [],
    );
    expect(JSON.stringify(audit)).not.toMatch(
      /world-(github|argocd|kubernetes)-/,
    );
  });

  it('logged no error, and escalated nothing', async () => {
    expect(scenario.logger.at('error')).toEqual([]);
    const issues = await askGitHub<Array<{ pull_request?: unknown }>>(
      scenario,
      `/repos/${REPOSITORY}/issues?state=all&labels=escalation`,
    );
    expect(issues).toEqual([]);
  });
});
