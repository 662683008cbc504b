import {
  aiOperatorPermissions,
  Role,
  ROLES,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  AuthorizeResult,
  createPermission,
} from '@backstage/plugin-permission-common';
import { decideByMatrix } from './decideByMatrix';

/** Which roles each permission is given to; `signed_in` stands for having none. */
const TABLE: Record<string, Array<Role | 'signed_in'>> = {
  'ai-operator.read': ['signed_in', ...ROLES],
  'ai-operator.doctor': ['signed_in', ...ROLES],
  'ai-operator.rollback.approve': ['senior_maintainer'],
  'ai-operator.rollback.abort': ['senior_maintainer'],
  'ai-operator.rollback.take-over': ['senior_maintainer'],
  'ai-operator.rollback.reset': ['senior_maintainer'],
  'ai-operator.pause': ['senior_maintainer', 'admin'],
};

const CELLS = aiOperatorPermissions.flatMap(permission =>
  (['signed_in', ...ROLES] as const).map(
    column =>
      [
        permission.name,
        column,
        TABLE[permission.name].includes(column) ? 'ALLOW' : 'DENY',
        permission,
      ] as const,
  ),
);

describe('decideByMatrix', () => {
  it.each(CELLS)('%s for %s: %s', (_name, column, result, permission) => {
    const roles = column === 'signed_in' ? [] : [column];
    expect(decideByMatrix(permission, roles)).toEqual({
      result: AuthorizeResult[result],
    });
  });

  it('decides about every permission there is', () => {
    expect(CELLS).toHaveLength(7 * 5);
  });

  it('needs one of several roles', () => {
    const pause = aiOperatorPermissions.find(({ name }) =>
      name.endsWith('pause'),
    );
    expect(pause && decideByMatrix(pause, ['developer', 'admin'])).toEqual({
      result: AuthorizeResult.ALLOW,
    });
  });

  it('leaves other plugins to others', () => {
    const foreign = createPermission({
      name: 'ai-operator.reading-list',
      attributes: {},
    });
    expect(decideByMatrix(foreign, ['senior_maintainer'])).toBeUndefined();
  });
});
