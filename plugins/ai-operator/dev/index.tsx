import type { Entity } from '@backstage/catalog-model';
import { Content, Header, Page } from '@backstage/core-components';
import { createDevApp } from '@backstage/dev-utils';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import {
  createApiFactory,
  createPlugin,
  createRoutableExtension,
  githubAuthApiRef,
  useRouteRefParams,
  type OAuthApi,
} from '@backstage/core-plugin-api';
import { TestApiProvider } from '@backstage/test-utils';
import type { ReactNode } from 'react';
import {
  aiOperatorApiRef,
  AiOperatorPage,
  aiOperatorPlugin,
  EntityAiOperatorCard,
} from '../src';
import { EntityContent } from '../src/components/EntityContent';
import { AuditTrail } from '../src/components/audit/AuditTrail';
import { TrailStatusProvider } from '../src/components/audit/trailStatus';
import { Surface } from '../src/components/basics';
import { DoctorPage } from '../src/components/doctor/DoctorPage';
import { OperatorRoutes } from '../src/components/OperatorRoutes';
import {
  auditStory,
  complete,
  GalleryApi,
  longStory,
  pauseOfEverything,
  pauseOfOrders,
  SCENARIOS,
  tamperedWith,
  trailBroken,
  trailSetAside,
  trailUnknown,
  trailWaiting,
  verifiedBroken,
} from './fixtures';

function componentNamed(
  name: string,
  annotations: Record<string, string>,
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, annotations },
    spec: { type: 'service', owner: 'payments', lifecycle: 'production' },
  };
}

function Situation(props: { title: string; entity: Entity }) {
  return (
    <EntityProvider entity={props.entity}>
      <Page themeId="service">
        <Header title="payment-service" subtitle={props.title} />
        <Content>
          <EntityContent />
        </Content>
      </Page>
    </EntityProvider>
  );
}

function Cards() {
  return (
    <Page themeId="service">
      <Header title="Cards" />
      <Content>
        <div
          style={{
            display: 'grid',
            gap: 16,
            gridTemplateColumns: 'repeat(auto-fill, minmax(300px, 1fr))',
          }}
        >
          {SCENARIOS.map(({ id }) => (
            <EntityProvider
              key={id}
              entity={componentNamed(id, { 'argocd/app-name': id })}
            >
              <EntityAiOperatorCard />
            </EntityProvider>
          ))}
        </div>
      </Content>
    </Page>
  );
}

function CatalogEntity() {
  const { name } = useRouteRefParams(entityRouteRef);
  const entity = componentNamed(name, { 'argocd/app-name': name });
  return <Situation title="Linked from the fleet" entity={entity} />;
}

// Stands in for the catalog, so that links to components lead somewhere.
const CatalogEntityPage = createPlugin({ id: 'gallery-catalog' }).provide(
  createRoutableExtension({
    name: 'CatalogEntityPage',
    component: async () => CatalogEntity,
    mountPoint: entityRouteRef,
  }),
);

/** The same pages as another person, or at another time. */
function Otherwise(props: {
  api: GalleryApi;
  title: string;
  children: ReactNode;
}) {
  return (
    <TestApiProvider apis={[[aiOperatorApiRef, props.api]]}>
      <Page themeId="tool">
        <Header title="AI Operator" subtitle={props.title} />
        <Content>{props.children}</Content>
      </Page>
    </TestApiProvider>
  );
}

const paused = new GalleryApi({
  pauses: [pauseOfEverything(Date.now()), pauseOfOrders(Date.now())],
});

/** The audit trail in every state; `Fleet` and the situations show it well. */
const TRAILS = [
  {
    id: 'waiting',
    title: 'Trail, waiting',
    api: new GalleryApi({ trail: { status: trailWaiting } }),
  },
  {
    id: 'broken',
    title: 'Trail, broken',
    api: new GalleryApi({
      trail: {
        status: trailBroken,
        verification: now => verifiedBroken(now, 17),
      },
    }),
  },
  {
    id: 'set-aside',
    title: 'Trail, set aside',
    api: new GalleryApi({ trail: { status: trailSetAside } }),
  },
  {
    id: 'empty',
    title: 'Trail, empty',
    api: new GalleryApi({ trail: { status: trailUnknown, story: () => [] } }),
  },
  {
    id: 'long',
    title: 'Trail, 500 records',
    api: new GalleryApi({ trail: { story: now => longStory(now, 500) } }),
  },
  {
    id: 'unreadable',
    title: 'Trail, unreadable',
    api: new GalleryApi({
      trail: {
        status: trailBroken,
        story: now =>
          auditStory(now).map(entry =>
            entry.seq === 17 ? tamperedWith(entry) : entry,
          ),
      },
    }),
  },
  {
    id: 'error',
    title: 'Trail, error',
    api: new GalleryApi({
      trail: {
        status() {
          throw new Error('The database does not answer.');
        },
        story() {
          throw new Error('The database does not answer.');
        },
      },
    }),
  },
];

