import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { AiOperatorPermissionPolicy } from './AiOperatorPermissionPolicy';
import { readOwnershipRoleTable } from './roleTable';

/**
 * Makes the permission matrix of AI Operator the policy of the permission plugin.
 * @public
 */
export const permissionModuleAiOperator = createBackendModule({
  pluginId: 'permission',
  moduleId: 'ai-operator-policy',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        policy: policyExtensionPoint,
        userInfo: coreServices.userInfo,
      },
      async init({ config, logger, policy, userInfo }) {
        policy.setPolicy(
          new AiOperatorPermissionPolicy({
            roles: readOwnershipRoleTable(config, logger),
            userInfo,
          }),
        );
      },
    });
  },
});
