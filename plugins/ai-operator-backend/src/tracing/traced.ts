import { isError } from '@backstage/errors';
import { Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { redact } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Attributes, ATTRIBUTES } from './names';

/** Hands out spans that cost next to nothing for as long as the app has no SDK. */
const tracer = trace.getTracer(
  '@ai-operator/backstage-plugin-ai-operator-backend',
);

/** What the work that is traced can say about itself. */
export interface TracedWork {
  set(attributes: Attributes): void;
  /** It did not go well. Only needed where the error is not thrown on, or has a better name than its own. */
  fail(error: unknown, errorType?: string): void;
}

/** Nobody is listening: the app has no SDK, or this trace is not sampled. */
const UNHEARD: TracedWork = { set: () => {}, fail: () => {} };

function text(value: unknown): string {
  return String(redact(value));
}

/** The code of an error of ours, the name of any other. */
function typeOf(error: unknown): string {
  if (!isError(error)) {
    return typeof error;
  }
  return typeof error.code === 'string' ? error.code : error.name;
}

class Heard implements TracedWork {
  readonly #span: Span;
  #failed = false;

  constructor(span: Span) {
    this.#span = span;
  }

  set(attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) {
        this.#span.setAttribute(
          ATTRIBUTES[name as keyof Attributes],
          typeof value === 'string' ? text(value) : value,
        );
      }
    }
  }

  fail(error: unknown, errorType = typeOf(error)): void {
    // Whoever knew more about it has spoken first.
    if (this.#failed) {
      return;
    }
    this.#failed = true;
    const { name, message, stack } = isError(error)
      ? error
      : new Error(String(error));
    this.set({ errorType });
    this.#span.setStatus({
      code: SpanStatusCode.ERROR,
      message: text(message),
    });
    this.#span.recordException({
      name,
      message: text(message),
      stack: typeof stack === 'string' ? text(stack) : undefined,
    });
  }
}

/**
 * Runs `work` in a span, the child of the span it is called in. What it throws
 * is told with the span and passes unchanged. No credential gets into a span:
 * texts pass the redaction of the audit.
 *
 * @param options - `root`: it belongs to no trace that happens to be open, such
 *   as that of whoever started the loop; `client`: another system is asked
 */
export async function traced<T>(
  name: string,
  attributes: Attributes,
  work: (span: TracedWork) => Promise<T>,
  options: { root?: boolean; client?: boolean } = {},
): Promise<T> {
  const kind = options.client ? SpanKind.CLIENT : SpanKind.INTERNAL;
  return tracer.startActiveSpan(
    name,
    { kind, root: options.root },
    async span => {
      const heard = span.isRecording() ? new Heard(span) : UNHEARD;
      heard.set(attributes);
      try {
        return await work(heard);
      } catch (error) {
        heard.fail(error);
        throw error;
      } finally {
        span.end();
      }
    },
  );
}
