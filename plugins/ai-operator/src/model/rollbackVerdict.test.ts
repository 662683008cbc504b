import {
  approvalPending,
  approvedButDemanded,
  decision,
  seenBy,
  takenOver,
} from '../../dev/fixtures';
import * as rollbacks from '../../dev/fixtures/rollbacks';
import { rollbackHeadline } from './rollbackVerdict';

const NOW = 1_700_000_000_000;

describe('rollbackHeadline, where a person has to decide', () => {
  it('calls the caller who may, and else names who could', () => {
    const rollback = rollbacks.awaitingApproval(NOW);
    expect(rollbackHeadline(rollback)).toMatchObject({
      text: 'Needs you: approve pull request #42',
      icon: 'person',
    });
    expect(rollbackHeadline(seenBy(rollback, ['approver']))).toMatchObject({
      text: 'Needs a senior maintainer: approve pull request #42',
      icon: 'waiting',
    });
  });

  it("goes by the caller's roles in lists", () => {
    const summary = rollbacks.summaryOf(rollbacks.awaitingReview(NOW));
    expect(
      rollbackHeadline(summary, { roles: ['senior_maintainer'] }).text,
    ).toBe('Needs you: review pull request #42');
    expect(rollbackHeadline(summary, { roles: ['developer'] }).text).toBe(
      'Needs a senior maintainer: review pull request #42',
    );
    expect(rollbackHeadline(summary).text).toBe(
      'Needs a senior maintainer: review pull request #42',
    );
  });

  it('asks nobody again while the operator has yet to act on a decision', () => {
    expect(rollbackHeadline(approvalPending(NOW))).toMatchObject({
      text: 'alice approved: the operator acts on it with its next look',
      tone: 'active',
    });
  });

  it('tells an approval that GitHub is not satisfied with from one that is on its way', () => {
    const approved = approvedButDemanded(NOW);
    expect(rollbackHeadline(approved)).toMatchObject({
      text: 'Approved, but GitHub does not let pull request #42 be merged yet',
      tone: 'warning',
    });
    expect(rollbackHeadline({ ...approved, githubDemands: [] })).toMatchObject({
      text: 'Approved: checking the invariants before the merge',
      tone: 'active',
    });
  });

  it('says who took over or aborted, and who can free the application', () => {
    expect(rollbackHeadline(takenOver(NOW))).toMatchObject({
      text: 'Taken over by alice',
      icon: 'paused',
      need: expect.stringMatching(/^Needs you: reset it/),
    });
    expect(rollbackHeadline({ ...takenOver(NOW), commands: [] }).text).toBe(
      'Taken over by a person',
    );
    const aborted = rollbacks.aborted(NOW, {
      abortReason: 'ABORTED_BY_HUMAN',
      commands: [
        decision(NOW, { command: 'ABORT', result: 'refused' }),
        decision(NOW, { id: 'b', command: 'ABORT', person: { login: 'erin' } }),
      ],
    });
    expect(rollbackHeadline(aborted).text).toBe('Aborted by erin');
    expect(rollbackHeadline(seenBy(aborted, [])).need).toBe(
      'Needs a senior maintainer: reset it once it is mended',
    );
    expect(
      rollbackHeadline({ ...aborted, needsHuman: false }).need,
    ).toBeUndefined();
  });
});
