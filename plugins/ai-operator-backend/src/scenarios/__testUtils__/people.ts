import { mockCredentials } from '@backstage/backend-test-utils';
import request, { Response } from 'supertest';
import { userRef } from './company';
import { askGitHub } from './look';
import { Scenario } from './scenario';

/** What a person does in the portal: a command to the REST API in their name. */
export async function inPortal(
  { rest }: Pick<Scenario, 'rest'>,
  login: string,
  action: 'approve' | 'abort' | 'manual' | 'reset',
  correlationId: string,
  options: {
    reason?: string;
    expectedVersion?: number;
    /** The person's own GitHub token. */
    token?: string;
  } = {},
): Promise<Response> {
  const { token, ...body } = options;
  const call = request(rest)
    .post(`/v1/rollbacks/${correlationId}/${action}`)
    .set('authorization', mockCredentials.user.header(userRef(login)));
  if (token !== undefined) {
    call.set('x-ai-operator-github-token', token);
  }
  return call.send(body);
}

/** A token as GitHub gives it to the portal after somebody has signed in and agreed. */
export function ownToken({ world }: Scenario, login: string): string {
  const value = `gho_${login}${'0'.repeat(30)}`;
  world.github.tokens.add({ value, login, scopes: ['repo'] });
  return value;
}

export interface Issue {
  number: number;
  title: string;
  body: string;
  state: string;
  labels: Array<{ name: string }>;
  pull_request?: unknown;
}

/** Escalation issues of a repository, open or closed. */
export async function escalationIssues(
  scenario: Scenario,
  repository: string,
): Promise<Issue[]> {
  const issues = await askGitHub<Issue[]>(
    scenario,
    `/repos/${repository}/issues?state=all&labels=escalation`,
  );
  return issues.filter(issue => issue.pull_request === undefined);
}

export interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

export async function commentsOn(
  scenario: Scenario,
  repository: string,
  issue: number,
): Promise<Comment[]> {
  return askGitHub<Comment[]>(
    scenario,
    `/repos/${repository}/issues/${issue}/comments?per_page=100`,
  );
}

/** Reactions to a comment, `login:content`. */
export async function reactionsTo(
  scenario: Scenario,
  repository: string,
  commentId: number,
): Promise<string[]> {
  const reactions = await askGitHub<
    Array<{ content: string; user: { login: string } }>
  >(scenario, `/repos/${repository}/issues/comments/${commentId}/reactions`);
  return reactions.map(({ content }) => content);
}
