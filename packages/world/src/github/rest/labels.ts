import { z } from 'zod';
import { ApiError, notFound, validationFailed } from '../domain/apiError';
import { addLabels, ensureLabel, findLabel, setLabels } from '../domain/labels';
import { label } from '../represent/issues';
import { type RepositoryState } from '../state/repository';
import { type Register } from './api';
import { type Call } from './call';
import { issueOf } from './issues';
import { paged } from './paging';

const REPO = '/repos/:owner/:repo';
const ISSUE = `${REPO}/issues/:number`;

const Name = z.union([z.string(), z.object({ name: z.string() })]);
const Names = z.union([
  z.array(Name).max(100),
  z
    .object({ labels: z.array(Name).max(100).default([]) })
    .transform(body => body.labels),
]);
const NewLabel = z.object({
  name: z.string().min(1).max(50),
  color: z
    .string()
    .regex(/^[0-9a-fA-F]{6}$/)
    .default('ededed'),
  description: z.string().max(100).nullish(),
});

/** Labels of repositories and issues. */
export function labelRoutes(register: Register): void {
  register('get', `${REPO}/labels`, call => {
    const repository = call.repository();
    return paged(call, [...repository.labels.keys()], names =>
      names.map(name => label(call.state, repository, name)),
    );
  });
  register('post', `${REPO}/labels`, createLabel);
  register('get', `${REPO}/labels/:name`, call => {
    const repository = call.repository();
    return { body: label(call.state, repository, labelOf(call, repository)) };
  });
  register('get', `${ISSUE}/labels`, call => {
    const repository = call.repository();
    return labels(call, repository, issueOf(call, repository).labels);
  });
  register('post', `${ISSUE}/labels`, call => {
    const repository = call.repository('triage');
    const issue = issueOf(call, repository);
    const { login } = call.signedIn().account;
    const wanted = plain(call.body(Names));
    addLabels(call.state, repository, issue, wanted, login);
    return labels(call, repository, issue.labels);
  });
  register('put', `${ISSUE}/labels`, call => {
    const repository = call.repository('triage');
    const issue = issueOf(call, repository);
    const { login } = call.signedIn().account;
    const wanted = plain(call.body(Names));
    setLabels(call.state, repository, issue, wanted, login);
    return labels(call, repository, issue.labels);
  });
  register('delete', `${ISSUE}/labels`, call => {
    const repository = call.repository('triage');
    const issue = issueOf(call, repository);
    const { login } = call.signedIn().account;
    setLabels(call.state, repository, issue, [], login);
    return { status: 204 };
  });
  register('delete', `${ISSUE}/labels/:name`, call => {
    const repository = call.repository('triage');
    const issue = issueOf(call, repository);
    const name = findLabel(repository, call.param('name'));
    if (name === undefined || !issue.labels.includes(name)) {
      throw new ApiError(404, 'Label does not exist');
    }
    const { login } = call.signedIn().account;
    const rest = issue.labels.filter(other => other !== name);
    setLabels(call.state, repository, issue, rest, login);
    return labels(call, repository, issue.labels);
  });
}

function plain(names: Array<z.infer<typeof Name>>): string[] {
  return names.map(name => (typeof name === 'string' ? name : name.name));
}

function labels(call: Call, repository: RepositoryState, names: string[]) {
  return paged(
    call,
    names,
    page => page.map(name => label(call.state, repository, name)),
    100,
  );
}

function labelOf(call: Call, repository: RepositoryState): string {
  const name = findLabel(repository, call.param('name'));
  if (name === undefined) {
    throw notFound();
  }
  return name;
}

function createLabel(call: Call) {
  const repository = call.repository('push');
  const body = call.body(NewLabel);
  if (findLabel(repository, body.name) !== undefined) {
    throw validationFailed({
      resource: 'Label',
      field: 'name',
      code: 'already_exists',
    });
  }
  const name = ensureLabel(call.state, repository, body.name);
  const value = repository.labels.get(name);
  if (value) {
    value.color = body.color.toLowerCase();
    value.description = body.description ?? undefined;
  }
  const answer = label(call.state, repository, name);
  return { status: 201, body: answer, headers: { Location: answer.url } };
}
