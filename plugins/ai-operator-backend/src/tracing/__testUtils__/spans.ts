import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** An SDK for the tests of this block; call it where `beforeEach` may be called. */
export function startSpans() {
  const exporter = new InMemorySpanExporter();

  beforeAll(() => {
    context.setGlobalContextManager(
      new AsyncLocalStorageContextManager().enable(),
    );
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({
        spanProcessors: [new SimpleSpanProcessor(exporter)],
      }),
    );
  });
  beforeEach(() => exporter.reset());
  afterAll(() => {
    trace.disable();
    context.disable();
  });

  const finished = () => exporter.getFinishedSpans();
  return {
    /** In the order in which they ended. */
    finished,
    named: (name: string): ReadableSpan[] =>
      finished().filter(span => span.name === name),
    /** Name of the span around it; undefined for the root of a trace. */
    parentOf({ parentSpanContext }: ReadableSpan): string | undefined {
      return parentSpanContext === undefined
        ? undefined
        : finished().find(
            span => span.spanContext().spanId === parentSpanContext.spanId,
          )?.name ?? 'not finished';
    },
    /** Everything the spans say, to look for what must not be in it. */
    text: () =>
      JSON.stringify(
        finished().map(({ name, attributes, status, events }) => ({
          name,
          attributes,
          status,
          events,
        })),
      ),
  };
}
