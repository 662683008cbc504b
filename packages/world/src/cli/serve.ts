import { resolve } from 'node:path';
import { isError } from '@backstage/errors';
import { realClock } from '../clock';
import { DEFAULT_PORT, startWorld } from '../world';
import type { Values } from './command';
import type { Output } from './main';
import { CommandError, durationOption, EXIT, numberOption } from './usage';

/** Options of `serve`. */
export const SERVE_OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  'base-url': { type: 'string' },
  data: { type: 'string' },
  'bad-deployment-after': { type: 'string' },
  'ci-duration': { type: 'string' },
  'argo-poll': { type: 'string' },
  'webhook-url': { type: 'string' },
  'webhook-secret': { type: 'string' },
} as const;

/** Words the command line of `serve`. */
export const SERVE_USAGE = `npm run world -- serve [--port ${DEFAULT_PORT}] [--host 127.0.0.1] [--data .demo/world] [--base-url http://...] [--bad-deployment-after 30s] [--ci-duration 150s] [--argo-poll 120s] [--webhook-url http://... --webhook-secret s]`;

const HIGHEST_PORT = 65_535;

/**
 * Starts a world on the real clock and answers once it has ended. When it is
 * up, one line of JSON goes to the output: `{"event":"ready","url":...,"pid":...}`.
 *
 * @throws CommandError when the port is taken
 */
export async function serve(values: Values, output: Output): Promise<number> {
  const option = (name: keyof typeof SERVE_OPTIONS) => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const port = numberOption(option('port'), 'port') ?? DEFAULT_PORT;
  const badAfterMs = durationOption(
    option('bad-deployment-after'),
    'bad-deployment-after',
  );
  const ciMs = durationOption(option('ci-duration'), 'ci-duration');
  const pollMs = durationOption(option('argo-poll'), 'argo-poll');
  if (port > HIGHEST_PORT) {
    throw new CommandError(`--port ${port}: there is no such port`, EXIT.usage);
  }
  const webhookUrl = option('webhook-url');
  const stopped = stopSignal();
  const clock = realClock();
  const started = await startWorld({
    clock,
    dataDir: resolve(option('data') ?? '.demo/world'),
    port,
    host: option('host'),
    baseUrl: option('base-url'),
    ci: ciMs === undefined ? undefined : { durationMs: ciMs },
    argo: pollMs === undefined ? undefined : { pollIntervalMs: pollMs },
    github:
      webhookUrl === undefined
        ? undefined
        : {
            webhook: {
              url: webhookUrl,
              secret: option('webhook-secret') ?? '',
            },
          },
  }).catch(error => {
    throw inWords(error, port);
  });
  output.out(
    JSON.stringify({ event: 'ready', url: started.url, pid: process.pid }),
  );
  if (badAfterMs !== undefined) {
    clock.after(badAfterMs, async () => {
      try {
        await started.world.control.deployBad({ service: 'payment-service' });
        output.out(JSON.stringify({ event: 'bad-deployment' }));
      } catch (error) {
        output.err(`The bad deployment failed: ${String(error)}`);
      }
    });
  }
  await stopped;
  await started.close();
  return 0;
}

function inWords(error: unknown, port: number): unknown {
  if (isError(error) && error.code === 'EADDRINUSE') {
    return new CommandError(
      `Port ${port} is taken. Stop what listens there, or choose another with --port.`,
      EXIT.portTaken,
      error,
    );
  }
  return isError(error) && error.name === 'InputError'
    ? new CommandError(error.message, EXIT.usage, error)
    : error;
}

/** Resolves with the first SIGINT, SIGTERM or SIGHUP. */
function stopSignal(): Promise<void> {
  return new Promise(done => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => done());
    }
  });
}
