import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import {
  MissingAnnotationEmptyState,
  useEntity,
} from '@backstage/plugin-catalog-react';
import { Alert } from '@backstage/ui';
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
import { PolledView, Stack, Surface } from './basics';
import { useEntityApplications } from './useEntityApplications';

function AnnotationProblem({ problem }: { problem: string }) {
  return (
    <Alert
      role="alert"
      status="danger"
      icon
      title="The annotations of this component name no application"
      description={problem}
    />
  );
}

function NoApplications({ entity }: { entity: Entity }) {
  const annotations = entity.metadata.annotations ?? {};
  const name = annotations[ARGOCD_APP_NAME];
  const selector = annotations[ARGOCD_APP_SELECTOR];
  const asked = name
    ? `${ARGOCD_APP_NAME}: ${name}`
    : `${ARGOCD_APP_SELECTOR}: ${selector}`;
  return (
    <Alert
      status="info"
      icon
      title="No application is monitored for this component"
      description={`No Argo CD instance lists an application for "${asked}". Check the spelling, that the instance is in argocd.appLocatorMethods, and that the application carries the label ai-operator.enabled=true or is named in the configuration.`}
    />
  );
}

function Applications(props: { answer: EntityApplications; entity: Entity }) {
  const { answer, entity } = props;
  return (
    <Stack>
      {answer.problem && <AnnotationProblem problem={answer.problem} />}
      {answer.items.length === 0 && !answer.problem && (
        <NoApplications entity={entity} />
      )}
      {answer.items.length > 1 && (
        <ApplicationSummaries applications={answer.items} />
      )}
      {answer.items.map(application => (
        <section
          key={applicationAnchor(application.key)}
          id={applicationAnchor(application.key)}
          aria-label={application.key.name}
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
      {answer => <Applications answer={answer} entity={entity} />}
    </PolledView>
  );
}

/** The tab "AI Operator" of a component. */
export function EntityContent() {
  const { entity } = useEntity();
  const problem = annotationProblem(entity);
  if (!isAiOperatorAvailable(entity)) {
    return (
      <MissingAnnotationEmptyState
        annotation={[ARGOCD_APP_NAME, ARGOCD_APP_SELECTOR]}
      />
    );
  }
  return (
    <Surface>
      {problem ? (
        <AnnotationProblem problem={problem} />
      ) : (
        <Polled entity={entity} />
      )}
    </Surface>
  );
}
