import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen } from '@testing-library/react';
import { entityAnswer, SCENARIOS } from '../../dev/fixtures';
import { component, fakeApi, renderPortal } from '../__testUtils__/portal';
import { EntityCard } from './EntityCard';

function renderCard(api = fakeApi(), annotations: Record<string, string> = {}) {
  return renderPortal(
    <EntityProvider entity={component(annotations)}>
      <EntityCard />
    </EntityProvider>,
    api,
  );
}

describe('EntityCard', () => {
  it('shows one verdict for each application', async () => {
    const several = SCENARIOS.find(({ id }) => id === 'several');
    if (!several) throw new Error('The scenario is missing');
    const api = fakeApi({
      getEntityApplications: async ref =>
        entityAnswer(several, ref, Date.now()),
    });
    await renderCard(api, { 'argocd/app-selector': 'team=payments' });
    expect(
      await screen.findByText('Needs you: approve pull request #42'),
    ).toBeInTheDocument();
    expect(screen.getByText('Healthy')).toBeInTheDocument();
    expect(screen.getByText('Suspended on purpose')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Details' })).toHaveAttribute(
      'href',
      '/catalog/default/component/payment-service/ai-operator',
    );
  });

  it('says how to begin without annotations', async () => {
    await renderCard();
    expect(
      screen.getByText(/Name the Argo CD application of this component/),
    ).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Details' })).toBeNull();
  });

  it('refuses both annotations', async () => {
    await renderCard(fakeApi(), {
      'argocd/app-name': 'a',
      'argocd/app-selector': 'app=a',
    });
    expect(
      screen.getByText(/Cannot provide both argocd\/app-name/),
    ).toBeInTheDocument();
  });
});
