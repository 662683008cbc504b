import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { buildClientSchema, parse, validate } from 'graphql';
import { HISTORY_QUERY, PULL_REQUEST_QUERY, VIEWER_QUERY } from './queries';

/** The schema is published as an ES module, so its file is looked for instead of imported. */
const PACKAGE = (require.resolve.paths('@octokit/graphql-schema') ?? [])
  .map(folder => join(folder, '@octokit/graphql-schema'))
  .filter(folder => existsSync(folder))[0];

describe('our GraphQL', () => {
  const github = buildClientSchema(
    JSON.parse(readFileSync(join(PACKAGE, 'schema.json'), 'utf8')),
  );

  it.each([
    ['history', HISTORY_QUERY],
    ['pull request', PULL_REQUEST_QUERY],
    ['viewer', VIEWER_QUERY],
  ])('%s fits the schema GitHub publishes', (_name, query) => {
    expect(validate(github, parse(query)).map(error => error.message)).toEqual(
      [],
    );
  });

  it('would notice a field that GitHub does not have', () => {
    const broken = VIEWER_QUERY.replace('login', 'loginName');
    expect(validate(github, parse(broken))).toHaveLength(1);
  });
});
