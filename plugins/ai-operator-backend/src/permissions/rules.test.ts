import {
  aiOperatorApprovePermission,
  Environment,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  createRollbackConditionalDecision,
  isAllowedFor,
  rollbackConditions,
  RollbackResource,
  rollbackResourceRef,
  rollbackRules,
} from './index';

function resource(
  environment: Environment,
  owners: string[] = [],
): RollbackResource {
  return {
    rollback: {
      environment,
      application: {
        instance: 'staging',
        namespace: 'argocd',
        name: 'payment-service',
      },
    },
    owners,
  };
}

describe('IS_IN_ENVIRONMENT', () => {
  const { apply, toQuery, paramsSchema } = rollbackRules.isInEnvironment;

  it.each([
    ['staging', ['staging'], true],
    ['production', ['staging'], false],
    ['production', ['staging', 'production'], true],
  ] as Array<[Environment, Environment[], boolean]>)(
    'a rollback in %s, allowed %j: %s',
    (environment, environments, allowed) => {
      expect(apply(resource(environment), { environments })).toBe(allowed);
    },
  );

  it('takes environments that exist, and at least one', () => {
    const check = (value: unknown) =>
      paramsSchema?.['~standard'].validate(value);
    expect(check({ environments: ['staging'] })).not.toHaveProperty('issues');
    expect(check({ environments: [] })).toHaveProperty('issues');
    expect(check({ environments: ['qa'] })).toHaveProperty('issues');
    expect(check({})).toHaveProperty('issues');
  });

  it('says the same of many rollbacks', () => {
    expect(toQuery({ environments: ['staging'] })).toEqual({
      key: 'environment',
      values: ['staging'],
    });
  });
});

describe('IS_ENTITY_OWNER', () => {
  const { apply, toQuery } = rollbackRules.isEntityOwner;
  const owned = resource('production', ['group:default/payments']);

  it.each([
    [['group:default/payments'], true],
    [['user:default/alice', 'Group:default/Payments'], true],
    [['group:default/carts'], false],
    [['payments'], false],
    [[], false],
  ])('owned by payments, claimed by %j: %s', (claims, allowed) => {
    expect(apply(owned, { claims })).toBe(allowed);
  });

  it("makes an application that nobody owns nobody's", () => {
    const claims = ['group:default/payments'];
    expect(apply(resource('production'), { claims })).toBe(false);
  });

  it('says the same of many rollbacks', () => {
    expect(toQuery({ claims: ['user:default/alice'] })).toEqual({
      key: 'owner',
      values: ['user:default/alice'],
    });
  });
});

describe('decisions of a policy', () => {
  const ours = resource('production', ['group:default/payments']);

  it('are applied with all their conditions', () => {
    const decision = createRollbackConditionalDecision(
      aiOperatorApprovePermission,
      {
        allOf: [
          rollbackConditions.isEntityOwner({
            claims: ['group:default/payments'],
          }),
          {
            not: rollbackConditions.isInEnvironment({
              environments: ['staging'],
            }),
          },
        ],
      },
    );
    expect(decision).toMatchObject({
      pluginId: 'ai-operator',
      resourceType: 'ai-operator-rollback',
    });
    expect(isAllowedFor(decision, ours)).toBe(true);
    expect(
      isAllowedFor(decision, { ...ours, owners: ['group:default/carts'] }),
    ).toBe(false);
    expect(
      isAllowedFor(decision, {
        ...ours,
        rollback: { ...ours.rollback, environment: 'staging' },
      }),
    ).toBe(false);
  });

  it('are taken as they are without conditions', () => {
    expect(isAllowedFor({ result: AuthorizeResult.ALLOW }, ours)).toBe(true);
    expect(isAllowedFor({ result: AuthorizeResult.DENY }, ours)).toBe(false);
  });

  it('belong to the permissions of the commands', () => {
    expect(aiOperatorApprovePermission.resourceType).toBe(
      rollbackResourceRef.resourceType,
    );
    expect(Object.values(rollbackRules).map(({ name }) => name)).toEqual([
      'IS_IN_ENVIRONMENT',
      'IS_ENTITY_OWNER',
    ]);
  });
});
