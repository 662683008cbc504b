import { mockServices } from '@backstage/backend-test-utils';
import { readOwnershipRoleTable, rolesOfOwner } from './roleTable';

function read(roles: unknown) {
  const logger = mockServices.logger.mock();
  const config = mockServices.rootConfig({
    data: { aiOperator: { roles } } as never,
  });
  return { table: readOwnershipRoleTable(config, logger), logger };
}

describe('readOwnershipRoleTable', () => {
  it('reads groups and users as the operator does', () => {
    const { table, logger } = read({
      approver: { groups: ['Approvers', 'group:QA'] },
      seniorMaintainer: {
        groups: ['group:default/seniors', 'sre/seniors'],
        users: ['alice', 'user:default/Bob'],
        githubTeams: ['my-org/seniors'],
      },
    });
    expect(table).toEqual({
      developer: [],
      approver: ['group:default/approvers', 'group:default/qa'],
      senior_maintainer: [
        'group:default/seniors',
        'group:sre/seniors',
        'user:default/alice',
        'user:default/bob',
      ],
      admin: [],
    });
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('gives nobody a role by what it cannot read', () => {
    const { table, logger } = read({
      seniorMaintainer: { groups: 'seniors', users: ['alice'] },
      admin: 'everybody',
    });
    expect(table.senior_maintainer).toEqual(['user:default/alice']);
    expect(table.admin).toEqual([]);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('aiOperator.roles.seniorMaintainer.groups'),
    );
  });
});

describe('rolesOfOwner', () => {
  const { table } = read({
    approver: { groups: ['approvers'] },
    seniorMaintainer: { groups: ['seniors'], users: ['alice'] },
  });

  it.each([
    [['user:default/dave'], []],
    [['user:default/bob', 'group:default/approvers'], ['approver']],
    [['user:default/alice'], ['senior_maintainer']],
    [
      ['Group:default/Approvers', 'group:default/seniors'],
      ['approver', 'senior_maintainer'],
    ],
    [['group:other/seniors'], []],
    [['group:default/alice'], []],
  ])('%j has %j', (refs, roles) => {
    expect(rolesOfOwner(table, refs)).toEqual(roles);
  });
});
