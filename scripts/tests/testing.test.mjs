import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sideBySide } from '../lib/testing/gates.mjs';
import { kindOfTestFile, readJestReport } from '../lib/testing/jest.mjs';
import { KINDS, chooseKinds } from '../lib/testing/kinds.mjs';
import { readNodeTestReport } from '../lib/testing/nodeTest.mjs';
import { readPlaywrightReport } from '../lib/testing/playwright.mjs';
import { Report } from '../lib/testing/report.mjs';
import {
  emptyResult,
  exitCodeOf,
  failure,
  gateResult,
  refuseEmpty,
} from '../lib/testing/result.mjs';

function suite(name, statuses, more = {}) {
  return {
    name: `/repo/${name}`,
    status: statuses.includes('failed') ? 'failed' : 'passed',
    message: '',
    assertionResults: statuses.map((status, index) => ({
      status,
      fullName: `test ${index}`,
      failureMessages: status === 'failed' ? ['it broke'] : [],
    })),
    ...more,
  };
}

test('the kind of a test file is in its name', () => {
  assert.equal(kindOfTestFile('plugins/x/src/a.test.ts'), 'unit');
  assert.equal(kindOfTestFile('plugins/x/src/a.test.tsx'), 'unit');
  assert.equal(kindOfTestFile('plugins/x/src/a.contract.test.ts'), 'contract');
  assert.equal(
    kindOfTestFile('plugins/x/src/a.persistence.test.ts'),
    'persistence',
  );
  assert.equal(kindOfTestFile('plugins/x/src/a.scenario.test.ts'), 'scenario');
  assert.equal(kindOfTestFile('plugins/x/src/scenario.test.ts'), 'unit');
});

describe('readJestReport', () => {
  test('counts per kind', () => {
    const results = readJestReport(
      {
        testResults: [
          suite('a.test.ts', ['passed', 'passed', 'pending', 'todo']),
          suite('b.scenario.test.ts', ['passed', 'failed']),
        ],
      },
      ['a.test.ts', 'b.scenario.test.ts'],
      '/repo',
    );
    const unit = results.get('unit');
    assert.deepEqual([unit.passed, unit.failed], [2, 0]);
    assert.deepEqual(
      unit.skipped.map(({ reason }) => reason),
      ['marked as pending', 'marked as todo'],
    );
    const scenario = results.get('scenario');
    assert.deepEqual([scenario.passed, scenario.failed], [1, 1]);
    assert.deepEqual(scenario.failures, [
      { title: 'b.scenario.test.ts: test 1', details: 'it broke' },
    ]);
  });

  test('a file that does not load is a failure', () => {
    const { failed, failures } = readJestReport(
      {
        testResults: [
          suite('a.test.ts', [], { status: 'failed', message: 'SyntaxError' }),
        ],
      },
      ['a.test.ts'],
      '/repo',
    ).get('unit');
    assert.equal(failed, 1);
    assert.deepEqual(failures, [
      { title: 'a.test.ts', details: 'SyntaxError' },
    ]);
  });

  test('a file that was asked for and did not run is a failure', () => {
    const { failed, failures } = readJestReport(
      { testResults: [suite('a.test.ts', ['passed'])] },
      ['a.test.ts', 'b.test.ts'],
      '/repo',
    ).get('unit');
    assert.equal(failed, 1);
    assert.match(failures[0].title, /b\.test\.ts/);
  });
});

describe('readPlaywrightReport', () => {
  const report = (...tests) => ({
    errors: [],
    suites: [
      {
        title: 'smoke.spec.ts',
        specs: [],
        suites: [{ title: 'portal', specs: [{ title: 'opens', tests }] }],
      },
    ],
  });

  test('passed, failed, flaky and skipped', () => {
    const { passed, failed, skipped, failures } = readPlaywrightReport(
      report(
        { status: 'expected', annotations: [], results: [] },
        {
          status: 'unexpected',
          annotations: [],
          results: [{ errors: [{ message: 'not visible' }] }],
        },
        {
          status: 'flaky',
          annotations: [],
          results: [{ errors: [{ message: 'at first' }] }, { errors: [] }],
        },
        {
          status: 'skipped',
          annotations: [{ type: 'skip', description: 'no Prometheus here' }],
          results: [],
        },
      ),
    );
    assert.deepEqual([passed, failed], [1, 2]);
    assert.deepEqual(skipped, [
      {
        title: 'smoke.spec.ts > portal > opens',
        reason: 'no Prometheus here',
      },
    ]);
    assert.equal(failures[0].details, 'not visible');
  });

  test('an error outside of the tests is a failure', () => {
    const { failed, failures } = readPlaywrightReport({
      errors: [{ message: 'the setup failed' }],
      suites: [],
    });
    assert.equal(failed, 1);
    assert.equal(failures[0].details, 'the setup failed');
  });
});

