import type { Entity } from '@backstage/catalog-model';

/** Names one Argo CD Application. @public */
export const ARGOCD_APP_NAME = 'argocd/app-name';

/** Selects Argo CD Applications by label. @public */
export const ARGOCD_APP_SELECTOR = 'argocd/app-selector';

/** Whether an entity says which Argo CD Applications belong to it (SPEC §3). @public */
export function isAiOperatorAvailable(entity: Entity): boolean {
  const annotations = entity.metadata.annotations;
  return Boolean(
    annotations?.[ARGOCD_APP_NAME] || annotations?.[ARGOCD_APP_SELECTOR],
  );
}

/** What is wrong with the annotations of an entity, in the community plugin's words. */
export function annotationProblem(entity: Entity): string | undefined {
  const annotations = entity.metadata.annotations;
  return annotations?.[ARGOCD_APP_NAME] && annotations[ARGOCD_APP_SELECTOR]
    ? `Cannot provide both ${ARGOCD_APP_NAME} and ${ARGOCD_APP_SELECTOR} annotations`
    : undefined;
}