const asApprover = new GalleryApi({ roles: ['approver'] });

/** Stands in for GitHub's window: consents after a moment, and refuses every second time. */
function createGithub(): Pick<OAuthApi, 'getAccessToken'> {
  let asked = 0;
  return {
    async getAccessToken() {
      asked += 1;
      await new Promise(resolve => setTimeout(resolve, 1_500));
      if (asked % 2 === 0) {
        throw new Error('Login failed, the window was closed.');
      }
      return 'gallery';
    },
  };
}

const gallery = createDevApp()
  .registerApi({
    api: githubAuthApiRef,
    deps: {},
    factory: createGithub,
  } as ReturnType<typeof createApiFactory>)
  .registerPlugin(aiOperatorPlugin)
  .registerApi(
    createApiFactory({
      api: aiOperatorApiRef,
      deps: {},
      factory: () => new GalleryApi(),
    }),
  )
  .addPage({
    path: '/ai-operator',
    title: 'Fleet',
    element: <AiOperatorPage />,
  })
  .addPage({
    path: '/fleet-paused/*',
    title: 'Fleet, paused',
    element: (
      <Otherwise api={paused} title="Paused">
        <OperatorRoutes />
      </Otherwise>
    ),
  })
  .addPage({
    path: '/fleet-approver/*',
    title: 'Fleet, as approver',
    element: (
      <Otherwise api={asApprover} title="As approver">
        <OperatorRoutes />
      </Otherwise>
    ),
  })
  .addPage({
    path: '/application-paused',
    title: 'Application, paused',
    element: (
      <Otherwise api={paused} title="Paused">
        <EntityProvider
          entity={componentNamed('awaiting-approval', {
            'argocd/app-name': 'awaiting-approval',
          })}
        >
          <EntityContent />
        </EntityProvider>
      </Otherwise>
    ),
  })
  .addPage({
    path: '/doctor',
    title: 'Doctor',
    element: (
      <Otherwise api={asApprover} title="Doctor">
        <Surface>
          <DoctorPage />
        </Surface>
      </Otherwise>
    ),
  })
  .addPage({ path: '/cards', title: 'Cards', element: <Cards /> });

for (const { id, title, api } of TRAILS) {
  gallery.addPage({
    path: `/trail-${id}/*`,
    title,
    element: (
      <Otherwise api={api} title={title}>
        <OperatorRoutes />
      </Otherwise>
    ),
  });
  gallery.addPage({
    path: `/story-${id}`,
    title: title.replace('Trail', 'Story'),
    element: (
      <Otherwise api={api} title={title}>
        <Surface>
          <TrailStatusProvider>
            <AuditTrail rollback={complete(Date.now())} />
          </TrailStatusProvider>
        </Surface>
      </Otherwise>
    ),
  });
}

for (const { id, title } of SCENARIOS) {
  gallery.addPage({
    path: `/situations/${id}`,
    title,
    element: (
      <Situation
        title={title}
        entity={componentNamed(id, { 'argocd/app-name': id })}
      />
    ),
  });
}

gallery
  .addPage({
    path: '/situations/no-annotation',
    title: 'No annotation',
    element: (
      <Situation title="No annotation" entity={componentNamed('none', {})} />
    ),
  })
  .addPage({
    path: '/situations/error',
    title: 'Error',
    element: (
      <Situation
        title="Error"
        entity={componentNamed('error', { 'argocd/app-name': 'error' })}
      />
    ),
  })
  .addPage({
    path: '/catalog/:namespace/:kind/:name/*',
    element: <CatalogEntityPage />,
  })
  .render();
