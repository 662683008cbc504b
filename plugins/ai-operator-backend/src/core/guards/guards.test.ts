import { GuardId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Observation } from '../observation';
import { Policy } from '../policy';
import { Rollback } from '../rollback';
import { known, unknown, Verdict } from '../verdict';
import {
  observationAt,
  OTHER,
  POLICY,
  pullRequestNow,
  rollbackIn,
  SECOND,
  STATES,
  T0,
} from '../__testUtils__/fixtures';
import { GUARDS } from './index';

const awaiting = rollbackIn(STATES.awaitingMerge());

function mode(staging: Policy['modes']['staging']): Policy {
  return { ...POLICY, modes: { ...POLICY.modes, staging } };
}

function labels(...list: string[]) {
  return { pullRequest: known(pullRequestNow({ labels: list }), T0) };
}

const noAnswer = { pullRequest: unknown<never>('502', T0) };
const old = { pullRequest: known(pullRequestNow(), T0 - 31 * SECOND) };

it.each<
  [
    GuardId,
    Verdict['result'],
    string,
    Partial<Observation>,
    { policy?: Policy; rollback?: Rollback },
  ]
>([
  ['mode', 'holds', 'auto', {}, {}],
  ['mode', 'broken', 'propose', {}, { policy: mode('propose') }],
  ['mode', 'broken', 'observe', {}, { policy: mode('observe') }],
  [
    'mode',
    'broken',
    'production, even if somebody managed to configure auto',
    {},
    {
      rollback: { ...awaiting, environment: 'production' },
      policy: { ...POLICY, modes: { staging: 'auto', production: 'auto' } },
    },
  ],
  ['hold_label', 'holds', 'no such label', {}, {}],
  ['hold_label', 'broken', 'set', labels('do-not-merge/hold'), {}],
  ['hold_label', 'broken', 'in other case', labels('Do-Not-Merge/Hold'), {}],
  [
    'hold_label',
    'holds',
    'a label that only begins so',
    labels('do-not-merge/hold-2'),
    {},
  ],
  ['hold_label', 'unknown', 'no answer', noAnswer, {}],
  ['hold_label', 'unknown', '31 s old', old, {}],
  ['own_commits_only', 'holds', 'our head', {}, {}],
  [
    'own_commits_only',
    'broken',
    'somebody pushed',
    { pullRequest: known(pullRequestNow({ headSha: OTHER }), T0) },
    {},
  ],
  ['own_commits_only', 'unknown', 'no answer', noAnswer, {}],
  ['own_commits_only', 'unknown', '31 s old', old, {}],
  [
    'own_commits_only',
    'unknown',
    'no pull request',
    {},
    { rollback: rollbackIn(STATES.resolved()) },
  ],
])('%s %s: %s', (id, result, _name, observed, { policy, rollback }) => {
  const guard = GUARDS.find(candidate => candidate.id === id);
  const verdict = guard?.judge(
    rollback ?? awaiting,
    observationAt(T0, observed),
    T0,
    policy ?? POLICY,
  );
  expect(verdict?.result).toBe(result);
  expect(verdict?.because).not.toBe('');
});
