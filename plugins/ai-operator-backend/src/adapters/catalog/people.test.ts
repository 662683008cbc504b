import { mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { Role } from '@ai-operator/backstage-plugin-ai-operator-common';
import { RoleMembers } from '../../config';
import { CallContext, PortError } from '../../ports';
import { Recording, startRecording } from '../__testUtils__/recording';
import { CatalogPeople } from './people';
import { PeopleCatalog } from './peopleCatalog';

const NOBODY: RoleMembers = { groups: [], githubTeams: [], users: [] };

function user(name: string, login?: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: {
      name,
      namespace: 'default',
      annotations: login ? { 'github.com/user-login': login } : {},
    },
    spec: {},
  };
}

function group(name: string, users: string[], children: string[] = []): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name, namespace: 'default' },
    spec: {},
    relations: [
      ...users.map(each => ({
        type: 'hasMember',
        targetRef: `user:default/${each}`,
      })),
      ...children.map(each => ({
        type: 'parentOf',
        targetRef: `group:default/${each}`,
      })),
      { type: 'ownerOf', targetRef: 'component:default/payment-service' },
    ],
  };
}

describe('CatalogPeople', () => {
  let now: number;
  let entities: Entity[];
  let teams: Record<string, string[] | Error>;
  let roles: Partial<Record<Role, Partial<RoleMembers>>>;
  let catalogFailure: Error | undefined;
  let recording: Recording;
  let asked: { refs: string[][]; logins: number; teams: string[] };

  beforeEach(() => {
    now = Date.parse('2026-02-27T10:30:00Z');
    catalogFailure = undefined;
    asked = { refs: [], logins: 0, teams: [] };
    recording = startRecording({ now: () => now });
    roles = { senior_maintainer: { groups: ['group:default/seniors'] } };
    teams = {};
    entities = [
      user('alice', 'Alice-GH'),
      user('bob', 'bob'),
      user('dave'),
      group('seniors', ['alice']),
      group('approvers', ['bob', 'dave']),
    ];
  });

  function create(): CatalogPeople {
    const fail = () => {
      if (catalogFailure) {
        throw catalogFailure;
      }
    };
    const members = (role: Role) => ({ ...NOBODY, ...roles[role] });
    return new CatalogPeople({
      roles: {
        developer: members('developer'),
        approver: members('approver'),
        senior_maintainer: members('senior_maintainer'),
        admin: members('admin'),
      },
      catalog: new PeopleCatalog({
        catalog: {
          getEntitiesByRefs: async (request, options) => {
            asked.refs.push(request.entityRefs);
            fail();
            return catalogServiceMock({ entities }).getEntitiesByRefs(
              request,
              options,
            );
          },
          queryEntities: async (request, options) => {
            asked.logins += 1;
            fail();
            return catalogServiceMock({ entities }).queryEntities(
              request,
              options,
            );
          },
        },
        auth: mockServices.auth(),
        environment: recording.environment,
      }),
      listTeamMembers: async team => {
        asked.teams.push(team);
        const answer = teams[team] ?? new PortError('NOT_FOUND', 'no team');
        if (answer instanceof Error) {
          throw answer;
        }
        return answer;
      },
      environment: recording.environment,
    });
  }

  describe('everybody with a role', () => {
    const seniors = () => create().holders('senior_maintainer', recording.call);

    it('is known by the catalog, by a team, or by both', async () => {
      roles = {
        senior_maintainer: {
          groups: ['group:default/seniors'],
          users: ['user:default/dave', 'user:default/gone'],
          githubTeams: ['my-org/seniors'],
        },
      };
      teams = { 'my-org/seniors': ['alice-gh', 'erin', 'ai-operator[bot]'] };
      const people = await seniors();
      expect(people.map(({ entityRef }) => entityRef)).toEqual([
        'user:default/dave',
        'user:default/alice',
        undefined,
      ]);
      expect(people.map(({ login }) => login?.toLowerCase())).toEqual([
        undefined,
        'alice-gh',
        'erin',
      ]);
    });

    it('may be nobody', async () => {
      roles = {};
      expect(await seniors()).toEqual([]);
    });

    it('is not known when a source cannot be read', async () => {
      catalogFailure = new Error('the catalog is down');
      await expect(seniors()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  });

  const byRef = (people: CatalogPeople, name: string) =>
    people.find({ entityRef: `user:default/${name}` }, recording.call);
  const byLogin = (people: CatalogPeople, login: string) =>
    people.find({ login }, recording.call);

  const ALICE = { entityRef: 'user:default/alice', login: 'Alice-GH' };

  describe('who somebody is', () => {
    it('links user and login both ways, whatever the case', async () => {
      const people = create();
      const expected = { person: ALICE, roles: ['senior_maintainer'] };
      expect(await byRef(people, 'alice')).toEqual(expected);
      expect(await byRef(people, 'ALICE')).toEqual(expected);
      expect(await byLogin(people, 'alice-gh')).toEqual({
        person: { ...ALICE, login: 'alice-gh' },
        roles: ['senior_maintainer'],
      });
      expect(await people.find(ALICE, recording.call)).toEqual(expected);
    });

    it('gives nobody it does not know a role', async () => {
      const people = create();
      expect(await byRef(people, 'mallory')).toEqual({
        person: { entityRef: 'user:default/mallory' },
        roles: [],
      });
      expect(await byLogin(people, 'mallory')).toEqual({
        person: { login: 'mallory' },
        roles: [],
      });
      for (const who of [
        {},
        { entityRef: 'group:default/seniors' },
        { entityRef: 'not a ref' },
      ]) {
        expect(await people.find(who, recording.call)).toMatchObject({
          roles: [],
        });
      }
    });

    it('knows a person without a role, so that refusals can name both', async () => {
      expect(await byLogin(create(), 'BOB')).toEqual({
        person: { entityRef: 'user:default/bob', login: 'BOB' },
        roles: [],
      });
    });

    it('links neither of two users with one login, and says so', async () => {
      entities.push(user('eve', 'alice-gh'));
      const people = create();
      expect(await byLogin(people, 'Alice-GH')).toEqual({
        person: { login: 'Alice-GH' },
        roles: [],
      });
      // In the portal alice is still who she is.
      expect(await byRef(people, 'alice')).toEqual({
        person: { entityRef: 'user:default/alice' },
        roles: ['senior_maintainer'],
      });
      expect(await people.problems(recording.call)).toEqual([
        {
          key: 'aiOperator.roles',
          because:
            "The GitHub login 'alice-gh' is annotated at user:default/alice, user:default/eve, so it is linked to none of them",
          howToMend: expect.stringContaining('github.com/user-login'),
        },
      ]);
    });

    it('believes a link only while the catalog says so', async () => {
      const people = create();
      expect(
        await people.find(
          { entityRef: 'user:default/alice', login: 'bob' },
          recording.call,
        ),
      ).toMatchObject({ roles: [] });
      entities = entities.filter(each => each.metadata.name !== 'alice');
      now += 20_000;
      expect(await people.find(ALICE, recording.call)).toMatchObject({
        roles: [],
      });
    });

    it('gives bots no role, even in a team', async () => {
      roles = { senior_maintainer: { githubTeams: ['o/seniors'] } };
      teams = { 'o/seniors': ['renovate[bot]', 'alice-gh'] };
      entities.push(user('renovate', 'renovate[bot]'));
      const people = create();
      expect(await byLogin(people, 'renovate[bot]')).toEqual({
        person: { login: 'renovate[bot]' },
        roles: [],
      });
      expect(await byRef(people, 'renovate')).toMatchObject({ roles: [] });
      expect(await byRef(people, 'alice')).toMatchObject({
        roles: ['senior_maintainer'],
      });
    });
  });

  describe('which roles somebody has', () => {
    it('is everything that groups, teams and single entries give', async () => {
      roles = {
        developer: { users: ['user:default/alice', 'user:default/gone'] },
        approver: { groups: ['group:default/approvers'] },
        senior_maintainer: { githubTeams: ['my-org/seniors'] },
        admin: { groups: ['group:default/seniors'] },
      };
      teams = { 'my-org/seniors': ['ALICE-gh', 'BOB', 'octocat'] };
      const people = create();
      expect((await byRef(people, 'alice')).roles).toEqual([
        'developer',
        'senior_maintainer',
        'admin',
      ]);
      expect((await byLogin(people, 'bob')).roles).toEqual([
        'approver',
        'senior_maintainer',
      ]);
      // In a team and not in the catalog: GitHub's word is enough for GitHub's doors.
      expect(await byLogin(people, 'octocat')).toEqual({
        person: { login: 'octocat' },
        roles: ['senior_maintainer'],
      });
      // In a group and without a login: enough for the portal.
      expect(await byRef(people, 'dave')).toEqual({
        person: { entityRef: 'user:default/dave' },
        roles: ['approver'],
      });
      // Named, but nobody.
      expect((await byRef(people, 'gone')).roles).toEqual([]);
    });

    it('counts members of child groups, and ends in circles', async () => {
      entities.push(
        group('company', [], ['platform']),
        group('platform', ['dave'], ['sre', 'company', 'not-there']),
        group('sre', ['bob'], ['platform', 'sre']),
      );
      roles = { admin: { groups: ['group:default/company'] } };
      const people = create();
      expect((await byRef(people, 'bob')).roles).toEqual(['admin']);
      expect((await byRef(people, 'dave')).roles).toEqual(['admin']);
      expect((await byRef(people, 'alice')).roles).toEqual([]);
    });

    it('goes ten levels down, and says what it left out', async () => {
      const levels = Array.from({ length: 12 }, (_, index) =>
        group(
          `level-${index}`,
          { 10: ['alice'], 11: ['bob'] }[index] ?? [],
          index < 11 ? [`level-${index + 1}`] : [],
        ),
      );
      entities = [user('alice', 'a'), user('bob', 'b'), ...levels];
      roles = { admin: { groups: ['group:default/level-0'] } };
      const people = create();
      expect((await byRef(people, 'alice')).roles).toEqual(['admin']);
      expect((await byRef(people, 'bob')).roles).toEqual([]);
      expect(await people.problems(recording.call)).toMatchObject([
        { because: expect.stringContaining('1 child groups lie deeper') },
      ]);
    });

    it('is lost within 20 seconds', async () => {
      roles = {
        senior_maintainer: {
          groups: ['group:default/seniors'],
          githubTeams: ['o/t'],
        },
      };
      teams = { 'o/t': ['bob'] };
      const people = create();
      expect((await byRef(people, 'alice')).roles).not.toEqual([]);
      expect((await byLogin(people, 'bob')).roles).not.toEqual([]);
      entities = entities.map(each =>
        each.metadata.name === 'seniors' ? group('seniors', []) : each,
      );
      teams = { 'o/t': [] };
      now += 20_000;
      expect((await byRef(people, 'alice')).roles).toEqual([]);
      expect((await byLogin(people, 'bob')).roles).toEqual([]);
    });

    it('follows an annotation that was taken away within 20 seconds', async () => {
      const people = create();
      expect((await byLogin(people, 'alice-gh')).roles).not.toEqual([]);
      entities = [user('alice'), group('seniors', ['alice'])];
      now += 20_000;
      expect(await byLogin(people, 'alice-gh')).toEqual({
        person: { login: 'alice-gh' },
        roles: [],
      });
    });

    it('reads the table once for all who ask within 20 seconds', async () => {
      roles.approver = { githubTeams: ['o/a', 'o/b'] };
      teams = { 'o/a': [], 'o/b': [] };
      const people = create();
      await Promise.all([
        byRef(people, 'alice'),
        byRef(people, 'alice'),
        byLogin(people, 'bob'),
      ]);
      now += 19_999;
      await byRef(people, 'alice');
      expect(asked.teams.sort()).toEqual(['o/a', 'o/b']);
      expect(asked.refs).toEqual([
        ['group:default/seniors'],
        ['user:default/alice'],
      ]);
      now += 1;
      await byRef(people, 'alice');
      expect(asked.teams).toHaveLength(4);
    });

    it('asks for hundreds of groups in pieces', async () => {
      const many = Array.from({ length: 450 }, (_, index) =>
        group(`g-${index}`, index === 449 ? ['alice'] : []),
      );
      entities = [user('alice', 'a'), ...many];
      roles = {
        admin: {
          groups: many.map(each => `group:default/${each.metadata.name}`),
        },
      };
      expect((await byRef(create(), 'alice')).roles).toEqual(['admin']);
      expect(asked.refs.map(refs => refs.length)).toEqual([200, 200, 50, 1]);
    });
  });

  describe('when something cannot be read', () => {
    it('knows nobody while the catalog is down, and all again afterwards', async () => {
      const people = create();
      catalogFailure = new Error('connect ECONNREFUSED');
      await expect(byRef(people, 'alice')).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('ECONNREFUSED'),
      });
      expect(recording.slept).toEqual([1_000, 2_000, 4_000]);
      expect(recording.records).toMatchObject([
        { name: 'catalog.readPeople', result: 'failure', retryCount: 3 },
      ]);
      expect(await people.problems(recording.call)).toEqual([
        {
          key: 'aiOperator.roles',
          because: expect.stringContaining('ECONNREFUSED'),
          howToMend: expect.stringContaining('members: read'),
        },
      ]);
      catalogFailure = undefined;
      expect((await byRef(people, 'alice')).roles).toEqual([
        'senior_maintainer',
      ]);
    });

    it('knows nobody rather than fewer roles when a team cannot be read', async () => {
      roles.approver = { githubTeams: ['o/qa'] };
      for (const code of [
        'UNAVAILABLE',
        'PERMISSION_DENIED',
        'RATE_LIMITED',
      ] as const) {
        teams = {
          'o/qa': new PortError(code, 'GitHub said no', { retryAt: 77 }),
        };
        const people = create();
        await expect(byRef(people, 'alice')).rejects.toMatchObject({
          code: 'UNAVAILABLE',
          retryAt: 77,
          message: expect.stringContaining('GitHub said no'),
        });
      }
    });

    it('does not go on from a link that could not be asked for', async () => {
      const people = create();
      await byRef(people, 'alice');
      catalogFailure = new Error('down');
      await expect(byLogin(people, 'bob')).rejects.toMatchObject({
        code: 'UNAVAILABLE',
      });
      catalogFailure = undefined;
      expect(await byLogin(people, 'bob')).toMatchObject({
        person: { entityRef: 'user:default/bob' },
      });
    });

    it('refuses an answer that became old while it was read', async () => {
      roles.approver = { githubTeams: ['o/slow'] };
      const people = create();
      teams = { 'o/slow': [] };
      const slow = jest
        .spyOn(recording.environment.clock, 'now')
        .mockImplementation(() => {
          now += 7_000;
          return now;
        });
      await expect(byRef(people, 'alice')).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('ms old'),
      });
      slow.mockRestore();
    });

    it('lets one who waits go without spoiling it for the others', async () => {
      const people = create();
      const leaving = new AbortController();
      const gone: CallContext = {
        record: recording.call.record,
        signal: leaving.signal,
      };
      const first = people.find({ entityRef: 'user:default/alice' }, gone);
      const second = byRef(people, 'alice');
      leaving.abort();
      await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
      expect((await second).roles).toEqual(['senior_maintainer']);
    });
  });

  describe('problems', () => {
    it('has none with a table that is right', async () => {
      expect(await create().problems(recording.call)).toEqual([]);
    });

    it('has none without a table', async () => {
      roles = {};
      expect(await create().problems(recording.call)).toEqual([]);
      expect(asked).toEqual({ refs: [], logins: 0, teams: [] });
    });

    it('names what does not exist, and who has no login', async () => {
      roles = {
        approver: {
          groups: ['group:default/approvers', 'group:default/aprovers'],
          githubTeams: ['o/nothing'],
        },
        senior_maintainer: {
          groups: ['group:default/aprovers'],
          users: ['user:default/alice', 'user:default/alcie'],
        },
      };
      const problems = await create().problems(recording.call);
      expect(problems.map(({ key, because }) => `${key}: ${because}`)).toEqual([
        "aiOperator.roles.approver.groups: The group 'group:default/aprovers' is not in the catalog, so it gives nobody the role approver",
        "aiOperator.roles.approver.githubTeams: GitHub shows no team 'o/nothing', so it gives nobody the role approver",
        'aiOperator.roles.approver: user:default/dave has the role approver but no GitHub login, so reviews and comments of theirs are not recognised',
        "aiOperator.roles.seniorMaintainer.groups: The group 'group:default/aprovers' is not in the catalog, so it gives nobody the role senior maintainer",
        "aiOperator.roles.seniorMaintainer.users: The user 'user:default/alcie' is not in the catalog, so nobody has the role senior maintainer by it",
      ]);
      expect(problems.every(({ howToMend }) => howToMend.length > 20)).toBe(
        true,
      );
    });

    it('says of a crowd only what fits on a page', async () => {
      const crowd = Array.from({ length: 1_100 }, (_, index) => `u-${index}`);
      entities = [...crowd.map(name => user(name)), group('seniors', crowd)];
      const problems = await create().problems(recording.call);
      expect(problems).toHaveLength(2);
      expect(problems[0].because).toContain('user:default/u-9 and 990 more');
      expect(problems[1].because).toContain('only the first 1000');
    });
  });
});
