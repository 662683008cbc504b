import { Entity } from '@backstage/catalog-model';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { CatalogApplications } from './catalogApplications';

const START = Date.parse('2026-02-27T10:30:00Z');

function entity(name: string, annotations: Record<string, string>): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, annotations },
    spec: {},
  };
}

describe('CatalogApplications', () => {
  let now: number;
  let entities: Entity[];
  let failure: Error | undefined;
  const logger = mockServices.logger.mock();

  const mock = () => catalogServiceMock({ entities });

  function create() {
    const queryEntities = jest.fn(
      async (...args: Parameters<ReturnType<typeof mock>['queryEntities']>) => {
        if (failure) {
          throw failure;
        }
        return mock().queryEntities(...args);
      },
    );
    const applications = new CatalogApplications({
      catalog: { queryEntities },
      auth: mockServices.auth(),
      clock: { now: () => now },
      logger,
    });
    return { applications, queryEntities };
  }

  beforeEach(() => {
    jest.clearAllMocks();
    now = START;
    failure = undefined;
    entities = [
      entity('payment-service', { 'argocd/app-name': 'payment-service' }),
      entity('carts', { 'argocd/app-selector': 'team=carts' }),
      entity('both', {
        'argocd/app-name': 'a',
        'argocd/app-selector': 'b=c',
      }),
      entity('unrelated', { 'github.com/project-slug': 'my-org/other' }),
    ];
  });

  it('knows nothing before it was read', () => {
    expect(create().applications.snapshot()).toEqual({
      generation: 0,
      selections: [],
      invalid: [],
    });
  });

  it('reads who selects what, and who contradicts himself', async () => {
    const { applications } = create();
    await applications.refresh();
    expect(applications.snapshot()).toEqual({
      generation: 1,
      readAt: START,
      problem: undefined,
      selections: [
        expect.objectContaining({
          entityRef: 'component:default/payment-service',
          by: { name: 'payment-service' },
        }),
        expect.objectContaining({ entityRef: 'component:default/carts' }),
      ],
      invalid: [
        {
          entityRef: 'component:default/both',
          because: expect.stringContaining('Cannot provide both'),
        },
      ],
    });
  });

  it('reads page after page', async () => {
    entities = Array.from({ length: 1_200 }, (_, index) =>
      entity(`svc-${index}`, { 'argocd/app-name': `svc-${index}` }),
    );
    const { applications, queryEntities } = create();
    await applications.refresh();
    expect(applications.snapshot().selections).toHaveLength(1_200);
    expect(queryEntities).toHaveBeenCalledTimes(3);
  });

  it('reads again only after a minute, and once for all who ask at the same time', async () => {
    const { applications, queryEntities } = create();
    await Promise.all([applications.refresh(), applications.refresh()]);
    now += 59_000;
    await applications.refresh();
    expect(queryEntities).toHaveBeenCalledTimes(1);
    now += 1_000;
    await applications.refresh();
    expect(queryEntities).toHaveBeenCalledTimes(2);
  });

  it('counts a generation up only when somebody selects otherwise', async () => {
    const { applications } = create();
    await applications.refresh();
    now += 60_000;
    await applications.refresh();
    expect(applications.snapshot()).toMatchObject({
      generation: 1,
      readAt: now,
    });
    entities = entities.slice(1);
    now += 60_000;
    await applications.refresh();
    expect(applications.snapshot().generation).toBe(2);
  });

  it('keeps the last word while the catalog cannot be read, says so, and logs it once', async () => {
    const { applications } = create();
    await applications.refresh();
    failure = new Error('catalog is down');
    for (let minute = 0; minute < 3; minute += 1) {
      now += 60_000;
      await applications.refresh();
    }
    expect(applications.snapshot()).toMatchObject({
      generation: 1,
      readAt: START,
      selections: { length: 2 },
      problem: expect.stringContaining('catalog is down'),
    });
    expect(logger.warn).toHaveBeenCalledTimes(1);
    failure = undefined;
    now += 60_000;
    await applications.refresh();
    expect(applications.snapshot().problem).toBeUndefined();
  });
});
