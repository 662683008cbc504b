import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';
import {
  createExtensionTester,
  renderInTestApp,
  renderTestApp,
} from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import { GalleryApi } from '../dev/fixtures';
import plugin from './alpha';
import { aiOperatorApiRef } from './api';
import { doctorRouteRef, rootRouteRef } from './routes';
import { component } from './__testUtils__/portal';

const apis = [[aiOperatorApiRef, new GalleryApi()]] as const;

const mountedRoutes = {
  '/catalog/:namespace/:kind/:name': entityRouteRef,
};

function healthyComponent() {
  const entity = component({ 'argocd/app-name': 'payment-service' });
  return { ...entity, metadata: { ...entity.metadata, name: 'healthy' } };
}

describe('the entry for the new frontend system', () => {
  it('mounts the page at /ai-operator, under the header of the app', async () => {
    renderTestApp({
      features: [plugin],
      apis,
      mountedRoutes,
      initialRouteEntries: ['/ai-operator'],
    });
    expect(
      await screen.findByRole('heading', { name: 'Needs you: 2 rollbacks' }),
    ).toBeInTheDocument();
    expect(
      screen.getAllByRole('link', { name: 'payment-service, staging' })[0],
    ).toHaveAttribute(
      'href',
      expect.stringMatching(/^\/ai-operator\/rollbacks\//),
    );
  });

  it('leads to one rollback by its address', async () => {
    renderTestApp({
      features: [plugin],
      apis,
      mountedRoutes,
      initialRouteEntries: [
        '/ai-operator/rollbacks/5b8c2f6e-6a57-4c57-9b8e-3f2f1f0f7a16',
      ],
    });
    expect(
      await screen.findByRole('heading', {
        name: 'Needs you: approve pull request #42',
      }),
    ).toBeInTheDocument();
  });

  it('leads to the doctor', async () => {
    renderTestApp({
      features: [plugin],
      apis,
      mountedRoutes,
      initialRouteEntries: ['/ai-operator/doctor'],
    });
    expect(
      await screen.findByRole('heading', { name: '2 problems to mend' }),
    ).toBeInTheDocument();
    expect(plugin.routes.doctor).toBe(doctorRouteRef);
  });

  it.each(['entity-content:ai-operator', 'entity-card:ai-operator'] as const)(
    'renders %s for components with the annotations only',
    async id => {
      const extension = plugin.getExtension(id);
      const tester = createExtensionTester(extension);
      renderInTestApp(
        <EntityProvider entity={healthyComponent()}>
          {tester.reactElement()}
        </EntityProvider>,
        { apis, mountedRoutes: { ...mountedRoutes, '/op': rootRouteRef } },
      );
      expect((await screen.findAllByText('Healthy')).length).toBeGreaterThan(0);
      const filter = tester.get(EntityCardBlueprint.dataRefs.filterFunction);
      expect(filter?.(healthyComponent())).toBe(true);
      expect(filter?.(component({}))).toBe(false);
    },
  );
});
