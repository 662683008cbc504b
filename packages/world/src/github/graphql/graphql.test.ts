import { parse, validate } from 'graphql';
import {
  createPaymentService,
  startGitHub,
  type TestGitHub,
} from '../__testUtils__/startGitHub';
import { type CreatedRepository } from '../types';
import { costOf } from './cost';
import { githubSchema } from './schema';

const OWN = 'repository(owner: "my-org", name: "payment-service")';

interface History {
  totalCount: number;
  nodes: Array<{ messageHeadline: string }>;
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

// Real git and real HTTP: a busy machine needs its time.
jest.setTimeout(60_000);

describe('GraphQL', () => {
  let world: TestGitHub;
  let created: CreatedRepository;

  beforeAll(async () => {
    world = await startGitHub();
    created = await createPaymentService(world.github);
  });
  afterAll(async () => {
    await world.stop();
  });

  async function ask(
    query: string,
    variables: Record<string, unknown> = {},
    token: string | undefined = 'bot-token',
  ) {
    const response = await fetch(`${world.url}/api/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === '' ? {} : { authorization: `bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return {
      ...JSON.parse(await response.text()),
      status: response.status,
      headers: response.headers,
    };
  }

  it('answers the state of many commits in one query', async () => {
    const revisions = ['v3', 'v2', 'v1'].map(
      key => created.commits.get(key) ?? '',
    );
    const query = `query {
      ${OWN} {
        ${revisions
          .map(
            (oid, index) => `c${index}: object(oid: "${oid}") {
              ... on Commit {
                oid messageHeadline committedDate
                author { name email user { login } }
                parents(first: 1) { nodes { oid } }
                statusCheckRollup {
                  state
                  contexts(first: 10) {
                    nodes { ... on CheckRun { name status conclusion } ... on StatusContext { context state } }
                  }
                }
                associatedPullRequests(first: 5) { nodes { number state merged mergedAt headRefOid url } }
              }
            }`,
          )
          .join('\n')}
      }
      rateLimit { cost remaining limit resetAt }
    }`;
    expect(validate(await githubSchema(), parse(query))).toEqual([]);
    const { data, errors } = await ask(query);
    expect(errors).toBeUndefined();
    expect(data.repository.c0).toMatchObject({
      oid: revisions[0],
      messageHeadline: 'Version 3 (#13)',
      committedDate: '2026-02-27T07:30:00Z',
      author: { name: 'Jane Doe', email: 'jane.doe@example.com', user: null },
      parents: { nodes: [{ oid: revisions[1] }] },
      statusCheckRollup: { state: 'SUCCESS' },
      associatedPullRequests: {
        nodes: [{ number: 13, state: 'MERGED', merged: true }],
      },
    });
    expect(data.repository.c1.statusCheckRollup).toMatchObject({
      state: 'FAILURE',
      contexts: {
        nodes: [
          { name: 'test', status: 'COMPLETED', conclusion: 'FAILURE' },
          { name: 'lint', conclusion: 'SUCCESS' },
          { name: 'branch-protection-check', conclusion: 'SUCCESS' },
        ],
      },
    });
    expect(data.rateLimit).toMatchObject({ cost: 1, limit: 5000 });
  });

  it('pages the history of a branch', async () => {
    const query = `query ($after: String) {
      ${OWN} { object(expression: "staging") { ... on Commit {
        history(first: 2, after: $after, path: "src/version.txt", since: "2026-02-25T00:00:00Z") {
          totalCount nodes { messageHeadline } pageInfo { hasNextPage endCursor }
        } } } }
    }`;
    const pages: string[][] = [];
    let after: string | null = null;
    do {
      const history: History = (await ask(query, { after })).data.repository
        .object.history;
      expect(history.totalCount).toBe(3);
      pages.push(history.nodes.map(node => node.messageHeadline));
      after = history.pageInfo.hasNextPage ? history.pageInfo.endCursor : null;
    } while (after !== null);
    expect(pages).toEqual([
      ['Version 3 (#13)', 'Version 2 (#12)'],
      ['Version 1 (#11)'],
    ]);
  });

  it('reads files, trees and refs by expression', async () => {
    const { data, errors } = await ask(`{ ${OWN} {
      file: object(expression: "staging:src/version.txt") { ... on Blob { text byteSize isBinary oid } }
      tree: object(expression: "staging:src") { __typename ... on Tree { entries { name type } } }
      missing: object(expression: "staging:nothing") { oid }
      nobranch: object(expression: "nothing:x") { oid }
      ref(qualifiedName: "refs/heads/staging") {
        name prefix target { oid }
        branchProtectionRule { requiredStatusCheckContexts requiresStrictStatusChecks }
      }
      refs(refPrefix: "refs/heads/", first: 10) { nodes { name } }
      defaultBranchRef { name }
    } viewer { login } }`);
    expect(errors).toBeUndefined();
    expect(data.repository).toMatchObject({
      file: { text: '3\n', byteSize: 2, isBinary: false },
      tree: {
        __typename: 'Tree',
        entries: [{ name: 'version.txt', type: 'blob' }],
      },
      missing: null,
      nobranch: null,
      ref: {
        name: 'staging',
        prefix: 'refs/heads/',
        target: { oid: created.commits.get('deploy') },
        branchProtectionRule: {
          requiredStatusCheckContexts: [
            'test',
            'lint',
            'branch-protection-check',
          ],
          requiresStrictStatusChecks: false,
        },
      },
      refs: { nodes: [{ name: 'staging' }] },
      defaultBranchRef: { name: 'staging' },
    });
    // Bots have no "[bot]" in GraphQL, unlike in REST.
    expect(data.viewer).toEqual({ login: 'ai-operator' });
  });

  it('follows a pull request from unknown to merged', async () => {
    const { git } = world.github.repository('my-org/payment-service');
    const head = await git.commitFiles({
      branch: 'rollback/x',
      files: { 'src/version.txt': '1\n' },
      message: 'Back',
      author: { name: 'AI', email: 'ai@example.com', date: world.clock.now() },
      parent: await git.resolve('staging'),
    });
    const { data: pull } = await world.octokit('bot-token').pulls.create({
      owner: 'my-org',
      repo: 'payment-service',
      title: 'Rollback',
      head: 'rollback/x',
      base: 'staging',
    });
    await git.commitFiles({
      branch: 'rollback/x',
      files: { 'src/other.txt': '1\n' },
      message: 'More',
      author: { name: 'AI', email: 'ai@example.com', date: world.clock.now() },
    });
    const query = `query ($number: Int!) { ${OWN} { pullRequest(number: $number) {
      number state merged mergeable mergeStateStatus reviewDecision isDraft
      headRefOid baseRefName headRefName additions changedFiles
      author { __typename login }
      labels(first: 5) { nodes { name } }
      reviews(last: 5) { nodes { state author { login } commit { oid } } }
      commits(last: 1) { totalCount nodes { commit { oid statusCheckRollup { state } } } }
      mergeCommit { oid }
    } } }`;
    expect(validate(await githubSchema(), parse(query))).toEqual([]);
    const look = async () => {
      const { data, errors } = await ask(query, { number: pull.number });
      expect(errors).toBeUndefined();
      return data.repository.pullRequest;
    };
    expect(await look()).toMatchObject({
      mergeable: 'UNKNOWN',
      mergeStateStatus: 'UNKNOWN',
      state: 'OPEN',
      reviewDecision: null,
      author: { __typename: 'Bot', login: 'ai-operator' },
    });
    const second = await look();
    expect(second).toMatchObject({
      mergeable: 'MERGEABLE',
      mergeStateStatus: 'BLOCKED',
      changedFiles: 2,
      commits: {
        totalCount: 2,
        nodes: [{ commit: { statusCheckRollup: { state: 'PENDING' } } }],
      },
    });
    expect(second.headRefOid).not.toBe(head);
    await world.github.approveAs(
      'alice',
      'my-org/payment-service',
      pull.number,
    );
    await world.clock.advance(200_000);
    expect(await look()).toMatchObject({
      mergeStateStatus: 'CLEAN',
      reviewDecision: 'APPROVED',
      reviews: {
        nodes: [
          {
            state: 'APPROVED',
            author: { login: 'alice' },
            commit: { oid: second.headRefOid },
          },
        ],
      },
    });
    const open = await ask(`{ ${OWN} {
      open: pullRequests(first: 10, states: [OPEN], headRefName: "rollback/x", baseRefName: "staging") { nodes { number } }
      newest: pullRequests(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { number } totalCount }
      merged: pullRequests(first: 1, states: MERGED) { totalCount }
    } }`);
    expect(open.data.repository).toEqual({
      open: { nodes: [{ number: pull.number }] },
      newest: { nodes: [{ number: pull.number }], totalCount: 5 },
      merged: { totalCount: 4 },
    });
    const { sha } = await world.github.mergePullRequestAs(
      'my-org/payment-service',
      pull.number,
      'alice',
    );
    expect(await look()).toMatchObject({
      state: 'MERGED',
      merged: true,
      mergeCommit: { oid: sha },
    });
  });

  it('lists what an organisation has, as the catalog reads it', async () => {
    const { data, errors } = await ask(`{
      repositoryOwner(login: "my-org") { ... on Organization { repositories(first: 10) {
        nodes { name url isArchived defaultBranchRef { name }
          catalogInfoFile: object(expression: "HEAD:README.md") { __typename ... on Blob { text } } }
        pageInfo { hasNextPage } } } }
      organization(login: "my-org") {
        membersWithRole(first: 10) { nodes { login name email } totalCount }
        teams(first: 10) { nodes { slug combinedSlug members(first: 10) { nodes { login } } } }
      }
    }`);
    expect(errors).toBeUndefined();
    expect(data.repositoryOwner.repositories).toEqual({
      nodes: [
        {
          name: 'payment-service',
          url: `${world.url}/my-org/payment-service`,
          isArchived: false,
          defaultBranchRef: { name: 'staging' },
          catalogInfoFile: { __typename: 'Blob', text: '# payment-service\n' },
        },
      ],
      pageInfo: { hasNextPage: false },
    });
    expect(data.organization).toMatchObject({
      membersWithRole: {
        totalCount: 4,
        nodes: [{ login: 'alice', name: 'Alice Ahmed' }, {}, {}, {}],
      },
      teams: {
        nodes: [
          { combinedSlug: 'my-org/senior-maintainers' },
          { members: { nodes: [{ login: 'bob' }] } },
          {},
        ],
      },
    });
  });

  it('says clearly what it does not resolve, and never makes it up', async () => {
    const { data, errors } = await ask(`{ ${OWN} { name stargazerCount } }`);
    expect(data.repository).toBeNull();
    expect(errors).toMatchObject([
      {
        type: 'NOT_SIMULATED',
        message:
          'The simulated GitHub does not resolve Repository.stargazerCount',
        path: ['repository', 'stargazerCount'],
      },
    ]);
    const mutation = await ask(
      'mutation { addStar(input: { starrableId: "x" }) { clientMutationId } }',
    );
    expect(mutation.errors[0].type).toBe('NOT_SIMULATED');
  });

  it('reports mistakes as GitHub does', async () => {
    const missing = await ask(
      '{ repository(owner: "my-org", name: "no") { id } }',
    );
    expect(missing.status).toBe(200);
    expect(missing.errors).toMatchObject([
      {
        type: 'NOT_FOUND',
        message: "Could not resolve to a Repository with the name 'my-org/no'.",
      },
    ]);
    const field = await ask('{ viewer { shoeSize } }');
    expect(field.errors[0].message).toMatch('Cannot query field "shoeSize"');
    const syntax = await ask('{ viewer {');
    expect(syntax.errors[0].message).toMatch('Syntax Error');
    const unbounded = await ask(
      `{ ${OWN} { pullRequests { nodes { number } } } }`,
    );
    expect(unbounded.errors[0].type).toBe('MISSING_PAGINATION_BOUNDARIES');
    const greedy = await ask(
      `{ ${OWN} { pullRequests(first: 101) { nodes { number } } } }`,
    );
    expect(greedy.errors[0].type).toBe('EXCESSIVE_PAGINATION');
    expect((await ask('{ viewer { login } }', {}, '')).status).toBe(401);
    expect((await ask('{ viewer { login } }', {}, 'wrong')).status).toBe(401);
  });

  it('charges by connections', async () => {
    const cost = (query: string, variables = {}) => {
      const document = parse(query);
      const [operation] = document.definitions;
      if (operation.kind !== 'OperationDefinition') {
        throw new Error('The operation comes first');
      }
      return costOf(document, operation, variables);
    };
    expect(cost('{ viewer { login } }')).toBe(1);
    // GitHub's own example: 1 + 100 + 100 * 50 requests.
    expect(
      cost(`{ viewer { repositories(first: 100) { edges { node {
        issues(first: 50) { edges { node { labels(first: 60) { edges { node { name } } } } } }
      } } } } }`),
    ).toBe(51);
    expect(
      cost(
        'query ($n: Int) { viewer { ...f } } fragment f on User { repositories(first: $n) { nodes { issues(first: 1) { nodes { id } } } } }',
        { n: 100 },
      ),
    ).toBe(1);
    world.github.setRateLimit('bot-token', 0);
    const spent = await ask('{ viewer { login } }');
    expect(spent).toMatchObject({
      status: 200,
      errors: [{ type: 'RATE_LIMITED' }],
    });
    expect(spent.headers.get('x-ratelimit-resource')).toBe('graphql');
    world.github.setRateLimit('bot-token', undefined);
  });

  it('works with the official client', async () => {
    const octokit = world.octokit('dave-token');
    const answer = await octokit.graphql<{ viewer: { login: string } }>(
      '{ viewer { login } }',
    );
    expect(answer.viewer.login).toBe('dave');
  });
});
