import { ARGO_NEEDED } from '../leastPrivilege';
import { ArgoFacts, Fact, Failure } from '../facts';
import { CheckId } from './checks';
import { judgeClock } from './clock';
import { Check, check, Finding, listed } from './finding';

/** The oldest version whose list call and `can-i` are known to serve us. */
const OLDEST_KNOWN = { major: 2, minor: 10 };

const ACCOUNT_MEND =
  'Give the instance a valid token, or username and password, in argocd.appLocatorMethods';

/** Everything about one Argo CD instance. */
export function judgeArgoCd(facts: ArgoFacts): Finding[] {
  const subject = { area: 'argocd' as const, name: facts.instance };
  const about = (id: CheckId<'argocd'>, title: string) =>
    check(subject, id, title);
  return [
    judgeConnection(about('connection', 'Connection'), facts),
    judgeVersion(about('version', 'Version'), facts.version),
    judgeTransport(about('tls', 'Encryption'), facts.url),
    judgeCredentials(about('credentials', 'Credentials'), facts),
    judgeClock(about('clock', 'Clock'), facts.clock),
    judgeNeeded(about('rights', 'Rights it needs'), facts),
    judgeExcess(about('excess', 'Rights it does not need'), facts),
  ];
}

function judgeConnection(
  { ok, failed }: Check,
  { url, version, session }: ArgoFacts,
): Finding {
  return version.known || session.known
    ? ok(`It answers at ${url}`)
    : failed(version);
}

function judgeVersion(
  { ok, warning, unknown, unseen }: Check,
  version: Fact<string>,
): Finding {
  if (!version.known) {
    return unseen(version);
  }
  const parts = /^v?(\d+)\.(\d+)/.exec(version.value);
  if (!parts) {
    return unknown(
      `It calls its version '${version.value}', which we cannot read`,
      `Check that it is ${OLDEST_KNOWN.major}.${OLDEST_KNOWN.minor} or newer`,
    );
  }
  const [major, minor] = [Number(parts[1]), Number(parts[2])];
  const isKnown =
    major > OLDEST_KNOWN.major ||
    (major === OLDEST_KNOWN.major && minor >= OLDEST_KNOWN.minor);
  return isKnown
    ? ok(`Version ${version.value}`)
    : warning(
        `Version ${version.value} is older than ${OLDEST_KNOWN.major}.${OLDEST_KNOWN.minor}, the oldest that AI Operator is known to work with`,
        'Upgrade Argo CD',
      );
}

function judgeTransport({ ok, warning, unknown }: Check, url: string): Finding {
  const parts = /^(https?):\/\/(\[[^\]]*\]|[^/:]*)/i.exec(url);
  if (!parts) {
    return unknown(`'${url}' is not an address we can read`, 'Correct its url');
  }
  const [, scheme, host] = parts;
  if (scheme.toLowerCase() === 'https') {
    return ok('We speak to it over TLS');
  }
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(host)
    ? ok('We speak to it without TLS, but only on this machine')
    : warning(
        'We speak to it without TLS: its token can be read on the way',
        'Give the instance an https:// url in argocd.appLocatorMethods',
      );
}

/** Only what is wrong with the credentials themselves; a server that is down has a finding of its own. */
const ABOUT_CREDENTIALS: readonly Failure[] = [
  'unauthenticated',
  'forbidden',
  'misconfigured',
];

function judgeCredentials(
  { ok, problem, unseen }: Check,
  { session }: ArgoFacts,
): Finding {
  if (!session.known) {
    return ABOUT_CREDENTIALS.includes(session.failure)
      ? problem(session.because, ACCOUNT_MEND)
      : unseen(session);
  }
  const { loggedIn, username } = session.value;
  return loggedIn
    ? ok(`It knows us as '${username ?? 'an account without a name'}'`)
    : problem('It does not accept our credentials', ACCOUNT_MEND);
}

type Answers = ArgoFacts['answers'];

function isNeeded({ resource, action }: Answers[number]): boolean {
  return resource === ARGO_NEEDED.resource && action === ARGO_NEEDED.action;
}

/** One application may be asked for by two names; one yes is enough. */
function judgeNeeded(
  { ok, problem, unknown, unseen }: Check,
  { answers }: ArgoFacts,
): Finding {
  const asked = answers.filter(isNeeded);
  const unheard = asked.map(({ allowed }) => allowed).find(each => !each.known);
  const isAllowed = ({ allowed }: Answers[number]) =>
    allowed.known && allowed.value;
  const byApplication = new Map<string, boolean>();
  for (const answer of asked) {
    const parts = answer.object.split('/');
    const key = `${parts[0]}/${parts[parts.length - 1]}`;
    byApplication.set(key, byApplication.get(key) || isAllowed(answer));
  }
  const refused = [...byApplication].flatMap(([key, isYes]) =>
    isYes ? [] : [key],
  );
  if (asked.length > 0 && refused.length === 0) {
    return ok(
      `It may get applications, asked for ${listed([...byApplication.keys()])}`,
    );
  }
  if (unheard && !unheard.known) {
    return unseen(unheard);
  }
  if (asked.length === 0 || byApplication.has('*/*')) {
    return unknown(
      'No application of this instance is under watch yet, and our account may not get all of them, so we cannot ask about the right ones',
      'Put applications under watch, or check the account with: argocd account can-i get applications <project>/<application>',
    );
  }
  return problem(
    `Our account may not get ${listed(refused)}`,
    'Add the line to policy.csv in argocd-rbac-cm: p, <role of the account>, applications, get, <project>/*, allow',
  );
}

/** A right that was granted by pattern is named once, with the line that grants it. */
function judgeExcess(
  { ok, warning, unseen, unknown }: Check,
  { answers, session }: ArgoFacts,
): Finding {
  const asked = answers.filter(answer => !isNeeded(answer));
  const held = new Map<string, { resource: string; action: string }>();
  for (const { resource, action, allowed } of asked) {
    if (allowed.known && allowed.value) {
      held.set(`${resource}/${action}`, { resource, action });
    }
  }
  if (held.size > 0) {
    const account = session.known ? session.value.username : undefined;
    const rights = [...held.values()];
    return warning(
      `It may do more than it should: ${listed(
        rights.map(({ resource, action }) => `${action} ${resource}`),
      )}`,
      `Remove from policy.csv in argocd-rbac-cm, for '${
        account ?? 'our account'
      }' and its roles, the lines ${rights
        .map(({ resource, action }) => `'p, ..., ${resource}, ${action}, ...'`)
        .join(
          ', ',
        )}, and those with * in their place. The built-in admin and role:admin have all of them: use an account of its own, see examples/rbac/argocd-rbac-policy.csv`,
    );
  }
  // A version refuses questions about rights that it does not know or cannot be asked for.
  const heard = asked.filter(
    ({ allowed }) => allowed.known || allowed.failure !== 'misconfigured',
  );
  const unheard = heard.map(({ allowed }) => allowed).find(each => !each.known);
  if (unheard && !unheard.known) {
    return unseen(unheard);
  }
  if (heard.length === 0) {
    return unknown(
      'It could not be asked about any right',
      'Compare policy.csv in argocd-rbac-cm with examples/rbac/argocd-rbac-policy.csv',
    );
  }
  const unasked = new Set(
    asked.flatMap(({ resource, action, allowed }) =>
      allowed.known ? [] : [`${action} ${resource}`],
    ),
  );
  return ok(
    `It may change nothing that can be asked about${
      unasked.size > 0
        ? `. This version cannot be asked about ${listed([
            ...unasked,
          ])}: look for those in policy.csv yourself`
        : ''
    }`,
  );
}
