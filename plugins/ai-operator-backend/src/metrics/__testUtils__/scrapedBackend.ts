import {
  BackendFeature,
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { authServiceFactory } from '@backstage/backend-defaults/auth';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import {
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { JsonObject } from '@backstage/types';
import { DEMO_ACCESS } from '@ai-operator/world';
import plugin from '../../index';

/** Static tokens of `backend.auth.externalAccess`, by what they may. */
export const TOKENS = {
  /** Of a Prometheus that may use this plugin. */
  ours: 'scrape-token-of-the-operator-0123456789',
  /** Of somebody who may use another plugin only. */
  others: 'token-for-the-catalog-only-0123456789',
};

/**
 * A Backstage backend with the operator, which checks tokens as a real one does
 * and listens on a port of its own.
 */
export function startScrapedBackend(
  data: JsonObject,
  features: BackendFeature[] = [],
): Promise<TestBackend> {
  return startTestBackend({
    features: [
      plugin,
      authServiceFactory,
      httpAuthServiceFactory,
      catalogServiceMock.factory(),
      mockServices.rootConfig.factory({
        data: {
          backend: {
            auth: {
              externalAccess: [
                {
                  type: 'static',
                  options: { token: TOKENS.ours, subject: 'prometheus' },
                  accessRestrictions: [{ plugin: 'ai-operator' }],
                },
                {
                  type: 'static',
                  options: { token: TOKENS.others, subject: 'somebody' },
                  accessRestrictions: [{ plugin: 'catalog' }],
                },
              ],
            },
          },
          ...data,
        },
      }),
      ...features,
    ],
  });
}

/** What the kubernetes plugin's proxy does: adds the cluster's credentials and passes on. */
export function kubernetesProxyPlugin(worldUrl: string): BackendFeature {
  return createBackendPlugin({
    pluginId: 'kubernetes',
    register(env) {
      env.registerInit({
        deps: { httpRouter: coreServices.httpRouter },
        async init({ httpRouter }) {
          httpRouter.use((request, response, next) => {
            const cluster = request.headers['backstage-kubernetes-cluster'];
            const path = request.url.replace(/^\/proxy/, '');
            fetch(`${worldUrl}/kubernetes/${String(cluster)}${path}`, {
              headers: {
                authorization: `Bearer ${DEMO_ACCESS.kubernetes.token}`,
              },
            })
              .then(async answer => {
                response
                  .status(answer.status)
                  .type('application/json')
                  .send(await answer.text());
              })
              .catch(next);
          });
        },
      });
    },
  });
}
