import { DEFAULTS, DEFAULT_TIMING } from './defaults';
import { Section } from './section';
import { OperatorConfig } from './types';

/** Section `timing`. Mistakes are fatal: each of these times keeps something from happening too early or too late. */
export function readTiming(section: Section): OperatorConfig['timing'] {
  section.allow([
    ...Object.keys(DEFAULT_TIMING),
    'persistenceChecks',
    'instanceFailures',
  ]);
  const read = (key: keyof typeof DEFAULT_TIMING) =>
    section.duration(key, DEFAULT_TIMING[key]);
  const timing = {
    healthCheckInterval: read('healthCheckInterval'),
    persistenceChecks: section.integer(
      'persistenceChecks',
      DEFAULTS.persistenceChecks,
      1,
      1000,
    ),
    restorationConfirmation: read('restorationConfirmation'),
    candidateSearch: read('candidateSearch'),
    ciWait: read('ciWait'),
    ciPoll: read('ciPoll'),
    mergeApproval: read('mergeApproval'),
    recovery: read('recovery'),
    inconclusive: read('inconclusive'),
    humanReviewAbort: read('humanReviewAbort'),
    completeArchive: read('completeArchive'),
    stale: read('stale'),
    verdictMaxAge: read('verdictMaxAge'),
    instanceFailures: section.integer(
      'instanceFailures',
      DEFAULTS.instanceFailures,
      1,
      1000,
    ),
    instanceBackoffMax: read('instanceBackoffMax'),
    escalationPoll: read('escalationPoll'),
    escalationPage: read('escalationPage'),
  };
  refuseContradictions(section, timing);
  return timing;
}

/** Pairs of which the first can never be reached when it is not the longer one. */
function refuseContradictions(
  section: Section,
  timing: OperatorConfig['timing'],
) {
  const longerThan: Array<
    [keyof typeof DEFAULT_TIMING, keyof typeof DEFAULT_TIMING, string]
  > = [
    ['ciWait', 'ciPoll', 'CI would time out before it is looked at again'],
    [
      'recovery',
      'restorationConfirmation',
      'no recovery could ever be confirmed in time',
    ],
    [
      'recovery',
      'healthCheckInterval',
      'the time for recovery would be over before the next health check',
    ],
    [
      'instanceBackoffMax',
      'healthCheckInterval',
      'a failing instance would be asked more often than a healthy one',
    ],
    [
      'stale',
      'ciWait',
      'a rollback would be called stale while its CI may still run',
    ],
    [
      'stale',
      'mergeApproval',
      'a rollback would be called stale while people may still approve it',
    ],
  ];
  const { escalationPage, humanReviewAbort } = timing;
  if (escalationPage >= humanReviewAbort) {
    section.report(
      'escalationPage',
      `'${section.path}.escalationPage' (${escalationPage} ms) is not shorter than '${section.path}.humanReviewAbort' (${humanReviewAbort} ms): the rollback would be aborted before anybody is paged`,
      `Make '${section.path}.escalationPage' shorter than '${section.path}.humanReviewAbort'`,
    );
  }
  for (const [long, short, consequence] of longerThan) {
    if (timing[long] < timing[short]) {
      section.report(
        long,
        `'${section.path}.${long}' (${timing[long]} ms) is shorter than '${section.path}.${short}' (${timing[short]} ms): ${consequence}`,
        `Make '${section.path}.${long}' at least as long as '${section.path}.${short}'`,
      );
    }
  }
}
