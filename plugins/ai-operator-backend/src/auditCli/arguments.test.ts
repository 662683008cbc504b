import { cli } from './__testUtils__/cli';

const HASH = 'a'.repeat(64);
const URL_ARGS = ['--url', 'https://backstage.example.com/api/ai-operator'];

describe('the command line of ai-operator-audit', () => {
  it.each([[['--help']], [['verify', '--help']], [['help']], [[]]])(
    'explains itself with %j',
    async argv => {
      const { code, out, err } = await cli(argv);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('ai-operator-audit verify --url');
      expect(out).toContain('Exit code: 0');
    },
  );

  it.each<[string[], string]>([
    [['check', '--file', '-'], 'check'],
    [['--file', '-'], 'verify or export'],
    [['verify', 'trail.jsonl', '--file', '-'], 'trail.jsonl'],
    [['verify'], 'where the trail is'],
    [['verify', '--file', '-', ...URL_ARGS], 'where the trail is'],
    [['verify', '--fiel', '-'], '--fiel'],
    [['verify', '--file'], '--file'],
    [['verify', '--url', 'backstage'], '--url'],
    [['verify', '--url', 'ftp://backstage'], '--url'],
    [['verify', '--url', 'https://a:hush@b/'], '--url'],
    [['verify', ...URL_ARGS, '--token-env', 'NO_SUCH'], 'NO_SUCH'],
    [['verify', '--file', '-', '--token-env', 'TOKEN'], '--token-env'],
    [['verify', '--database-env', 'NO_SUCH'], 'NO_SUCH'],
    [['verify', '--file', '-', '--from', '3'], '--hash'],
    [['verify', '--file', '-', '--hash', HASH], '--from'],
    [['verify', '--file', '-', '--from', 'x', '--hash', HASH], '--from'],
    [['verify', '--file', '-', '--from', '3', '--hash', 'abc'], '--from'],
    [['verify', '--file', '-', '--head', '3'], '--head'],
    [['verify', '--file', '-', '--head', `3:${HASH}:4`], '--head'],
    [
      ['verify', '--file', '-', '--head', `3:${HASH}`, '--correlation-id', 'r'],
      '--correlation-id',
    ],
    [['verify', '--file', '-', '--format', 'xml'], '--format'],
    [['verify', '--file', '-', '--ca', 'ca.pem'], '--elasticsearch'],
    [
      ['verify', '--file', '-', '--elasticsearch', 'es:9200'],
      '--elasticsearch',
    ],
    [
      [
        'verify',
        '--file',
        '-',
        '--elasticsearch',
        'https://es:9200',
        '--kept-days',
        '0',
      ],
      '--kept-days',
    ],
    [['export', '--file', '-'], '--url'],
    [['export', ...URL_ARGS, '--from', '3', '--hash', HASH], '--from'],
  ])('refuses %j with exit code 2', async (argv, named) => {
    const { code, out, err } = await cli(argv, { env: { TOKEN: 'hush' } });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.split('\n')[0]).toContain(named);
    expect(err).toContain('Usage:');
    expect(err).not.toContain('hush');
  });
});
