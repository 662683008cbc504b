import {
  ACTION_OF_COMMAND,
  Actor,
  explainRefusal,
  MatrixAction,
  mayDo,
  PERMISSION_MATRIX,
  Role,
  ROLES,
  roleWords,
} from './people';
import { HUMAN_COMMANDS } from './words';

const COLUMNS: Actor[] = [
  'developer',
  'approver',
  'senior_maintainer',
  'ai_operator',
];

/** Seed §2.2 as it is printed: one row per action, one cell per column above. */
const SEED: Array<[string, MatrixAction, string[]]> = [
  ['Create promotion PR', 'create_promotion_pr', ['yes', 'yes', 'yes', 'no']],
  ['Create rollback PR', 'create_rollback_pr', ['no', 'no', 'yes', 'yes']],
  ['Approve promotion PR', 'approve_promotion_pr', ['no', 'yes', 'yes', 'no']],
  ['Approve rollback PR', 'approve_rollback_pr', ['no', 'no', 'yes', 'no']],
  [
    'Merge staging rollback',
    'merge_staging_rollback',
    ['no', 'no', 'yes', 'yes'],
  ],
  [
    'Merge production rollback',
    'merge_production_rollback',
    ['no', 'no', 'yes', 'no'],
  ],
  ['Force-push to main', 'force_push_main', ['no', 'no', 'no', 'no']],
  [
    'Modify branch protection',
    'modify_branch_protection',
    ['no', 'no', 'yes', 'no'],
  ],
];

const CELLS = SEED.flatMap(([row, action, cells]) =>
  cells.map((cell, index) => [row, COLUMNS[index], cell, action] as const),
);

describe('PERMISSION_MATRIX', () => {
  it.each(CELLS)('%s by %s: %s', (_row, actor, cell, action) => {
    const allowed: readonly Actor[] = PERMISSION_MATRIX[action];
    expect(allowed.includes(actor)).toBe(cell === 'yes');
  });

  it.each(CELLS.filter(([, actor]) => actor !== 'ai_operator'))(
    'is what mayDo says: %s by %s: %s',
    (_row, actor, cell, action) => {
      expect(mayDo(action, [actor as Role])).toBe(cell === 'yes');
    },
  );

  it('has all 32 cells of the seed', () => {
    expect(CELLS).toHaveLength(32);
  });

  it('gives only senior maintainers the word over a rollback, and admins the pause as well', () => {
    for (const command of HUMAN_COMMANDS) {
      expect(
        ROLES.filter(role => mayDo(ACTION_OF_COMMAND[command], [role])),
      ).toEqual(['senior_maintainer']);
    }
    expect(ROLES.filter(role => mayDo('pause', [role]))).toEqual([
      'senior_maintainer',
      'admin',
    ]);
  });

  it('gives admins nothing of the seed, and nobody nothing at all', () => {
    for (const [, action] of SEED) {
      expect(mayDo(action, ['admin'])).toBe(false);
      expect(mayDo(action, [])).toBe(false);
    }
  });

  it('needs one of the roles, not all', () => {
    expect(mayDo('approve_rollback_pr', ['developer', 'approver'])).toBe(false);
    expect(
      mayDo('approve_rollback_pr', ['developer', 'senior_maintainer']),
    ).toBe(true);
  });
});

describe('explainRefusal', () => {
  it('says what is needed and what somebody is', () => {
    expect(
      explainRefusal('approve_rollback_pr', ['approver'], 'production'),
    ).toBe(
      'approving a production rollback needs the role senior maintainer; you are approver',
    );
  });

  it.each([
    [
      'reset_rollback',
      [],
      'staging',
      'resetting a staging rollback needs the role senior maintainer; you have no role in AI Operator',
    ],
    [
      'abort_rollback',
      ['developer', 'approver'],
      undefined,
      'aborting a rollback needs the role senior maintainer; you are developer and approver',
    ],
    [
      'take_over_rollback',
      ['admin'],
      'production',
      'taking over a production rollback needs the role senior maintainer; you are admin',
    ],
    [
      'pause',
      ['developer'],
      undefined,
      'pausing and resuming the operator needs the role senior maintainer or admin; you are developer',
    ],
    [
      'create_promotion_pr',
      ['admin'],
      undefined,
      'creating a promotion pull request needs the role developer, approver or senior maintainer; you are admin',
    ],
    [
      'force_push_main',
      ['senior_maintainer'],
      'production',
      "force-pushing to the main branch is nobody's to do; you are senior maintainer",
    ],
  ] as const)('of %s by %j in %s', (action, roles, environment, sentence) => {
    expect(explainRefusal(action, roles, environment)).toBe(sentence);
  });

  it('has words for every row and every role', () => {
    for (const action of Object.keys(PERMISSION_MATRIX) as MatrixAction[]) {
      expect(explainRefusal(action, ROLES)).not.toContain('undefined');
    }
    expect(ROLES.map(roleWords)).toEqual([
      'developer',
      'approver',
      'senior maintainer',
      'admin',
    ]);
  });
});
