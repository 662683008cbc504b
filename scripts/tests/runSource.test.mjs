import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ROOT } from '../lib/paths.mjs';

const RUN_SOURCE = join(ROOT, 'scripts', 'lib', 'runSource.mjs');
const PACKAGE = join('plugins', 'ai-operator-backend');

describe('the exit code of ai-operator-audit, whose 1 says that the trail is broken', () => {
  let folder;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'run-source-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function node(...args) {
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { status, stderr };
  }

  /** Runs a program with this text. */
  function run(text, options) {
    const entry = join(folder, 'entry.ts');
    writeFileSync(entry, text);
    return node(
      '--input-type=module',
      '--eval',
      `import { runSource } from ${JSON.stringify(RUN_SOURCE)};
       await runSource(${JSON.stringify(entry)}, ${JSON.stringify(options)});`,
    ).status;
  }

  for (const [title, text, code] of [
    ['is passed on', 'process.exitCode = 1;', 1],
    ['is 0 when all went well', 'export {};', 0],
    ['is 2 when a module is not there', "require('./no-such-module');", 2],
    ['is 2 when it does not compile', 'const = 4;', 2],
    [
      'is 2 when something is not caught',
      "setTimeout(() => { throw new Error('late'); }, 1);",
      2,
    ],
    ['is 2 when a promise is not', "Promise.reject(new Error('late'));", 2],
    ['is 2 when it is killed', "process.kill(process.pid, 'SIGKILL');", 2],
  ]) {
    test(title, () => assert.equal(run(text, { failure: 2 }), code));
  }

  test('is 1 for other programs that fail', () => {
    assert.equal(run("throw new Error('at once');"), 1);
    assert.equal(run("process.kill(process.pid, 'SIGKILL');"), 1);
  });

  test('is 2 when the dependencies are not installed', () => {
    const clone = join(folder, 'clone');
    cpSync(join(ROOT, 'scripts'), join(clone, 'scripts'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(clone, 'package.json'));
    const { status, stderr } = node(join(clone, 'scripts', 'audit.mjs'));
    assert.match(stderr, /dependencies are not installed/);
    assert.equal(status, 2);
  });

  for (const [title, built, code] of [
    [
      'is that of the package',
      'runAuditCli: async () => { process.exitCode = 1; }',
      1,
    ],
    [
      'is 2 when the package fails',
      "runAuditCli: async () => { throw new Error('no'); }",
      2,
    ],
    ['is 2 when the package lacks a module', "x: require('no-such-module')", 2],
    ['is 2 when the package is not built', undefined, 2],
  ]) {
    test(title, () => {
      const copy = join(folder, 'package');
      rmSync(copy, { recursive: true, force: true });
      cpSync(join(ROOT, PACKAGE, 'bin'), join(copy, 'bin'), {
        recursive: true,
      });
      if (built !== undefined) {
        mkdirSync(join(copy, 'dist', 'auditCli'), { recursive: true });
        writeFileSync(
          join(copy, 'dist', 'auditCli', 'main.cjs.js'),
          `module.exports = { ${built} };`,
        );
      }
      assert.equal(node(join(copy, 'bin', 'ai-operator-audit')).status, code);
    });
  }
});
