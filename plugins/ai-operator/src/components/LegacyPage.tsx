import { Content, Header, Page } from '@backstage/core-components';
import { OperatorRoutes } from './OperatorRoutes';

/** The pages below `/ai-operator` with the header of the legacy frontend system. */
export function LegacyPage() {
  return (
    <Page themeId="tool">
      <Header
        title="AI Operator"
        subtitle="Watches applications, proves degradations, rolls back safely"
      />
      <Content>
        <OperatorRoutes />
      </Content>
    </Page>
  );
}
