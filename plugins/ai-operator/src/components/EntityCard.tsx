import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/core-plugin-api';
import {
  EntityInfoCard,
  entityRouteParams,
  entityRouteRef,
  useEntity,
} from '@backstage/plugin-catalog-react';
import { Alert, Link, Text } from '@backstage/ui';
import type { EntityApplications } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  annotationProblem,
  ARGOCD_APP_NAME,
  ARGOCD_APP_SELECTOR,
  isAiOperatorAvailable,
} from '../annotations';
import { PolledView, Surface } from './basics';
import { byAttention } from '../model';
import { CardApplications } from './application/CardApplications';
import { useEntityApplications } from './useEntityApplications';

function Content({ answer }: { answer: EntityApplications }) {
  if (answer.problem) {
    return <Alert status="danger" icon title={answer.problem} />;
  }
  if (answer.items.length === 0) {
    return (
      <Text as="p" color="secondary">
        No application is monitored for this component.
      </Text>
    );
  }
  return <CardApplications applications={byAttention(answer.items)} />;
}

function Polled({ entity }: { entity: Entity }) {
  const polled = useEntityApplications(stringifyEntityRef(entity));
  return (
    <PolledView what="the applications of this component" polled={polled}>
      {answer => <Content answer={answer} />}
    </PolledView>
  );
}

function Body({ entity }: { entity: Entity }) {
  const problem = annotationProblem(entity);
  if (!isAiOperatorAvailable(entity)) {
    return (
      <Text as="p" color="secondary">
        Name the Argo CD application of this component with the annotation{' '}
        <code>{ARGOCD_APP_NAME}</code> or <code>{ARGOCD_APP_SELECTOR}</code>.
      </Text>
    );
  }
  return problem ? (
    <Alert status="danger" icon title={problem} />
  ) : (
    <Polled entity={entity} />
  );
}

/** The verdicts on a component's applications, for its overview. */
export function EntityCard() {
  const { entity } = useEntity();
  const entityPath = useRouteRef(entityRouteRef);
  return (
    <EntityInfoCard
      title="AI Operator"
      footerActions={
        isAiOperatorAvailable(entity) && (
          <Link href={`${entityPath(entityRouteParams(entity))}/ai-operator`}>
            Details
          </Link>
        )
      }
    >
      <Surface>
        <Body entity={entity} />
      </Surface>
    </EntityInfoCard>
  );
}
