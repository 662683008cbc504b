import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { startSpans } from './__testUtils__/spans';
import { traced } from './traced';

const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

describe('traced', () => {
  it('works, and costs nothing to speak of, while the app has no SDK', async () => {
    await expect(
      traced('github.listCommits', { peer: 'github' }, async span => {
        span.set({ retryCount: 1 });
        return 42;
      }),
    ).resolves.toBe(42);
    await expect(
      traced('github.listCommits', {}, async () => {
        throw new TypeError('ours');
      }),
    ).rejects.toThrow(TypeError);
    const began = performance.now();
    for (let round = 0; round < 10_000; round += 1) {
      await traced('github.listCommits', { peer: 'github' }, async () => round);
    }
    // A few µs each; generous, because the machine may be busy.
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  describe('with an SDK', () => {
    const spans = startSpans();

    it('is a child of what it is called in, unless it is a root', async () => {
      await traced('ai-operator.tick', { instance: 'staging' }, async () => {
        await traced(
          'argocd.listApplications',
          { peer: 'argocd' },
          async () => {},
          { client: true },
        );
        await traced('ai-operator.effect', {}, async () => {}, { root: true });
      });
      const [call, root, tick] = spans.finished();
      expect(spans.parentOf(call)).toBe('ai-operator.tick');
      expect(call.kind).toBe(SpanKind.CLIENT);
      expect(spans.parentOf(root)).toBeUndefined();
      expect(root.spanContext().traceId).not.toBe(tick.spanContext().traceId);
      expect(tick.attributes).toEqual({
        'ai_operator.argocd.instance': 'staging',
      });
      expect(tick.status.code).toBe(SpanStatusCode.UNSET);
      expect(trace.getSpan(context.active())).toBeUndefined();
    });

    it('says what went wrong without a credential, and passes the error on', async () => {
      const error = new Error(`https://me:secret@host said ${TOKEN}`);
      await expect(
        traced('ai-operator.effect', { result: TOKEN }, async () => {
          throw error;
        }),
      ).rejects.toBe(error);
      const [span] = spans.finished();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).toBe('Error');
      expect(span.events).toMatchObject([
        {
          name: 'exception',
          attributes: { 'exception.type': 'Error' },
        },
      ]);
      expect(spans.text()).not.toContain(TOKEN);
      expect(spans.text()).not.toContain('secret');
    });

    it('keeps the first word about a failure', async () => {
      await expect(
        traced('github.mergePullRequest', {}, async span => {
          span.fail(new Error('GitHub answered 409'), 'CONFLICT');
          throw new Error('wrapped');
        }),
      ).rejects.toThrow('wrapped');
      const [span] = spans.finished();
      expect(span.attributes['error.type']).toBe('CONFLICT');
      expect(span.status.message).toBe('GitHub answered 409');
      expect(span.events).toHaveLength(1);
    });
  });
});
