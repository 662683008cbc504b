import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPANY } from '../cast/company';
import type { CastDefinition } from '../cast/types';
import { ManualClock } from '../clock';
import { DEMO_ACCESS } from '../credentials';
import type { World, WorldOptions } from '../types';
import { startWorld } from '../world';

// A world is made by dozens of git processes: slow on a busy machine.
jest.setTimeout(60_000);

/** When the tests' worlds begin; a multiple of Argo CD's poll interval. */
export const WORLD_START = Date.parse('2026-02-27T10:28:00Z');

/** An answer, parsed as JSON where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Wire formats of four systems: the tests say what they expect in them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** A listening world on a simulated clock, and short ways to ask its systems. */
export interface TestWorld {
  world: World;
  clock: ManualClock;
  url: string;
  /** Any path; `init` as for fetch. */
  ask(path: string, init?: RequestInit): Promise<Answer>;
  /** A path below `/argocd/<instance>/api/v1`, with the operator's token. */
  argo(path: string, instance?: string): Promise<Answer>;
  /** A path below `/kubernetes/<cluster>`, with the operator's token. */
  kubernetes(path: string, cluster?: string): Promise<Answer>;
  /** An instant query, as of the world's time. */
  prometheus(
    query: string,
    parameters?: Record<string, string>,
  ): Promise<Answer>;
  stop(): Promise<void>;
}

/** The company, reduced to some of its services. */
export function castOf(...services: string[]): CastDefinition {
  return {
    ...COMPANY,
    services: COMPANY.services.filter(({ name }) => services.includes(name)),
  };
}

/** Starts a world of `payment-service` alone, unless told otherwise. */
export async function startTestWorld(
  options: Partial<WorldOptions> = {},
): Promise<TestWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'world-test-'));
  const clock = new ManualClock(WORLD_START);
  const { world, url, close } = await startWorld({
    clock,
    dataDir: dir,
    cast: castOf('payment-service'),
    port: 0,
    ...options,
  });
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
  const withToken = (token: string) => ({
    headers: { authorization: `Bearer ${token}` },
  });
  return {
    world,
    clock,
    url,
    ask,
    argo: (path, instance = 'staging') =>
      ask(
        `/argocd/${instance}/api/v1${path}`,
        withToken(DEMO_ACCESS.argocd.token),
      ),
    kubernetes: (path, cluster = 'staging') =>
      ask(
        `/kubernetes/${cluster}${path}`,
        withToken(DEMO_ACCESS.kubernetes.token),
      ),
    prometheus: (query, parameters = {}) =>
      ask(
        `/prometheus/api/v1/query?${new URLSearchParams({
          query,
          ...parameters,
        })}`,
      ),
    async stop() {
      await close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
