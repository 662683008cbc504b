import { Text } from '@backstage/ui';
import type { ApplicationDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { applicationHeadline, isOpen, tellingRollback } from '../../model';
import { OutLink, Section, Stack, Verdict } from '../basics';
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

function ApplicationVerdict({
  application,
}: {
  application: ApplicationDetail;
}) {
  const headline = applicationHeadline(application);
  const subject = <Subject application={application} />;
  const rollback = tellingRollback(application);
  return rollback ? (
    <RollbackVerdict
      rollback={rollback}
      headline={headline}
      subject={subject}
      argoUrl={application.argoUrl}
      withPage
    />
  ) : (
    <Verdict headline={headline} subject={subject}>
      <OutLink href={application.argoUrl}>
        {application.argoUrl && 'Open in Argo CD'}
      </OutLink>
    </Verdict>
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
      <ApplicationVerdict application={application} />
      <ApplicationNow application={application} />
      {rollback && <RollbackView rollback={rollback} />}
      <Section
        title="Past rollbacks"
        aside={past.some(isOpen) ? undefined : `${past.length} shown`}
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
