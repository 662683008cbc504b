import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const KEPT_CHARACTERS = 20_000;

/** A series of an instant query, with its value. */
export interface Sample {
  metric: Record<string, string>;
  value: number;
}

/** A Prometheus that runs. */
export interface RealPrometheus {
  url: string;
  /** An instant query as of `at` (ms epoch), or now. Rejects with Prometheus' own words. */
  query(promql: string, at?: number): Promise<Sample[]>;
  /** Asks until the answer is as it should be, every 200 ms. */
  queryUntil(
    promql: string,
    isThere: (samples: Sample[]) => boolean,
    timeoutMs?: number,
  ): Promise<Sample[]>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

/**
 * Starts a real Prometheus with a folder of its own.
 *
 * @param options - `config`: its configuration, given the folder; `prepare`
 *   puts things there before it starts, such as blocks of history under `data`
 */
export async function startPrometheus(options: {
  program: string;
  config: (folder: string) => object;
  prepare?: (folder: string) => Promise<void>;
}): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'ai-operator-prometheus-'));
  let child: ChildProcess | undefined;
  let output = '';

  async function stop() {
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const killer = setTimeout(() => child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(killer);
    }
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await options.prepare?.(folder);
    const configFile = join(folder, 'prometheus.yml');
    await writeFile(configFile, stringify(options.config(folder)));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    child = spawn(
      options.program,
      [
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        // What the tests bring along is from the past, and must not be tidied away.
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (text: string) => {
      output = (output + text).slice(-KEPT_CHARACTERS);
    });
    child.on('error', error => {
      output += error.message;
    });
    await ready(
      url,
      () => child?.exitCode !== null || child?.pid === undefined,
    );
    return { url, ...questions(url), stop };
  } catch (cause) {
    await stop();
    throw new Error(`Prometheus did not start:\n${output}`, { cause });
  }
}

async function ready(url: string, hasEnded: () => boolean): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    if (hasEnded() || Date.now() > end) {
      throw new Error('It is not ready');
    }
    await pause(100);
  }
}

interface Answer {
  status: string;
  error?: string;
  data?: {
    result: Array<{ metric: Record<string, string>; value: [number, string] }>;
  };
}

function questions(url: string): Pick<RealPrometheus, 'query' | 'queryUntil'> {
  async function query(promql: string, at?: number) {
    const parameters = new URLSearchParams({ query: promql });
    if (at !== undefined) {
      parameters.set('time', String(at / 1_000));
    }
    const response = await fetch(`${url}/api/v1/query?${parameters}`, {
      signal: AbortSignal.timeout(5_000),
    });
    const answer = (await response.json()) as Answer;
    if (!answer.data) {
      throw new Error(`${promql}: ${answer.error}`);
    }
    return answer.data.result.map(({ metric, value }) => ({
      metric,
      value: Number(value[1]),
    }));
  }
  return {
    query,
    async queryUntil(promql, isThere, timeoutMs = 60_000) {
      const end = Date.now() + timeoutMs;
      for (;;) {
        const samples = await query(promql);
        if (isThere(samples)) {
          return samples;
        }
        if (Date.now() > end) {
          throw new Error(
            `${promql} is still ${JSON.stringify(
              samples,
            )} after ${timeoutMs} ms`,
          );
        }
        await pause(200);
      }
    },
  };
}