test('readNodeTestReport counts lines and keeps reasons', () => {
  const lines = [
    { title: 'a', passed: true },
    { title: 'b', passed: false, error: 'it broke' },
    { title: 'c', passed: true, skip: 'no IPv6' },
    { title: 'd', passed: true, skip: true },
  ];
  const { passed, failed, skipped, failures } = readNodeTestReport(
    lines.map(line => JSON.stringify(line)).join('\n'),
  );
  assert.deepEqual([passed, failed], [1, 1]);
  assert.deepEqual(
    skipped.map(({ reason }) => reason),
    ['no IPv6', 'no reason given'],
  );
  assert.deepEqual(failures, [{ title: 'b', details: 'it broke' }]);
});

describe('the end of a run', () => {
  async function printed(kinds, results) {
    const lines = [];
    const report = new Report(line => lines.push(line));
    for (const [kind, result] of results) {
      await report.record(kind, async () => result);
    }
    const counts = report.print(kinds);
    return { lines, counts };
  }

  test('the last line has the sums, alone', async () => {
    const { lines, counts } = await printed(
      ['types', 'unit'],
      [
        ['types', gateResult('type-check', { ok: true, how: '', output: '' })],
        [
          'unit',
          {
            ...emptyResult(),
            passed: 7,
            skipped: [{ title: 'x', reason: 'because' }],
          },
        ],
        ['unit', { ...emptyResult(), passed: 2 }],
      ],
    );
    assert.equal(
      lines.join('\n').split('\n').at(-1),
      '10 passed, 0 failed, 1 skipped',
    );
    assert.ok(lines.includes('skipped (unit) x: because'));
    assert.equal(exitCodeOf(counts), 0);
  });

  test('a kind of which nothing ran is a failure', async () => {
    const { counts } = await printed(
      ['types', 'scenario'],
      [['types', gateResult('type-check', { ok: true, how: '', output: '' })]],
    );
    assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 0 });
    assert.equal(exitCodeOf(counts), 1);
  });

  test('a runner that throws is a failure of its kind', async () => {
    const lines = [];
    const report = new Report(line => lines.push(line));
    await report.record('unit', async () => {
      throw new Error('no such file');
    });
    assert.equal(report.print(['unit']).failed, 1);
    assert.ok(lines.some(line => line.includes('no such file')));
  });

  test('only something that ran and did not fail counts as success', () => {
    assert.equal(exitCodeOf({ passed: 1, failed: 0 }), 0);
    assert.equal(exitCodeOf({ passed: 1, failed: 1 }), 1);
    assert.equal(exitCodeOf({ passed: 0, failed: 0 }), 1);
    assert.equal(refuseEmpty('unit', emptyResult()).failed, 1);
    assert.equal(refuseEmpty('unit', failure('a', 'b')).failed, 1);
  });
});

describe('chooseKinds', () => {
  test('all of them, or those asked for, in their order', () => {
    assert.deepEqual(chooseKinds([]), KINDS);
    assert.deepEqual(chooseKinds(['unit', 'lint']), ['lint', 'unit']);
  });

  test('an unknown one is refused with the list', () => {
    assert.throws(() => chooseKinds(['unti']), {
      name: 'Problem',
      message: /unti/,
      hint: /unit/,
    });
  });
});

describe('sideBySide', () => {
  test('keeps to its limit and to the order of those that wait', async () => {
    const log = [];
    let underWay = 0;
    let most = 0;
    const job = (name, ms, after) => ({
      name,
      after,
      run: async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        log.push(`begin ${name}`);
        await sleep(ms);
        log.push(`end ${name}`);
        underWay -= 1;
      },
    });
    await sideBySide(
      [job('types', 60), job('api', 5, 'types'), job('lint', 20), job('x', 5)],
      2,
    );
    assert.equal(most, 2);
    assert.ok(log.indexOf('begin api') > log.indexOf('end types'));
    assert.equal(log.length, 8);
  });

  test('does not wait for one that was not asked for', async () => {
    let ran = false;
    await sideBySide(
      [{ name: 'api', after: 'types', run: async () => void (ran = true) }],
      2,
    );
    assert.ok(ran);
  });

  test('a circle is an error, not a wait without end', async () => {
    const run = async () => undefined;
    await assert.rejects(
      sideBySide(
        [
          { name: 'a', after: 'b', run },
          { name: 'b', after: 'a', run },
        ],
        2,
      ),
      /Nothing can go first/,
    );
  });
});
