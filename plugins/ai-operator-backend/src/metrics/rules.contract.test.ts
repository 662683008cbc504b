import { describeWithPrometheus } from './__testUtils__/describeWithPrometheus';
import { runProgram } from './__testUtils__/programs';
import { EXAMPLES } from './__testUtils__/observabilityExamples';

jest.setTimeout(60_000);

describeWithPrometheus('promtool, about the alert rules', ({ promtool }) => {
  it.each([
    ['reads them', ['check', 'rules', 'prometheus-rules.yaml']],
    [
      'sees each fire, and not fire',
      ['test', 'rules', 'prometheus-rules.test.yaml'],
    ],
    [
      'reads the scrape configuration',
      ['check', 'config', '--syntax-only', 'prometheus-scrape.yaml'],
    ],
  ])('%s', async (_title, args) => {
    const { ok, output } = await runProgram(promtool, args, { cwd: EXAMPLES });
    expect(output).toContain('SUCCESS');
    expect(ok).toBe(true);
  });
});
