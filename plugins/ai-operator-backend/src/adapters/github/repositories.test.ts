import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { Repositories } from './repositories';

const repositories = new Repositories(
  ScmIntegrations.fromConfig(
    new ConfigReader({
      integrations: {
        github: [{ host: 'github.com' }, { host: 'ghe.example.com' }],
      },
    }),
  ),
);

describe('teams by name', () => {
  it('belong to an organisation of the first host, or of the one that is named', () => {
    expect(repositories.resolveTeam('my-org/senior-maintainers')).toEqual({
      organization: {
        host: 'github.com',
        apiBaseUrl: 'https://api.github.com',
        owner: 'my-org',
        slug: 'my-org',
        url: 'https://github.com/my-org',
      },
      teamSlug: 'senior-maintainers',
    });
    expect(
      repositories.resolveTeam('ghe.example.com/ops/on-call'),
    ).toMatchObject({
      organization: {
        apiBaseUrl: 'https://ghe.example.com/api/v3',
        owner: 'ops',
        slug: 'ghe.example.com/ops',
        url: 'https://ghe.example.com/ops',
      },
      teamSlug: 'on-call',
    });
  });

  it.each([
    ['seniors', 'VALIDATION', "'seniors' does not name a GitHub team"],
    ['my-org/', 'VALIDATION', 'does not name a GitHub team'],
    ['a/b/c/d', 'VALIDATION', 'does not name a GitHub team'],
    ['gitlab.com/a/b', 'MISCONFIGURED', 'integrations.github'],
  ])('refuses %s', (team, code, message) => {
    expect(() => repositories.resolveTeam(team)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining(message),
      }),
    );
  });
});
