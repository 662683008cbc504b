import { ApiError } from '../domain/apiError';
import { issueBody } from '../represent/issues';
import { type Issue, permits } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type Register } from './api';
import { type Call } from './call';
import { links, pageOf } from './paging';

interface Hit {
  repository: RepositoryState;
  issue: Issue;
}
type Test = (hit: Hit) => boolean;

/** Search of issues and pull requests. */
export function searchRoutes(register: Register): void {
  register('get', '/search/issues', search, 'search');
}

function search(call: Call) {
  const query = call.query('q');
  if (query === undefined) {
    throw new ApiError(422, 'Validation Failed', {
      errors: [{ resource: 'Search', field: 'q', code: 'missing' }],
    });
  }
  const tests = (query.match(/(?:[^\s"]+|"[^"]*")+/g) ?? []).map(testOf);
  const order = call.query('order') === 'asc' ? 1 : -1;
  const by = call.query('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const hits = call.state
    .repositories()
    .filter(repository => permits(call.permission(repository), 'pull'))
    .flatMap(repository =>
      [...repository.issues.values()].map(issue => ({ repository, issue })),
    )
    .filter(hit => tests.every(test => test(hit)))
    .sort(
      (a, b) => order * (a.issue[by] - b.issue[by] || a.issue.id - b.issue.id),
    );
  const page = pageOf(call);
  return {
    body: {
      total_count: hits.length,
      incomplete_results: false,
      search_type: 'lexical',
      items: hits
        .slice((page.page - 1) * page.perPage, page.page * page.perPage)
        .map(({ repository, issue }) => ({
          ...issueBody(call.state, repository, issue),
          score: 1,
        })),
    },
    headers: links(call, page, Math.min(hits.length, 1000)),
  };
}

/** One word of a query. @throws ApiError 422 for a qualifier the world does not know */
function testOf(word: string): Test {
  const match = /^(-?)([a-z]+):(.+)$/.exec(word);
  if (!match) {
    const text = word.replace(/"/g, '').toLowerCase();
    return ({ issue }) =>
      `${issue.title}\n${issue.body ?? ''}`.toLowerCase().includes(text);
  }
  const test = qualifier(match[2], match[3].replace(/^"|"$/g, ''));
  return match[1] === '-' ? hit => !test(hit) : test;
}

function qualifier(name: string, value: string): Test {
  const wanted = value.toLowerCase();
  switch (name) {
    case 'is':
    case 'type':
    case 'state':
      return kind(name, wanted);
    case 'repo':
      return ({ repository }) => repository.fullName.toLowerCase() === wanted;
    case 'org':
    case 'user':
      return ({ repository }) => repository.owner.toLowerCase() === wanted;
    case 'label':
      return ({ issue }) =>
        issue.labels.some(label => label.toLowerCase() === wanted);
    case 'author':
      return ({ issue }) => issue.author.toLowerCase() === wanted;
    case 'head':
      return ({ issue }) =>
        issue.pull?.headBranch.toLowerCase().startsWith(wanted) ?? false;
    case 'base':
      return ({ issue }) => issue.pull?.baseBranch.toLowerCase() === wanted;
    case 'sort':
      return () => true;
    default:
      throw unknown(`${name}:${value}`);
  }
}

function kind(name: string, wanted: string): Test {
  switch (wanted) {
    case 'pr':
    case 'pull-request':
      return ({ issue }) => issue.pull !== undefined;
    case 'issue':
      return ({ issue }) => issue.pull === undefined;
    case 'open':
    case 'closed':
      return ({ issue }) => issue.state === wanted;
    case 'merged':
      return ({ issue }) => issue.pull?.mergedAt !== undefined;
    case 'unmerged':
      return ({ issue }) =>
        issue.pull !== undefined && issue.pull.mergedAt === undefined;
    case 'draft':
      return ({ issue }) => issue.pull?.draft === true;
    case 'public':
    case 'private':
      return ({ repository }) => repository.private === (wanted === 'private');
    default:
      throw unknown(`${name}:${wanted}`);
  }
}

function unknown(word: string): ApiError {
  return new ApiError(422, 'Validation Failed', {
    errors: [
      {
        resource: 'Search',
        field: 'q',
        code: 'invalid',
        message: `The simulated GitHub does not know the qualifier "${word}"`,
      },
    ],
  });
}
