import { Octokit } from '@octokit/rest';
import express from 'express';
import { mkdtemp, rm } from 'node:fs/promises';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../clock';
import { createGitHub } from '../createGitHub';
import {
  type CreatedRepository,
  type CreateRepositoryOptions,
  type GitHubOptions,
  type GitHubServer,
} from '../types';

export const BOT = 'ai-operator[bot]';
export const START = Date.parse('2026-02-27T10:30:00Z');
const HOUR = 3_600_000;

/** An answer of the REST API. */
export interface Answer {
  status: number;
  headers: Headers;
  // Wire formats: the tests say what they expect in them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** A simulated GitHub that listens, with the cast of the tests. */
export interface TestGitHub {
  github: GitHubServer;
  clock: ManualClock;
  url: string;
  dir: string;
  /** Asks the REST API; `token` undefined = without one. */
  ask(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; ifNoneMatch?: string },
  ): Promise<Answer>;
  /** The official client; `undefined` = without a token. */
  octokit(token: string | undefined): Octokit;
  stop(): Promise<void>;
}

/** Starts a GitHub with alice, erin (admin), bob, dave (push), mallory (read) and the bot; tokens are `<login>-token`. */
export async function startGitHub(
  options: Partial<GitHubOptions> = {},
): Promise<TestGitHub> {
  const dir = await mkdtemp(join(tmpdir(), 'world-github-'));
  const clock = new ManualClock(START);
  let url = '';
  const person = (login: string, name: string, role: string) => ({
    login,
    name,
    email: `${login}@example.com`,
    role,
  });
  const github = createGitHub({
    clock,
    dataDir: dir,
    baseUrl: () => url,
    people: [
      person('alice', 'Alice Ahmed', 'Senior maintainer'),
      person('erin', 'Erin Eriksen', 'Senior maintainer'),
      person('bob', 'Bob Baker', 'Approver'),
      person('dave', 'Dave Dean', 'Developer'),
      person('mallory', 'Mallory <script>', 'Visitor'),
      {
        ...person(BOT, 'AI Operator', 'AI operator'),
        email: 'ai-operator@example.com',
        type: 'Bot',
        permission: 'push',
      },
    ],
    teams: [
      {
        org: 'my-org',
        slug: 'senior-maintainers',
        name: 'Senior maintainers',
        members: ['alice', 'erin'],
        permission: 'admin',
      },
      {
        org: 'my-org',
        slug: 'approvers',
        name: 'Approvers',
        members: ['bob'],
        permission: 'push',
      },
      {
        org: 'my-org',
        slug: 'developers',
        name: 'Developers',
        members: ['dave'],
        permission: 'push',
      },
    ],
    tokens: [
      ...['alice', 'erin', 'bob', 'dave', 'mallory'].map(login => ({
        value: `${login}-token`,
        login,
        scopes: ['repo', 'read:org', 'user:email'],
      })),
      {
        value: 'bot-token',
        login: BOT,
        maxPermission: 'push' as const,
        readsProtection: true,
      },
    ],
    ci: { durationMs: 150_000 },
    ...options,
  });
  const app = express();
  app.use(github.router);
  const server = await new Promise<Server>(resolve => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    github,
    clock,
    url,
    dir,
    async ask(method, path, { token, body, ifNoneMatch } = {}) {
      const response = await fetch(`${url}/api/v3${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `token ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
    octokit: token =>
      new Octokit({
        baseUrl: `${url}/api/v3`,
        ...(token === undefined ? {} : { auth: token }),
        log: { debug() {}, info() {}, warn() {}, error() {} },
      }),
    async stop() {
      await github.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** `my-org/payment-service`: four versions, each deployed to `staging` by a commit to its manifest. */
export async function createPaymentService(
  github: GitHubServer,
  options: Partial<CreateRepositoryOptions> = {},
): Promise<CreatedRepository> {
  const author = { name: 'Jane Doe', email: 'jane.doe@example.com' };
  const version = (index: number, hoursAgo: number) => ({
    key: `v${index}`,
    message: `Version ${index} (#${10 + index})`,
    author,
    date: START - hoursAgo * HOUR,
    ci: index === 2 ? ('failure' as const) : ('success' as const),
    files: {
      'src/version.txt': `${index}\n`,
      ...(index === 0 ? { 'README.md': '# payment-service\n' } : {}),
    },
    pullRequest: { author: 'dave', mergedBy: 'bob' },
  });
  return await github.createRepository({
    owner: 'my-org',
    name: 'payment-service',
    description: 'Takes payments',
    defaultBranch: 'staging',
    nextNumber: 42,
    protection: {
      staging: {
        requiredChecks: ['test', 'lint', 'branch-protection-check'],
        enforceAdmins: true,
      },
    },
    history: [
      ...[72, 48, 24, 3].map((hours, index) => version(index, hours)),
      {
        key: 'deploy',
        message: 'Deploy version 3',
        author,
        date: START - 2 * HOUR,
        files: {
          '.argocd/application.yaml': sha => manifest(sha('v3')),
        },
      },
    ],
    ...options,
  });
}

/** A pull request by dave from `change` to `staging`; answers its number. */
export async function openChange(
  world: TestGitHub,
  branch = 'change',
): Promise<number> {
  const { git } = world.github.repository('my-org/payment-service');
  await git.commitFiles({
    branch,
    files: { [`${branch}.txt`]: 'new\n' },
    message: 'Change',
    author: {
      name: 'Dave Dean',
      email: 'dave@example.com',
      date: world.clock.now(),
    },
    parent: await git.resolve('staging'),
  });
  const { body } = await world.ask(
    'POST',
    '/repos/my-org/payment-service/pulls',
    {
      token: 'dave-token',
      body: { title: 'Change', head: branch, base: 'staging' },
    },
  );
  return body.number;
}

export function manifest(revision: string): string {
  return [
    'apiVersion: argoproj.io/v1alpha1',
    'kind: Application # keep this comment',
    'metadata:',
    '  name: payment-service',
    'spec:',
    '  source:',
    `    targetRevision: ${revision}`,
    '',
  ].join('\n');
}
