import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import {
  MissingAnnotationEmptyState,
  useEntity,
} from '@backstage/plugin-catalog-react';
import { Alert, Text } from '@backstage/ui';
import type { EntityApplications } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  annotationProblem,
  ARGOCD_APP_NAME,
  ARGOCD_APP_SELECTOR,
  isAiOperatorAvailable,
} from '../annotations';
import { ApplicationView } from './application';
import { ApplicationSummaries } from './application/ApplicationSummaries';
import { applicationAnchor } from './application/anchor';
import { TrailStatusProvider } from './audit/trailStatus';
import { PolledView, Stack, Surface } from './basics';
import { byAttention } from '../model';
import { EverythingPaused } from './pause/PauseBanner';
import { OwnPauses } from './pause/pauses';
import classes from './EntityContent.module.css';
import { useEntityApplications } from './useEntityApplications';

function Problem(props: { title: string; because: string }) {
  return (
    <Alert
      role="alert"
      status="warning"
      icon
      title={props.title}
      description={props.because}
    />
  );
}

/** Used when the backend finds nothing and has nothing more to say. */
function nothingFound(entity: Entity): string {
  const annotations = entity.metadata.annotations ?? {};
  const name = annotations[ARGOCD_APP_NAME];
  const asked = name
    ? `${ARGOCD_APP_NAME}: ${name}`
    : `${ARGOCD_APP_SELECTOR}: ${annotations[ARGOCD_APP_SELECTOR]}`;
  return `No watched application matches ${asked}. Check the spelling, and that its Argo CD instance is in argocd.appLocatorMethods.`;
}

function MissingAnnotation() {
  return (
    <Stack>
      <Text as="p">
        Name one application with <code>{ARGOCD_APP_NAME}</code>, or select
        several by their labels with <code>{ARGOCD_APP_SELECTOR}</code>; only
        one of the two.
      </Text>
      <MissingAnnotationEmptyState annotation={ARGOCD_APP_NAME} />
    </Stack>
  );
}

function Applications(props: { answer: EntityApplications; entity: Entity }) {
  const { answer, entity } = props;
  const applications = byAttention(answer.items);
  return (
    <Stack>
      <EverythingPaused withFleet />
      {answer.items.length === 0 && (
        <Problem
          title="No application is watched for this component"
          because={answer.problem ?? nothingFound(entity)}
        />
      )}
      {answer.items.length > 0 && answer.problem && (
        <Problem title="Something is missing here" because={answer.problem} />
      )}
      {answer.items.length > 1 && (
        <ApplicationSummaries applications={applications} />
      )}
      {applications.map(application => (
        <section
          key={applicationAnchor(application.key)}
          id={applicationAnchor(application.key)}
          aria-label={application.key.name}
          className={classes.application}
        >
          <ApplicationView application={application} />
        </section>
      ))}
    </Stack>
  );
}

function Polled({ entity }: { entity: Entity }) {
  const polled = useEntityApplications(stringifyEntityRef(entity));
  return (
    <PolledView what="the applications of this component" polled={polled}>
      {answer => (
        <OwnPauses>
          <TrailStatusProvider>
            <Applications answer={answer} entity={entity} />
          </TrailStatusProvider>
        </OwnPauses>
      )}
    </PolledView>
  );
}

/** The tab "AI Operator" of a component. */
export function EntityContent() {
  const { entity } = useEntity();
  const problem = annotationProblem(entity);
  if (!isAiOperatorAvailable(entity)) {
    return <MissingAnnotation />;
  }
  return (
    <Surface>
      {problem ? (
        <Problem
          title="The annotations contradict each other"
          because={problem}
        />
      ) : (
        <Polled entity={entity} />
      )}
    </Surface>
  );
}
