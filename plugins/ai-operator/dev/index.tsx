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
  useRouteRefParams,
} from '@backstage/core-plugin-api';
import {
  aiOperatorApiRef,
  AiOperatorPage,
  aiOperatorPlugin,
  EntityAiOperatorCard,
} from '../src';
import { EntityContent } from '../src/components/EntityContent';
import { GalleryApi, SCENARIOS } from './fixtures';

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

const gallery = createDevApp()
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
  .addPage({ path: '/cards', title: 'Cards', element: <Cards /> });

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
