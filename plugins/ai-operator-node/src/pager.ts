import { createExtensionPoint } from '@backstage/backend-plugin-api';

/** What somebody is woken up for: an escalation that stayed without an answer. @public */
export interface PagerIncident {
  /** The rollback's correlation id. A page that is sent again has the same id, and is the same incident. */
  id: string;
  /** Name of the Argo CD Application. */
  application: string;
  /** `staging` or `production`. */
  environment: string;
  /** One line: what is asked of whoever is woken up. */
  summary: string;
  /** Several lines of text: why, since when, and what to do. */
  details: string;
  /** Address of the rollback in the portal. */
  link: string;
}

/**
 * Wakes people up, in place of the built-in webhook.
 * @public
 */
export interface Pager {
  /** Shown in the audit and in errors, such as `PagerDuty`. */
  readonly name: string;
  /**
   * Resolves once the page is on its way. Rejecting means that nobody was woken
   * up: the operator tries again a few times, with the same id. Has to end when
   * `signal` aborts, which it does after 10 seconds.
   */
  page(
    incident: PagerIncident,
    options: { signal: AbortSignal },
  ): Promise<void>;
}

/** {@inheritDoc aiOperatorPagerExtensionPoint} @public */
export interface AiOperatorPagerExtensionPoint {
  /** Use this pager instead of `aiOperator.pager.webhook`. A second call is refused: which one should ring? */
  setPager(pager: Pager): void;
}

/** Lets a backend module bring a pager of its own. @public */
export const aiOperatorPagerExtensionPoint =
  createExtensionPoint<AiOperatorPagerExtensionPoint>({
    id: 'ai-operator.pager',
  });
