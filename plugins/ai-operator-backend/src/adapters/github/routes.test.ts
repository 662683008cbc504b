import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';

/** Lies beside the packages of the simulated world, which uses it for the same purpose. */
const DESCRIPTION = (require.resolve.paths('@octokit/openapi') ?? [])
  .map(folder => join(folder, '@octokit/openapi/generated/api.github.com.json'))
  .filter(file => existsSync(file))[0];

/** Every route in our sources, such as `GET /repos/{owner}/{repo}`. */
function ourRoutes(): string[] {
  return readdirSync(__dirname)
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap(name => [
      ...readFileSync(join(__dirname, name), 'utf8').matchAll(
        /'((?:GET|POST|PUT|PATCH|DELETE) \/[^']*)'/g,
      ),
    ])
    .map(([, route]) => route);
}

describe('our routes', () => {
  const { paths } = JSON.parse(readFileSync(DESCRIPTION, 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const isKnown = (route: string) => {
    const [method, path] = route.split(' ');
    // With slashes kept: another way of writing the same parameter.
    const described = paths[path.replace('{+path}', '{path}')];
    return described !== undefined && method.toLowerCase() in described;
  };

  it('are GitHub’s, with the names it gives their parameters', () => {
    const routes = [...new Set(ourRoutes())];
    expect(routes.length).toBeGreaterThan(25);
    expect(routes.filter(route => !isKnown(route))).toEqual([]);
  });

  it('would notice another name', () => {
    expect(isKnown('GET /repos/{owner}/{repo}/pulls/{number}')).toBe(false);
    expect(isKnown('PUT /repos/{owner}/{repo}/pulls/{pull_number}')).toBe(
      false,
    );
  });
});
