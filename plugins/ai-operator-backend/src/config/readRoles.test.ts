import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readRoles } from './readRoles';
import { Section } from './section';
import { ConfigProblem } from './types';

function read(roles?: JsonObject) {
  const problems: ConfigProblem[] = [];
  const section = new Section(
    new ConfigReader({ aiOperator: roles ? { roles } : {} }),
    '',
    problems,
  )
    .section('aiOperator')
    .section('roles', 'degraded');
  return { roles: readRoles(section), problems };
}

const NOBODY = { groups: [], githubTeams: [], users: [] };
const SENIOR = { seniorMaintainer: { users: ['alice'] } };

describe('readRoles', () => {
  it('reads the table, with full entity refs', () => {
    const { roles, problems } = read({
      developer: { groups: ['group:default/developers'] },
      approver: { githubTeams: ['my-org/approvers', 'ghe.local/my-org/qa'] },
      seniorMaintainer: {
        groups: ['Platform-Seniors', 'group:sre/seniors', 'platform-seniors'],
        users: ['alice', 'User:default/Bob'],
      },
      admin: { groups: [] },
    });
    expect(problems).toEqual([]);
    expect(roles).toEqual({
      developer: { ...NOBODY, groups: ['group:default/developers'] },
      approver: {
        ...NOBODY,
        githubTeams: ['my-org/approvers', 'ghe.local/my-org/qa'],
      },
      senior_maintainer: {
        ...NOBODY,
        groups: ['group:default/platform-seniors', 'group:sre/seniors'],
        users: ['user:default/alice', 'user:default/bob'],
      },
      admin: NOBODY,
    });
  });

  it('says that nobody can approve a production rollback', () => {
    for (const roles of [undefined, {}, { approver: { users: ['carol'] } }]) {
      expect(read(roles).problems).toEqual([
        {
          severity: 'degraded',
          key: 'aiOperator.roles.seniorMaintainer',
          because: expect.stringContaining(
            'nobody can approve a production rollback',
          ),
          howToMend: expect.stringContaining(
            "under 'aiOperator.roles.seniorMaintainer'",
          ),
        },
      ]);
    }
  });

  it.each([
    ['a user as a group', { groups: ['user:default/eve'] }, 'groups[0]'],
    ['a group as a user', { users: ['x', 'group:default/x'] }, 'users[1]'],
    ['no ref at all', { groups: ['a b'] }, 'groups[0]'],
    ['an empty name', { groups: ['group:default/'] }, 'groups[0]'],
    ['a team without organisation', { githubTeams: ['qa'] }, 'githubTeams[0]'],
    ['a team with an @', { githubTeams: ['@org/qa'] }, 'githubTeams[0]'],
    ['too many parts', { githubTeams: ['a/b/c/d'] }, 'githubTeams[0]'],
    ['a list that is none', { users: 'alice' }, 'users'],
    ['numbers', { users: [1] }, 'users'],
    ['an unknown key', { teams: [] }, 'teams'],
  ] as Array<[string, JsonObject, string]>)(
    'names %s and goes on without it',
    (_name, approver, key) => {
      const { problems, roles } = read({ ...SENIOR, approver });
      expect(problems).toMatchObject([
        { severity: 'degraded', key: `aiOperator.roles.approver.${key}` },
      ]);
      expect(problems[0].because).toContain(`aiOperator.roles.approver.${key}`);
      expect(problems[0].howToMend.length).toBeGreaterThan(10);
      expect(roles.senior_maintainer.users).toEqual(['user:default/alice']);
      expect(roles.approver.groups).toEqual([]);
      expect(roles.approver.githubTeams).toEqual([]);
    },
  );

  it('keeps the entries that are right beside one that is not', () => {
    const { roles } = read({
      seniorMaintainer: { groups: ['seniors', 'not a ref', 'sre'] },
    });
    expect(roles.senior_maintainer.groups).toEqual([
      'group:default/seniors',
      'group:default/sre',
    ]);
  });

  it('knows the role that was probably meant', () => {
    const { problems } = read({ ...SENIOR, senior_maintainer: {} });
    expect(problems).toMatchObject([
      {
        key: 'aiOperator.roles.senior_maintainer',
        howToMend: "Did you mean 'aiOperator.roles.seniorMaintainer'?",
      },
    ]);
  });

  it('refuses a list nobody can have written', () => {
    const users = Array.from({ length: 501 }, (_, index) => `u${index}`);
    const { roles, problems } = read({ seniorMaintainer: { users } });
    expect(roles.senior_maintainer.users).toEqual([]);
    expect(problems[0].because).toContain('more than 500 entries');
  });
});
