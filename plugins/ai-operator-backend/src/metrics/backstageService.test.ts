import { createServiceFactory } from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import { openSdk } from './__testUtils__/openSdk';
import { startScrapedBackend } from './__testUtils__/scrapedBackend';
import { METRICS } from './definitions';

jest.setTimeout(30_000);

describe('the assembled backend', () => {
  it("hands its figures to Backstage's metrics service", async () => {
    const sdk = openSdk();
    const backend = await startScrapedBackend({}, [
      createServiceFactory({
        service: metricsServiceRef,
        deps: {},
        factory: () => sdk.service,
      }),
    ]);
    try {
      const collected = await sdk.collect();
      const names = collected.map(({ descriptor }) => descriptor.name);
      expect(Object.keys(METRICS)).toEqual(expect.arrayContaining(names));
      expect(
        collected
          .find(
            ({ descriptor }) =>
              descriptor.name === 'ai_operator_active_rollbacks',
          )
          ?.dataPoints.map(({ attributes, value }) => ({ attributes, value })),
      ).toEqual([
        { attributes: { environment: 'staging' }, value: 0 },
        { attributes: { environment: 'production' }, value: 0 },
      ]);
    } finally {
      await backend.stop();
      await sdk.close();
    }
  });
});
