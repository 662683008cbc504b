import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { describe, test } from 'node:test';
import { checkFile, roomOf } from '../architecture/check.mjs';
import { ROOMS, TEST_FILE } from '../architecture/rooms.mjs';
import { ROOT } from '../lib/paths.mjs';

const SOURCE = /\.[cm]?[jt]sx?$/;
const BACKEND = 'plugins/ai-operator-backend/src';

async function sourceFiles() {
  const found = [];
  async function walk(folder) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        await walk(path);
      } else if (SOURCE.test(entry.name)) {
        found.push(relative(ROOT, path).split(sep).join('/'));
      }
    }
  }
  for (const group of ['packages', 'plugins']) {
    for (const entry of await readdir(join(ROOT, group), {
      withFileTypes: true,
    })) {
      for (const folder of ['src', 'dev']) {
        await walk(join(ROOT, group, entry.name, folder)).catch(error => {
          if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') {
            throw error;
          }
        });
      }
    }
  }
  await walk(join(ROOT, 'e2e', 'src'));
  return found;
}

const files = await sourceFiles();

describe('every file keeps to the walls of its room', () => {
  for (const room of ROOMS.filter(({ name }) => name !== 'scripts')) {
    const own = files.filter(path => roomOf(path) === room);
    if (own.length > 0) {
      test(`${room.name} (${own.length} files)`, async () => {
        const violations = [];
        for (const path of own) {
          violations.push(
            ...checkFile(path, await readFile(join(ROOT, path), 'utf8')),
          );
        }
        assert.deepEqual(violations, []);
      });
    }
  }

  test('every file belongs to a room', () => {
    assert.deepEqual(
      files.filter(path => !roomOf(path) && !TEST_FILE.test(path)),
      [],
    );
  });

  test('the operator and its portal depend on the simulated world in tests only', async () => {
    for (const entry of await readdir(join(ROOT, 'plugins'))) {
      const { dependencies = {}, peerDependencies = {} } = JSON.parse(
        await readFile(join(ROOT, 'plugins', entry, 'package.json'), 'utf8'),
      );
      assert.equal(dependencies['@ai-operator/world'], undefined, entry);
      assert.equal(peerDependencies['@ai-operator/world'], undefined, entry);
    }
  });
});

