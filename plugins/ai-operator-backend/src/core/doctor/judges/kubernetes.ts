import { Fact, KubernetesFacts, KubernetesRule } from '../facts';
import { KUBERNETES_NEEDED } from '../leastPrivilege';
import { CheckId } from './checks';
import { judgeClock } from './clock';
import { Check, check, Finding, listed } from './finding';

/** Verbs that only look. */
const READING: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

/** Asking what one may do changes nothing, and every account may. */
const SELF_REVIEWS: ReadonlySet<string> = new Set([
  'selfsubjectaccessreviews',
  'selfsubjectrulesreviews',
  'selfsubjectreviews',
]);

/** Where even looking gives more than a status: credentials, or a shell by way of a websocket. */
const CONFIDENTIAL: ReadonlySet<string> = new Set([
  'secrets',
  'pods/exec',
  'pods/attach',
  'pods/portforward',
  'pods/proxy',
  'services/proxy',
  'nodes/proxy',
]);

/** Longest list of rights in one sentence. */
const MAX_NAMED = 8;

const ROLE = 'examples/rbac/kubernetes-role.yaml';

/** Everything about one cluster. `leftOut`: namespaces in use that were not asked about. */
export function judgeKubernetes(
  facts: KubernetesFacts,
  leftOut: number,
): Finding[] {
  const subject = { area: 'kubernetes' as const, name: facts.cluster };
  const about = (id: CheckId<'kubernetes'>, title: string) =>
    check(subject, id, title);
  return [
    judgeConnection(about('connection', 'Connection'), facts),
    judgeClock(about('clock', 'Clock'), facts.clock),
    judgeNeeded(about('rights', 'Rights it needs'), facts, leftOut),
    judgeExcess(about('excess', 'Rights it does not need'), facts, leftOut),
  ];
}

function judgeConnection(
  { ok, failed, unknown }: Check,
  { namespaces }: KubernetesFacts,
): Finding {
  const answered = namespaces.some(({ review }) => review.known);
  const failure = unheardOf(namespaces)?.review;
  if (answered) {
    return ok('It answers');
  }
  return failure && !failure.known
    ? failed(failure)
    : unknown('It was not asked', 'Look again');
}

function judgeNeeded(
  { ok, problem, unknown, unseen }: Check,
  { namespaces }: KubernetesFacts,
  leftOut: number,
): Finding {
  const { verbs, resource, apiGroup } = KUBERNETES_NEEDED;
  const right = `${listed(verbs)} ${resource}.${apiGroup}`;
  const refused: string[] = [];
  const unclear: string[] = [];
  for (const { namespace, review } of namespaces) {
    if (
      review.known &&
      !verbs.every(verb => grants(review.value.rules, verb))
    ) {
      (review.value.isComplete ? refused : unclear).push(namespace);
    }
  }
  if (refused.length > 0) {
    return problem(
      `Our account may not ${right} in ${listed(
        refused,
      )}, so replicas are not read there and nothing is merged (I3 stays unknown)`,
      `Bind the Role of ${ROLE} in these namespaces`,
    );
  }
  const unheard = unheardOf(namespaces)?.review;
  if (unheard && !unheard.known) {
    return unseen(unheard);
  }
  if (unclear.length > 0) {
    return unknown(
      `The cluster cannot list all our rights in ${listed(unclear)}`,
      `Check with: kubectl auth can-i get deployments.apps --namespace ${unclear[0]}`,
    );
  }
  return leftOut > 0
    ? unknown(
        `It may ${right} in ${listed(
          names(namespaces),
        )}; ${leftOut} more namespaces in use were not asked about`,
        'Check those with: kubectl auth can-i get deployments.apps --namespace <namespace>',
      )
    : ok(`It may ${right} in ${listed(names(namespaces))}`);
}

function judgeExcess(
  { ok, warning, unknown, unseen }: Check,
  { namespaces }: KubernetesFacts,
  leftOut: number,
): Finding {
  const excess = new Set<string>();
  const where: string[] = [];
  for (const { namespace, review } of namespaces) {
    const found = review.known ? review.value.rules.flatMap(excessOf) : [];
    found.forEach(right => excess.add(right));
    if (found.length > 0) {
      where.push(namespace);
    }
  }
  if (excess.size > 0) {
    const rights = [...excess];
    const more = rights.length - MAX_NAMED;
    return warning(
      `It may do more than it should in ${listed(where)}: ${rights
        .slice(0, MAX_NAMED)
        .join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
      `Bind the account to the Role of ${ROLE} alone. If Backstage's kubernetes plugin needs more rights for others, give AI Operator its own account with aiOperator.kubernetes.transport: kubeconfig`,
    );
  }
  const unheard = unheardOf(namespaces)?.review;
  if (unheard && !unheard.known) {
    return unseen(unheard);
  }
  const unclear = namespaces.filter(
    ({ review }) => review.known && !review.value.isComplete,
  );
  if (unclear.length > 0 || leftOut > 0) {
    return unknown(
      unclear.length > 0
        ? `The cluster cannot list all our rights in ${listed(
            names(unclear),
          )}; those it lists only look`
        : `Where we asked, it may only look; ${leftOut} more namespaces in use were not asked about`,
      'List them with: kubectl auth can-i --list --namespace <namespace>',
    );
  }
  return ok(`It may only look in ${listed(names(namespaces))}`);
}

type Namespaces = KubernetesFacts['namespaces'];

function names(namespaces: Namespaces): string[] {
  return namespaces.map(({ namespace }) => namespace);
}

function unheardOf(
  namespaces: Namespaces,
): { review: Fact<unknown> } | undefined {
  return namespaces.find(({ review }) => !review.known);
}

function covers(list: readonly string[], value: string): boolean {
  return list.includes(value) || list.includes('*');
}

/** A rule for some names only does not let us read the Deployments we do not know yet. */
function grants(rules: KubernetesRule[], verb: string): boolean {
  return rules.some(
    rule =>
      rule.resourceNames.length === 0 &&
      covers(rule.verbs, verb) &&
      covers(rule.apiGroups, KUBERNETES_NEEDED.apiGroup) &&
      covers(rule.resources, KUBERNETES_NEEDED.resource),
  );
}

/** What a rule grants beyond looking, as `kubectl` would say it. */
function excessOf(rule: KubernetesRule): string[] {
  return rule.resources
    .filter(resource => !SELF_REVIEWS.has(resource))
    .flatMap(resource => {
      const isConfidential = CONFIDENTIAL.has(resource) || resource === '*';
      const verbs = rule.verbs.filter(
        verb => isConfidential || !READING.has(verb),
      );
      if (verbs.length === 0) {
        return [];
      }
      const groups = rule.apiGroups.filter(group => group !== '');
      const name =
        resource === '*'
          ? 'everything, secrets among them'
          : [resource, ...groups.slice(0, 1)].join('.');
      return [`${verbs.join(', ')} ${name}`];
    });
}
