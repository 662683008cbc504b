import { z } from 'zod';
import { Fact, RulesetBypass } from '../../core/doctor/facts';

/*
 * What GitHub answers about the demands of a branch, of which only the fields
 * named here are looked at, and the same in our words.
 */

const requiredChecks = z
  .object({
    contexts: z.array(z.string()).nullish(),
    checks: z.array(z.object({ context: z.string() })).nullish(),
  })
  .nullish();

export const branchSchema = z.object({
  protected: z.boolean(),
  protection: z
    .object({
      enabled: z.boolean().optional(),
      required_status_checks: requiredChecks,
    })
    .optional(),
});

const enabled = z.object({ enabled: z.boolean() }).nullish();

export const protectionSchema = z.object({
  required_status_checks: requiredChecks,
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.number().nullish(),
      dismiss_stale_reviews: z.boolean().nullish(),
      bypass_pull_request_allowances: z
        .object({
          users: z.array(z.object({ login: z.string() })).nullish(),
          teams: z.array(z.object({ slug: z.string() })).nullish(),
          apps: z.array(z.object({ slug: z.string().optional() })).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  enforce_admins: enabled,
  allow_force_pushes: enabled,
});

export const ruleSchema = z.object({
  type: z.string(),
  ruleset_id: z.number().optional(),
  ruleset_source: z.string().optional(),
  parameters: z
    .object({
      required_status_checks: z
        .array(z.object({ context: z.string() }))
        .optional(),
      required_approving_review_count: z.number().optional(),
      dismiss_stale_reviews_on_push: z.boolean().optional(),
    })
    .optional(),
});

export const rulesetSchema = z.object({
  name: z.string(),
  current_user_can_bypass: z
    .enum(['never', 'pull_requests_only', 'always', 'exempt'])
    .optional(),
});

export const demandsSchema = z.object({
  repository: z.object({
    mergeQueue: z.object({ id: z.string() }).nullish(),
    ref: z
      .object({
        refUpdateRule: z
          .object({
            requiredApprovingReviewCount: z.number().nullish(),
            requiredStatusCheckContexts: z
              .array(z.string().nullable())
              .nullish(),
            allowsForcePushes: z.boolean(),
          })
          .nullish(),
      })
      .nullish(),
  }),
});

function namesOf(checks: z.infer<typeof requiredChecks>): string[] {
  return [
    ...new Set([
      ...(checks?.contexts ?? []),
      ...(checks?.checks ?? []).map(({ context }) => context),
    ]),
  ];
}

export function toSummary(branch: z.infer<typeof branchSchema>) {
  return {
    // `protected` is true for rulesets as well; those have a place of their own.
    isProtected: branch.protection?.enabled ?? branch.protected,
    checks: namesOf(branch.protection?.required_status_checks),
  };
}

export function toProtection(document: z.infer<typeof protectionSchema>) {
  const reviews = document.required_pull_request_reviews;
  const passes = reviews?.bypass_pull_request_allowances;
  return {
    checks: namesOf(document.required_status_checks),
    approvals: reviews?.required_approving_review_count ?? 0,
    dismissesStale: reviews?.dismiss_stale_reviews ?? false,
    enforcesAdmins: document.enforce_admins?.enabled ?? false,
    allowsForcePushes: document.allow_force_pushes?.enabled ?? false,
    mayBypassReviews: [
      ...(passes?.users ?? []).map(({ login }) => login),
      ...(passes?.apps ?? []).flatMap(({ slug }) => slug ?? []),
    ],
    teamsMayBypassReviews: (passes?.teams ?? []).map(({ slug }) => slug),
  };
}

export function toShown(
  rule:
    | NonNullable<
        z.infer<typeof demandsSchema>['repository']['ref']
      >['refUpdateRule']
    | undefined,
) {
  return rule
    ? {
        checks: (rule.requiredStatusCheckContexts ?? []).flatMap(
          name => name ?? [],
        ),
        approvals: rule.requiredApprovingReviewCount ?? 0,
        allowsForcePushes: rule.allowsForcePushes,
      }
    : undefined;
}

export type Rule = z.infer<typeof ruleSchema>;
export type Ruleset = { name: string; bypass: Fact<RulesetBypass> };

export function toRules(rules: Rule[], rulesets: Ruleset[]) {
  const ofType = (type: string) => rules.filter(rule => rule.type === type);
  const reviews = ofType('pull_request').map(rule => rule.parameters);
  return {
    checks: ofType('required_status_checks').flatMap(rule =>
      (rule.parameters?.required_status_checks ?? []).map(
        ({ context }) => context,
      ),
    ),
    approvals: Math.max(
      0,
      ...reviews.map(each => each?.required_approving_review_count ?? 0),
    ),
    dismissesStale: reviews.some(
      each => each?.dismiss_stale_reviews_on_push ?? false,
    ),
    blocksForcePushes: ofType('non_fast_forward').length > 0,
    hasMergeQueue: ofType('merge_queue').length > 0,
    rulesets,
  };
}
