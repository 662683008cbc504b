import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { RequestHandler } from 'express';
import { GitHub, GitHubClient, Repositories } from '../github';
import { LocalServer, startLocalServer } from './localServer';
import { Recording, startRecording } from './recording';

/** The GitHub adapter against a server whose answers a test writes itself. */
export interface LocalGitHub extends Recording {
  github: GitHub;
  server: LocalServer;
}

export async function startLocalGitHub(
  handler: RequestHandler,
  options: {
    cacheEntries?: number;
    getCredentials?: () => Promise<{ type: 'token'; token: string }>;
    requestTimeout?: number;
    now?: () => number;
  } = {},
): Promise<LocalGitHub> {
  const server = await startLocalServer(handler);
  const { host } = new URL(server.url);
  const integrations = ScmIntegrations.fromConfig(
    new ConfigReader({
      integrations: {
        github: [{ host, apiBaseUrl: `${server.url}/api/v3` }],
      },
    }),
  );
  const recording = startRecording({ now: options.now });
  const client = new GitHubClient({
    credentials: {
      getCredentials:
        options.getCredentials ??
        (async () => ({ type: 'token', token: 'the-token' })),
    },
    config: {
      requestTimeout: options.requestTimeout ?? 2_000,
      maxResponseBytes: 1_000_000,
      cacheEntries: options.cacheEntries ?? 10,
    },
    clock: recording.environment.clock,
    metrics: recording.metrics,
  });
  return {
    ...recording,
    server,
    github: new GitHub(
      client,
      new Repositories(integrations),
      recording.environment,
    ),
  };
}
