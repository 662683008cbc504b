import {
  aiOperatorApprovePermission,
  aiOperatorDoctorPermission,
  aiOperatorPausePermission,
  aiOperatorReadPermission,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  createPermission,
  Permission,
} from '@backstage/plugin-permission-common';
import {
  PermissionPolicy,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import aiOperatorPolicy from './index';

const FOREIGN = createPermission({
  name: 'catalog.entity.create',
  attributes: { action: 'create' },
});

/** What each of the people belongs to. */
const OWNERSHIP: Record<string, string[]> = {
  'user:default/alice': ['user:default/alice', 'group:default/seniors'],
  'user:default/bob': ['user:default/bob', 'group:default/approvers'],
  'user:default/carol': ['user:default/carol'],
};

describe('the policy in a backend', () => {
  let policy: PermissionPolicy;
  const userInfo = mockServices.userInfo.mock({
    getUserInfo: async credentials => {
      const { userEntityRef } = (
        credentials as ReturnType<typeof mockCredentials.user>
      ).principal;
      return {
        userEntityRef,
        ownershipEntityRefs: OWNERSHIP[userEntityRef] ?? [],
      };
    },
  });

  beforeAll(async () => {
    const backend = await startTestBackend({
      extensionPoints: [
        [policyExtensionPoint, { setPolicy: given => (policy = given) }],
      ],
      features: [
        aiOperatorPolicy,
        userInfo.factory,
        mockServices.rootConfig.factory({
          data: {
            aiOperator: {
              roles: {
                approver: { groups: ['group:default/approvers'] },
                seniorMaintainer: { groups: ['group:default/seniors'] },
                admin: { users: ['user:default/carol'] },
              },
            },
          },
        }),
      ],
    });
    await backend.stop();
  });

  beforeEach(() => userInfo.getUserInfo.mockClear());

  async function ask(permission: Permission, name?: string) {
    const user = name && {
      credentials: mockCredentials.user(`user:default/${name}`),
    };
    const decision = await policy.handle(
      { permission },
      user ? (user as PolicyQueryUser) : undefined,
    );
    return decision.result;
  }

  it.each([
    ['alice', aiOperatorApprovePermission, AuthorizeResult.ALLOW],
    ['bob', aiOperatorApprovePermission, AuthorizeResult.DENY],
    ['carol', aiOperatorApprovePermission, AuthorizeResult.DENY],
    ['dave', aiOperatorApprovePermission, AuthorizeResult.DENY],
    ['alice', aiOperatorPausePermission, AuthorizeResult.ALLOW],
    ['carol', aiOperatorPausePermission, AuthorizeResult.ALLOW],
    ['bob', aiOperatorPausePermission, AuthorizeResult.DENY],
    ['dave', aiOperatorReadPermission, AuthorizeResult.ALLOW],
    ['dave', aiOperatorDoctorPermission, AuthorizeResult.ALLOW],
  ])('%s asks for %j: %s', async (name, permission, result) => {
    expect(await ask(permission, name)).toBe(result);
  });

  it('gives nothing of ours to callers that are no user', async () => {
    expect(await ask(aiOperatorReadPermission)).toBe(AuthorizeResult.DENY);
    expect(await ask(aiOperatorApprovePermission)).toBe(AuthorizeResult.DENY);
  });

  it('allows what is not ours, and asks nobody for it', async () => {
    expect(await ask(FOREIGN)).toBe(AuthorizeResult.ALLOW);
    expect(await ask(FOREIGN, 'dave')).toBe(AuthorizeResult.ALLOW);
    expect(userInfo.getUserInfo).not.toHaveBeenCalled();
  });

  it('denies by failing when it cannot be known who somebody is', async () => {
    userInfo.getUserInfo.mockRejectedValueOnce(new Error('auth is down'));
    await expect(ask(aiOperatorApprovePermission, 'alice')).rejects.toThrow(
      'auth is down',
    );
  });
});
