import { recordingLogger } from '../scenarios/__testUtils__/recordingLogger';
import { redactingLogger } from './redactingLogger';

const TOKENS = {
  GitHub: `ghp_${'a1B2'.repeat(9)}`,
  'fine-grained GitHub': `github_pat_${'a1B2_'.repeat(10)}`,
  JWT: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhcmdvY2QifQ.c2lnbmF0dXJl',
  bearer: 'Bearer abcdef0123456789abcdef',
  Slack: 'xoxb-123456789012-abcdefghijkl',
};

describe('redactingLogger', () => {
  it.each(Object.entries(TOKENS))(
    'lets no %s token into a line, wherever it is',
    (_name, token) => {
      const recorded = recordingLogger();
      const logger = redactingLogger(recorded);
      logger.warn(`GitHub said ${token}`);
      logger.info('fields', { answer: { header: token } });
      logger.child({ seen: token }).debug('child');
      logger.error('an error', new Error(`refused ${token}`));
      logger.error(
        'causes',
        new Error('outer', {
          cause: new Error('middle', { cause: new Error(`inner ${token}`) }),
        }),
      );
      expect(recorded.entries).toHaveLength(5);
      expect(JSON.stringify(recorded.entries)).not.toContain(token);
      expect(recorded.entries[4].stack).toContain('inner [redacted');
    },
  );

  it('leaves behind what client libraries hang on their errors', () => {
    let written: unknown;
    const logger = redactingLogger({
      ...recordingLogger(),
      error: (_message, meta) => {
        written = { ...meta };
      },
    });
    logger.error(
      'failed',
      Object.assign(new Error('Bad credentials'), {
        status: 401,
        request: { headers: { authorization: 'opaque-and-unknown-secret' } },
      }),
    );
    expect(written).toEqual({});
  });

  it('tells the causes, which log formats leave out', () => {
    const recorded = recordingLogger();
    redactingLogger(recorded).error(
      'The rollback loop failed and goes on',
      new Error('Rollback 1 could not be worked on', {
        cause: new TypeError('undefined is not a function'),
      }),
    );
    expect(recorded.entries[0].stack).toMatch(
      /Rollback 1 could not[\s\S]*caused by: TypeError: undefined is not a function\n\s+at /,
    );
    expect(recorded.at('error')).toEqual([
      'The rollback loop failed and goes on <- Rollback 1 could not be worked on <- undefined is not a function',
    ]);
  });

  it('changes nothing where nothing is secret', () => {
    const recorded = recordingLogger();
    redactingLogger(recorded)
      .child({ component: 'poller' })
      .info('payment-service is Degraded', { streak: 3 });
    expect(recorded.entries).toEqual([
      {
        level: 'info',
        message: 'payment-service is Degraded',
        fields: { component: 'poller', streak: 3 },
        causes: [],
      },
    ]);
  });
});
