import {
  ElasticsearchFacts,
  ElasticsearchPart,
  Fact,
  OF_INDICES,
} from '../facts';
import { Check, Finding, listed } from './finding';

/** Rights for making what people may also keep themselves. */
const FOR_SETTING_UP = ['manage_index_templates', 'manage_ilm'];

/** What the credentials may do, and the policy that has their rights. */
export function judgeRights(
  { ok, failed, unseen, problem }: Check,
  { rights, template, policy, version }: ElasticsearchFacts,
): Finding {
  if (!rights.known) {
    return version.known ? failed(rights) : unseen(rights);
  }
  const isSetUp = isThere(template) && isThere(policy);
  const missing = rights.value.filter(
    right =>
      !(isSetUp && FOR_SETTING_UP.includes(right)) && !isForExpiry(right),
  );
  if (missing.length > 0) {
    return problem(
      `Its credentials lack ${listed(missing)}`,
      'Give the API key the privileges that docs/configuration.md lists',
    );
  }
  const forExpiry = rights.value.filter(isForExpiry);
  if (forExpiry.length > 0 && isOurs(policy)) {
    return problem(
      `Its credentials lack ${listed(
        forExpiry,
      )}: the lifecycle policy is the operator's own and has no more rights than they, so nothing in it is ever deleted`,
      'Let an administrator put a lifecycle policy of their own in its place, which the operator leaves alone, or give the API key these privileges and send the same policy once more with that key; docs/configuration.md has both ways',
    );
  }
  return ok(
    rights.value.length === 0
      ? 'Its credentials have every privilege that is needed'
      : 'Its credentials have what shipping needs; template and policy are kept by people',
  );
}

function isForExpiry(right: string): boolean {
  return right.endsWith(OF_INDICES);
}

/** Written by us, or going to be: Elasticsearch carries a policy out with the rights of its last writer. */
function isOurs(policy: Fact<ElasticsearchPart>): boolean {
  return (
    policy.known &&
    ['absent', 'current', 'outdated', 'newer'].includes(policy.value.state)
  );
}

/** There, and not to be written again by us. */
function isThere(part: Fact<ElasticsearchPart>): boolean {
  return part.known && !['absent', 'outdated'].includes(part.value.state);
}
