import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen } from '@testing-library/react';
import { Route, Routes } from 'react-router-dom';
import { GalleryApi } from '../dev/fixtures';
import * as entry from '.';
import { component, renderPortal } from './__testUtils__/portal';

const {
  aiOperatorPlugin,
  AiOperatorPage,
  EntityAiOperatorCard,
  EntityAiOperatorContent,
  isAiOperatorAvailable,
} = entry;

function healthyComponent() {
  const entity = component({ 'argocd/app-name': 'payment-service' });
  return { ...entity, metadata: { ...entity.metadata, name: 'healthy' } };
}

describe('the entry for the legacy frontend system', () => {
  it('provides the API', () => {
    const [factory] = aiOperatorPlugin.getApis();
    expect(factory.api.id).toBe('plugin.ai-operator.service');
  });

  it('renders the page with a header of its own', async () => {
    await renderPortal(
      <Routes>
        <Route path="/ai-operator" element={<AiOperatorPage />} />
      </Routes>,
      new GalleryApi(),
      '/ai-operator',
    );
    expect(
      await screen.findByRole('heading', { level: 1, name: 'AI Operator' }),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('heading', { name: 'Needs you: 2 rollbacks' }),
    ).toBeInTheDocument();
  });

  it('leads to the doctor', async () => {
    await renderPortal(
      <Routes>
        <Route path="/ai-operator/*" element={<AiOperatorPage />} />
      </Routes>,
      new GalleryApi(),
      '/ai-operator/doctor',
    );
    expect(
      await screen.findByRole('heading', { name: '2 problems to mend' }),
    ).toBeInTheDocument();
    expect(aiOperatorPlugin.routes.doctor).toBe(entry.doctorRouteRef);
  });

  it('renders the tab', async () => {
    await renderPortal(
      <EntityProvider entity={healthyComponent()}>
        <Routes>
          <Route path="/tab" element={<EntityAiOperatorContent />} />
        </Routes>
      </EntityProvider>,
      new GalleryApi(),
      '/tab',
    );
    expect(
      await screen.findByRole('heading', { level: 2, name: 'Healthy' }),
    ).toBeInTheDocument();
  });

  it('renders the card', async () => {
    await renderPortal(
      <EntityProvider entity={healthyComponent()}>
        <EntityAiOperatorCard />
      </EntityProvider>,
      new GalleryApi(),
    );
    expect(
      await screen.findByText('payment-service · staging · 3/3 replicas'),
    ).toBeInTheDocument();
  });

  it.each([
    [{}, false],
    [{ 'argocd/app-name': 'a' }, true],
    [{ 'argocd/app-selector': 'app=a' }, true],
    [{ 'argocd/app-name': '' }, false],
    [{ 'backstage.io/kubernetes-id': 'a' }, false],
  ])('with annotations %j it is available: %s', (annotations, available) => {
    expect(isAiOperatorAvailable(component(annotations))).toBe(available);
  });
});
