import { ElasticsearchFacts, ElasticsearchPart, Fact } from '../facts';
import { Check, check, Finding, listed } from './finding';
import { judgeRights } from './elasticsearchRights';

/** Major versions the operator is written for. */
const FIRST_MAJOR = 8;
const LAST_MAJOR = 9;

/** Everything about the Elasticsearch that the audit trail is shipped to. */
export function judgeElasticsearch(facts: ElasticsearchFacts): Finding[] {
  const subject = {
    area: 'audit' as const,
    name: facts.name,
    path: 'elasticsearch',
  };
  return [
    judgeConnection(check(subject, 'connection', 'Connection'), facts),
    judgeVersion(check(subject, 'version', 'Version'), facts),
    judgeRights(check(subject, 'rights', 'Privileges'), facts),
    judgePart(check(subject, 'template', 'Index template'), facts.template, {
      part: 'index template',
      consequence: 'before the next records are shipped',
    }),
    judgePart(check(subject, 'lifecycle', 'Lifecycle policy'), facts.policy, {
      part: 'lifecycle policy',
      consequence: 'and nothing in it is deleted until then',
    }),
  ];
}

function judgeConnection(
  { ok, failed }: Check,
  { version }: ElasticsearchFacts,
): Finding {
  return version.known ? ok('It answers') : failed(version);
}

function judgeVersion(
  { ok, unseen, problem, warning }: Check,
  { version }: ElasticsearchFacts,
): Finding {
  if (!version.known) {
    return unseen(version);
  }
  const major = Number(version.value.split('.')[0]);
  if (major >= FIRST_MAJOR && major <= LAST_MAJOR) {
    return ok(`It is version ${version.value}`);
  }
  return major < FIRST_MAJOR
    ? problem(
        `It is version ${version.value}, and the operator needs ${FIRST_MAJOR} or ${LAST_MAJOR}`,
        'Use a newer Elasticsearch',
      )
    : warning(
        `It is version ${version.value}, and the operator was tried with ${FIRST_MAJOR} and ${LAST_MAJOR}`,
        'Look whether a newer version of AI Operator knows it',
      );
}

const WHOSE: Partial<Record<ElasticsearchPart['state'], string>> = {
  newer: 'is of a newer version of AI Operator',
  changed: 'was changed by somebody',
  foreign: 'was not made by AI Operator',
};

function judgePart(
  { ok, failed, unseen, problem, warning }: Check,
  fact: Fact<ElasticsearchPart>,
  { part, consequence }: { part: string; consequence: string },
): Finding {
  if (!fact.known) {
    return fact.failure === 'skipped' ? unseen(fact) : failed(fact);
  }
  const { state, lacks } = fact.value;
  const whose = WHOSE[state];
  if (state === 'absent') {
    return warning(
      `There is no ${part} yet; the operator makes it, ${consequence}`,
      'Wait for the first records; if it stays away, what waits to be shipped says why',
    );
  }
  if (!whose) {
    return ok(
      state === 'current'
        ? `The ${part} is as it should be`
        : `The ${part} is an earlier one of the operator, which replaces it when it starts to ship`,
    );
  }
  if (lacks.length > 0) {
    return problem(
      `The ${part} ${whose} and does not fit: ${listed(lacks.slice(0, 3))}`,
      'Correct it, or delete it: the operator makes it anew',
    );
  }
  return state === 'newer'
    ? ok(`The ${part} ${whose}, and fits`)
    : warning(
        `The ${part} ${whose}; it fits, and the operator leaves it alone`,
        'Nothing, if that is what you want; else delete it, and the operator makes its own',
      );
}
