import { eventPayloadSchemas } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  humanCommand,
  observationAt,
  OURS,
  POLICY,
  rollbackIn,
  SECOND,
  STATES,
  T0,
  THEIRS,
} from './__testUtils__/fixtures';
import { decide } from './decide/decide';
import { Decision } from './decision';
import { publish } from './publish';
import { known } from './verdict';

const NOW = T0 + 10 * SECOND;
const OPENING = { correlationId: 'c-1', version: 3 };

function eventsOf({ effects }: Decision) {
  return effects.flatMap(effect =>
    effect.kind === 'publish_event' ? [effect] : [],
  );
}

describe('an event', () => {
  it('is the same effect when the same decision is taken again', () => {
    const payload = { revision: 'b0b', streak: 3, degradedMs: 20_000 };
    const effect = publish(OPENING, 'degradation.confirmed', payload);
    expect(effect).toEqual({
      key: 'c-1/event/degradation.confirmed/3',
      kind: 'publish_event',
      name: 'degradation.confirmed',
      payload,
    });
    expect(publish(OPENING, 'degradation.confirmed', payload)).toEqual(effect);
  });

  it('with the payload of another does not compile', () => {
    const effect = publish(OPENING, 'merge.skipped', {
      // @ts-expect-error -- that is what is tested
      streak: 3,
    });
    const { success } = eventPayloadSchemas['merge.skipped'].safeParse(effect);
    expect(success).toBe(false);
  });

  it('names who acted by entity ref, and tells nothing that a person wrote', () => {
    const command = humanCommand('ABORT', {
      at: NOW,
      person: { entityRef: 'user:default/alice', login: 'alice-gh' },
      reason: 'Bob broke it, the password is hunter2',
    });
    const decision = decide(
      rollbackIn(STATES.prCreated()),
      { ...observationAt(NOW), commands: [command] },
      NOW,
      POLICY,
    );
    const events = eventsOf(decision);
    expect(events.map(({ name, payload }) => [name, payload])).toMatchObject([
      [
        'abort',
        {
          reason: 'ABORTED_BY_HUMAN',
          by: 'user:default/alice',
          because: 'a senior maintainer aborted the rollback',
          pullRequest: { number: 42 },
        },
      ],
      ['fsm.state_transition', { to: 'Abort', by: 'user:default/alice' }],
    ]);
    expect(JSON.stringify(events)).not.toMatch(/hunter2|Bob|alice-gh/);
  });

  it('says nothing of who acted where the catalog does not know them', () => {
    const command = humanCommand('MANUAL', {
      at: NOW,
      person: { login: 'alice-gh' },
    });
    const decision = decide(
      rollbackIn(STATES.prCreated()),
      { ...observationAt(NOW), commands: [command] },
      NOW,
      POLICY,
    );
    expect(JSON.stringify(eventsOf(decision))).not.toContain('alice');
  });

  it('about broken invariants leaves out I1 in production, where the approval takes its place', () => {
    const decision = decide(
      rollbackIn(STATES.awaitingMerge(), { environment: 'production' }),
      {
        ...observationAt(NOW),
        openPullRequests: known([OURS, THEIRS], NOW),
      },
      NOW,
      POLICY,
    );
    const [violation] = eventsOf(decision);
    expect(violation).toMatchObject({
      name: 'merge.invariant_violation',
      payload: { invariants: [{ id: 'I7_no_conflicts' }] },
    });
  });
});