describe('the checker finds what is planted', () => {
  const planted = [
    ['core/decide.ts', `const t = Date.now();`, /clock/],
    ['core/decide.ts', `const t = new Date();`, /clock/],
    ['core/decide.ts', `const t = performance.now();`, /stopwatch/],
    ['core/decide.ts', `const r = Math.random();`, /random/],
    ['core/decide.ts', `export async function f() {}`, /await/],
    ['core/decide.ts', `fetch('x');`, /network/],
    ['core/decide.ts', `setTimeout(f, 1);`, /timers/],
    ['core/decide.ts', `console.log(1);`, /console/],
    ['core/decide.ts', `const e = process.env.X;`, /node/],
    ['core/decide.ts', `import { readFile } from 'node:fs';`, /node:fs/],
    ['core/decide.ts', `import { readFile } from 'fs';`, /node:fs/],
    ['core/decide.ts', `import knex from 'knex';`, /knex/],
    [
      'core/decide.ts',
      `import { Clock } from '../ports';`,
      /may not import ports/,
    ],
    [
      'core/decide.ts',
      `import type { Clock } from '../ports';`,
      /may not import ports/,
    ],
    [
      'core/decide.ts',
      `type C = import('../ports/clock').Clock;`,
      /may not import ports/,
    ],
    ['core/decide.ts', `const x = require('knex');`, /knex/],
    [
      'core/decide.ts',
      `export { Clock } from '../ports/clock';`,
      /may not import ports/,
    ],
    ['core/decide.ts', `const x = import(name);`, /cannot be checked/],
    [
      'ports/github.ts',
      `import { Octokit } from '@octokit/rest';`,
      /@octokit\/rest/,
    ],
    [
      'ports/github.ts',
      `import type { Octokit } from '@octokit/rest';`,
      /@octokit\/rest/,
    ],
    [
      'ports/github.ts',
      `import { decide } from '../core/decide';`,
      /except for its types/,
    ],
    [
      'ports/github.ts',
      `import { D } from '../core/decide'; type X = D; const x = D(1);`,
      /except for its types/,
    ],
    [
      'ports/github.ts',
      `import { D } from '../core/decide'; class X extends D {}`,
      /except for its types/,
    ],
    [
      'adapters/github/client.ts',
      `import { x } from '../argocd/client';`,
      /adapter argocd/,
    ],
    [
      'adapters/github/client.ts',
      `import { decide } from '../../core/decide';`,
      /except for its types/,
    ],
    ['adapters/github/client.ts', `import knex from 'knex';`, /knex/],
    [
      'adapters/argocd/client.ts',
      `import { Octokit } from '@octokit/rest';`,
      /@octokit\/rest/,
    ],
    ['adapters/newcomer/client.ts', `export {};`, /belongs to no room/],
    [
      'observation/gather.ts',
      `import { Octokit } from '@octokit/rest';`,
      /@octokit\/rest/,
    ],
    [
      'observation/gather.ts',
      `import { x } from '../adapters/github';`,
      /may not import/,
    ],
    ['effects/merge.ts', `import { Knex } from 'knex';`, /knex/],
    [
      'effects/merge.ts',
      `import { decide } from '../core/decide';`,
      /except for its types/,
    ],
    [
      'persistence/claim.ts',
      `import { x } from '../adapters/github/client';`,
      /adapter github/,
    ],
    [
      'persistence/claim.ts',
      `import { x } from '../engine/loop';`,
      /may not import engine/,
    ],
    ['engine/loop.ts', `import express from 'express';`, /express/],
    [
      'engine/loop.ts',
      `import { x } from '../adapters/github/client';`,
      /adapter github/,
    ],
    [
      'rest/router.ts',
      `import { x } from '../engine/loop';`,
      /may not import engine/,
    ],
    [
      'rest/router.ts',
      `import { x } from '../adapters/github/client';`,
      /adapter github/,
    ],
    ['newroom/a.ts', `export {};`, /belongs to no room/],
    [
      'engine/loop.ts',
      `import { x } from '@ai-operator/world';`,
      /may not import world/,
    ],
    [
      'plugin.ts',
      `import { x } from '../../../packages/world/src';`,
      /leaves the package/,
    ],
    [
      'plugin.ts',
      `import { x } from '@ai-operator/world/src/clock';`,
      /past its entry points/,
    ],
    [
      'plugin.ts',
      `import { fakeGithub } from './testing/fakes';`,
      /for tests only/,
    ],
  ];
  for (const [file, source, expected] of planted) {
    test(`${file}: ${source}`, () => {
      const violations = checkFile(`${BACKEND}/${file}`, source);
      assert.equal(violations.length, 1, violations.join('\n'));
      assert.match(violations[0], expected);
      assert.ok(violations[0].startsWith(`${BACKEND}/${file}:1 `));
    });
  }

  test('common: Node and React', () => {
    const path = 'plugins/ai-operator-common/src/words.ts';
    assert.match(checkFile(path, `import 'react';`)[0], /package react/);
    assert.match(checkFile(path, `import 'node:path';`)[0], /node:path/);
    assert.match(checkFile(path, `process.exit();`)[0], /must not use node/);
  });

  test('the portal: Node, the backend, the world', () => {
    const path = 'plugins/ai-operator/src/api.ts';
    for (const source of [
      `import 'node:path';`,
      `import { x } from '@ai-operator/backstage-plugin-ai-operator-backend';`,
      `import { x } from '@ai-operator/world';`,
      `import { x } from '@backstage/backend-plugin-api';`,
    ]) {
      assert.equal(checkFile(path, source).length, 1, source);
    }
  });

  test('the world knows nothing of the operator', () => {
    assert.match(
      checkFile(
        'packages/world/src/cli.ts',
        `import { x } from '@ai-operator/backstage-plugin-ai-operator-backend';`,
      )[0],
      /world may not import wiring/,
    );
  });

  test('the line of the violation is told', () => {
    assert.match(
      checkFile(`${BACKEND}/core/decide.ts`, `\n\nconst t = Date.now();`)[0],
      /decide\.ts:3 /,
    );
  });
});

describe('the checker lets pass what is right', () => {
  const right = [
    ['core/decide.ts', `import { holds } from './verdict';`],
    ['core/decide.ts', `const d = new Date(now).toISOString();`],
    ['core/decide.ts', `const t = Date.parse(text);`],
    [
      'core/decide.ts',
      `function f(now: number) { return { now, clock: now }; }`,
    ],
    ['core/decide.ts', `interface Call { fetch: string; process(): void }`],
    ['core/decide.ts', `function f(fetch: () => void) { fetch(); }`],
    ['core/invariants/i1.ts', `import { holds } from '../verdict';`],
    ['ports/github.ts', `import type { Decision } from '../core/decide';`],
    ['ports/github.ts', `import { type Decision } from '../core/decide';`],
    [
      'ports/github.ts',
      `import { Decision } from '../core/decide'; export interface P { x: Decision }`,
    ],
    [
      'ports/github.ts',
      `import { A, B } from '../core/decide'; export interface P extends A { x: Array<B> }`,
    ],
    ['adapters/github/client.ts', `import { Octokit } from '@octokit/rest';`],
    ['adapters/github/client.ts', `import { getJson } from '../http/getJson';`],
    ['engine/loop.ts', `import { decide } from '../core/decide';`],
    ['engine/loop.test.ts', `import { World } from '@ai-operator/world';`],
    ['plugin.ts', `import { GithubClient } from './adapters/github';`],
  ];
  for (const [file, source] of right) {
    test(`${file}: ${source}`, () => {
      assert.deepEqual(checkFile(`${BACKEND}/${file}`, source), []);
    });
  }
});
