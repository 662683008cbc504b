import { Text } from '@backstage/ui';
import type { ApplicationDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { applicationHeadline, isOpen, tellingRollback } from '../../model';
import { ProductionMergesStopped } from '../audit/TrailBanners';
import { Section, Stack } from '../basics';
import { ApplicationPaused } from '../pause/PauseBanner';
import { RollbackList } from '../rollback/RollbackList';
import { RollbackVerdict } from '../rollback/RollbackVerdict';
import { RollbackView } from '../rollback/RollbackView';
import { ApplicationNow } from './ApplicationNow';

function Subject({ application }: { application: ApplicationDetail }) {
  const { key, environment } = application;
  return (
    <>
      <strong>{key.name}</strong> in{' '}
      <strong>{environment ?? 'no known environment'}</strong>
      <Text as="span" variant="body-small" color="secondary">
        {' '}
        ({key.instance}/{key.namespace})
      </Text>
    </>
  );
}

/** One application: the verdict first, then the facts, then the rollback in full, then the past. */
export function ApplicationView(props: { application: ApplicationDetail }) {
  const { application } = props;
  const rollback = tellingRollback(application);
  const past = application.history.filter(
    entry => entry.correlationId !== rollback?.correlationId,
  );
  return (
    <Stack>
      <ApplicationPaused application={application.key} />
      {rollback?.environment === 'production' && isOpen(rollback) && (
        <ProductionMergesStopped withFleet />
      )}
      <RollbackVerdict
        rollback={rollback}
        headline={applicationHeadline(application)}
        subject={<Subject application={application} />}
        argoUrl={application.argoUrl}
        withPage
      />
      <ApplicationNow application={application} />
      {rollback && <RollbackView rollback={rollback} withPage />}
      <Section
        title="Past rollbacks"
        aside={past.length > 0 ? `${past.length} shown` : undefined}
      >
        {past.length === 0 ? (
          <Text as="p" color="secondary">
            The operator has not rolled this application back before.
          </Text>
        ) : (
          <RollbackList name="Past rollbacks" rollbacks={past} />
        )}
      </Section>
    </Stack>
  );
}
