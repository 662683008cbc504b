import { ConfigReader } from '@backstage/config';
import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import { generateKeyPairSync } from 'crypto';
import { RequestHandler } from 'express';
import { existsSync, readFileSync } from 'fs';
import { buildClientSchema, parse, validate } from 'graphql';
import { join } from 'path';
import { LocalServer, startLocalServer } from '../__testUtils__/localServer';
import { startRecording } from '../__testUtils__/recording';
import { GitHubDoctor } from './doctor';
import { BRANCH_DEMANDS_QUERY } from './doctorQueries';
import { GitHubClient } from './GitHubClient';
import { Repositories } from './repositories';

const REPOSITORY = 'my-org/pay';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** Credentials of an App, or a token. */
const APP = {
  apps: [
    {
      appId: 1,
      privateKey,
      webhookSecret: 's',
      clientId: 'c',
      clientSecret: 's',
    },
  ],
};

describe('the doctor and what only some GitHubs answer', () => {
  let server: LocalServer;
  afterEach(async () => {
    await server.close();
  });

  async function start(
    handler: RequestHandler,
    credentials: object = { token: 'the-token' },
  ) {
    server = await startLocalServer(handler);
    const { host } = new URL(server.url);
    const integrations = ScmIntegrations.fromConfig(
      new ConfigReader({
        integrations: {
          github: [
            { host, apiBaseUrl: `${server.url}/api/v3`, ...credentials },
          ],
        },
      }),
    );
    const recording = startRecording();
    const provider =
      DefaultGithubCredentialsProvider.fromIntegrations(integrations);
    const client = new GitHubClient({
      credentials: provider,
      config: {
        requestTimeout: 2_000,
        maxResponseBytes: 1_000_000,
        cacheEntries: 0,
      },
      clock: recording.environment.clock,
      metrics: recording.metrics,
    });
    const doctor = new GitHubDoctor(
      { client, credentials: provider, integrations, requestTimeout: 2_000 },
      client,
      new Repositories(integrations),
      recording.environment,
    );
    return { doctor, recording };
  }

  describe('an App', () => {
    const permissions = {
      contents: 'write',
      pull_requests: 'write',
      metadata: 'read',
    };
    const answering =
      (installations: object[]): RequestHandler =>
      ({ path }, response) => {
        switch (path) {
          case '/api/v3/app/installations':
            response.json(installations);
            return;
          case '/api/v3/app/installations/7/access_tokens':
            response.status(201).json({
              token: 'installation-token',
              expires_at: '2099-01-01T00:00:00Z',
              repository_selection: 'all',
            });
            return;
          case '/api/graphql':
            response.json({ data: { viewer: { login: 'ai-operator[bot]' } } });
            return;
          case '/api/v3/rate_limit':
            response.json({
              resources: { core: { limit: 9, remaining: 8, reset: 1 } },
            });
            return;
          default:
            response.status(404).json({ message: 'Not Found' });
        }
      };
    const installation = (change: object = {}) => ({
      id: 7,
      account: { login: 'My-Org' },
      permissions,
      suspended_at: null,
      ...change,
    });

    it('shows what its installation for the owner may do', async () => {
      const { doctor, recording } = await start(
        answering([
          installation({ account: { login: 'other' }, id: 8, permissions: {} }),
          installation(),
        ]),
        APP,
      );
      expect(
        await doctor.account({ repository: REPOSITORY }, recording.call),
      ).toMatchObject({
        credential: { known: true, value: 'app' },
        login: { known: true, value: 'ai-operator[bot]' },
        permissions: { known: true, value: permissions },
        budgets: {
          value: [{ resource: 'core', limit: 9, remaining: 8, resetAt: 1_000 }],
        },
      });
      expect(JSON.stringify(recording.records)).not.toMatch(
        /installation-token|PRIVATE KEY/,
      );
    });

    it.each([
      ['not installed there', []],
      ['suspended', [installation({ suspended_by: { login: 'x' } })]],
    ])('%s is no credentials', async (_name, installations) => {
      const { doctor, recording } = await start(answering(installations), APP);
      expect(
        await doctor.account({ repository: REPOSITORY }, recording.call),
      ).toMatchObject({
        credential: {
          known: false,
          failure: 'misconfigured',
          because: expect.stringContaining('App'),
        },
      });
    });

    it('whose installations cannot be read twice shows what is known', async () => {
      let lists = 0;
      const { doctor, recording } = await start((request, response, next) => {
        if (request.path === '/api/v3/app/installations') {
          lists += 1;
          if (lists > 1) {
            response.status(403).json({ message: 'Resource not accessible' });
            return;
          }
        }
        answering([installation()])(request, response, next);
      }, APP);
      expect(
        await doctor.account({ repository: REPOSITORY }, recording.call),
      ).toMatchObject({
        credential: { value: 'app' },
        permissions: { known: false, failure: 'forbidden' },
      });
    });
  });

  it('calls a token without scopes in its answers by what it is', async () => {
    const { doctor, recording } = await start((request, response) => {
      if (request.path === '/api/graphql') {
        response.json({ data: { viewer: { login: 'machine-user' } } });
      } else if (request.path === '/api/v3/rate_limit') {
        response.status(404).json({ message: 'Rate limiting is not enabled.' });
      } else {
        response.json({ archived: false, has_issues: true });
      }
    });
    expect(
      await doctor.account({ repository: REPOSITORY }, recording.call),
    ).toMatchObject({
      credential: { known: true, value: 'fine_grained' },
      budgets: { known: false, failure: 'missing' },
      clock: { known: true },
    });
  });

  describe('rulesets', () => {
    const rule = (id: number) => ({
      type: 'non_fast_forward',
      ruleset_id: id,
      ruleset_source_type: 'Repository',
    });

    async function look(rules: object[], ruleset: RequestHandler) {
      const { doctor, recording } = await start((request, response, next) => {
        if (request.path.includes('/rulesets/')) {
          ruleset(request, response, next);
        } else if (request.path.includes('/rules/branches/')) {
          response.json(rules);
        } else if (request.path === '/api/graphql') {
          response.json({ data: { repository: { mergeQueue: { id: 'q' } } } });
        } else if (request.path.endsWith('/protection')) {
          response
            .status(403)
            .json({ message: 'Resource not accessible by integration' });
        } else if (request.path.includes('/branches/')) {
          response.json({ protected: true, protection: { enabled: false } });
        } else {
          response.json({ archived: false, has_issues: true });
        }
      });
      const { branches } = await doctor.repository(
        {
          repository: REPOSITORY,
          branches: [{ branch: 'main', environments: ['production'] }],
        },
        recording.call,
      );
      return branches[0];
    }

    it('tell whether they let us past them', async () => {
      const facts = await look(
        [rule(1), rule(2), rule(1)],
        (request, response) =>
          response.json(
            request.path.endsWith('/1')
              ? { name: 'production', current_user_can_bypass: 'never' }
              : { name: 'emergency', current_user_can_bypass: 'always' },
          ),
      );
      expect(facts).toMatchObject({
        summary: { value: { isProtected: false } },
        protection: { failure: 'forbidden' },
        mergeQueue: { value: true },
        shown: { known: true, value: undefined },
        rules: {
          value: {
            blocksForcePushes: true,
            rulesets: [
              { name: 'production', bypass: { known: true, value: 'never' } },
              { name: 'emergency', bypass: { known: true, value: 'always' } },
            ],
          },
        },
      });
    });

    it('may not tell, or not be shown', async () => {
      const facts = await look([rule(1), rule(2)], (request, response) =>
        request.path.endsWith('/1')
          ? response.json({ name: 'production' })
          : response.status(404).json({ message: 'Not Found' }),
      );
      expect(facts.rules).toMatchObject({
        value: {
          rulesets: [
            { bypass: { known: false, failure: 'skipped' } },
            { bypass: { known: false, failure: 'missing' } },
          ],
        },
      });
    });

    it('beyond ten are not looked at, which is told', async () => {
      const rules = Array.from({ length: 12 }, (_each, index) => rule(index));
      const facts = await look(rules, (_request, response) =>
        response.json({ name: 'one', current_user_can_bypass: 'never' }),
      );
      const asked = server.requests.filter(each => each.includes('/rulesets/'));
      expect(asked).toHaveLength(10);
      expect(facts.rules.known && facts.rules.value.rulesets[10]).toMatchObject(
        { bypass: { because: '2 more rulesets were not looked at' } },
      );
    });
  });
});

describe('the question about a branch', () => {
  const folder = (require.resolve.paths('@octokit/graphql-schema') ?? [])
    .map(each => join(each, '@octokit/graphql-schema'))
    .filter(each => existsSync(each))[0];
  const github = buildClientSchema(
    JSON.parse(readFileSync(join(folder, 'schema.json'), 'utf8')),
  );
  const errors = (query: string) =>
    validate(github, parse(query)).map(({ message }) => message);

  it('fits the schema GitHub publishes', () => {
    expect(errors(BRANCH_DEMANDS_QUERY)).toEqual([]);
    expect(
      errors(BRANCH_DEMANDS_QUERY.replace('mergeQueue', 'mergeLine')),
    ).toHaveLength(1);
  });
});
