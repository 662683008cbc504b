import {
  BackendFeature,
  createBackendPlugin,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { startTestBackend } from '@backstage/backend-test-utils';
import { optionalService, provided } from './optionalService';

interface Weather {
  degrees: number;
}

/** A service that no backend has by itself, as those in alpha were once. */
const weatherServiceRef = createServiceRef<Weather>({
  id: 'test.weather',
  scope: 'plugin',
});

/** What a plugin gets of it, in a backend with these features. */
async function weatherIn(features: BackendFeature[]) {
  let given: Weather | undefined | 'the plugin did not start' =
    'the plugin did not start';
  const backend = await startTestBackend({
    features: [
      createBackendPlugin({
        pluginId: 'asking',
        register(env) {
          env.registerInit({
            deps: { weather: optionalService(weatherServiceRef) },
            async init({ weather }) {
              given = provided(weather);
            },
          });
        },
      }),
      ...features,
    ],
  });
  await backend.stop();
  return given;
}

describe('a service that not every backend has', () => {
  it("is the backend's own, where it has it", async () => {
    const service = { degrees: 21 };
    expect(
      await weatherIn([
        createServiceFactory({
          service: weatherServiceRef,
          deps: {},
          factory: () => service,
        }),
      ]),
    ).toBe(service);
  });

  it('is absent where it has none, and the plugin starts', async () => {
    expect(await weatherIn([])).toBeUndefined();
  });
});
