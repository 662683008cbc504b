import { ArgoFacts, Failure, fact, noFact } from '../facts';
import { argoQuestions, ArgoSample } from '../leastPrivilege';
import { judgeArgoCd } from './argocd';

const PAY: ArgoSample = { project: 'payments', name: 'payment-service' };

/** An instance that is as it should be; `granted` names further rights. */
function facts(
  change: Partial<ArgoFacts> = {},
  granted: string[] = [],
  samples: ArgoSample[] = [PAY],
): ArgoFacts {
  const now = 1_000_000;
  return {
    instance: 'staging',
    url: 'https://argocd.example.com',
    version: fact('v3.1.0+abc'),
    clock: fact({ theirs: now, precision: 1_000, before: now, after: now }),
    session: fact({ loggedIn: true, username: 'ai-operator' }),
    answers: argoQuestions(samples).map(question => ({
      ...question,
      allowed: fact(
        question.action === 'get' ||
          granted.includes(`${question.action} ${question.resource}`),
      ),
    })),
    ...change,
  };
}

function find(id: string, given: ArgoFacts) {
  const finding = judgeArgoCd(given).find(each => each.id === id);
  expect(finding).toBeDefined();
  return finding!;
}

it('finds nothing to mend on an instance that is as it should be', () => {
  expect(judgeArgoCd(facts()).map(({ id, status }) => [id, status])).toEqual([
    ['argocd/staging/connection', 'ok'],
    ['argocd/staging/version', 'ok'],
    ['argocd/staging/tls', 'ok'],
    ['argocd/staging/credentials', 'ok'],
    ['argocd/staging/clock', 'ok'],
    ['argocd/staging/rights', 'ok'],
    ['argocd/staging/excess', 'ok'],
  ]);
});

it('says how to mend whatever is not ok, and ends every reason with one full stop', () => {
  const silent = noFact('silent', 'Argo CD did not answer');
  const findings = judgeArgoCd(
    facts({
      version: silent,
      session: silent,
      clock: silent,
      answers: facts().answers.map(answer => ({ ...answer, allowed: silent })),
    }),
  );
  for (const { status, because, howToMend } of findings) {
    expect(because).toMatch(/[^.]\.$/);
    expect(howToMend === undefined).toBe(status === 'ok');
  }
  expect(
    findings.filter(({ status }) => status === 'ok').map(({ id }) => id),
  ).toEqual(['argocd/staging/tls']);
});

describe('connection', () => {
  it.each<[Failure, string]>([
    ['unreachable', 'problem'],
    ['misconfigured', 'problem'],
    ['odd', 'problem'],
    ['silent', 'unknown'],
    ['limited', 'unknown'],
  ])('%s is %s', (failure, status) => {
    const gone = noFact(failure, 'why');
    expect(
      find(
        'argocd/staging/connection',
        facts({ version: gone, session: gone }),
      ),
    ).toMatchObject({ status, because: 'why.' });
  });

  it('is there when anything answered', () => {
    const given = facts({ version: noFact('forbidden', 'why') });
    expect(find('argocd/staging/connection', given).status).toBe('ok');
    expect(find('argocd/staging/version', given).status).toBe('unknown');
  });
});

it.each([
  ['v2.9.22', 'warning'],
  ['v2.10.0', 'ok'],
  ['2.11', 'ok'],
  ['v3.0.1+1234567', 'ok'],
  ['v1.99.0', 'warning'],
  ['latest', 'unknown'],
])('version %s is %s', (version, status) => {
  expect(
    find('argocd/staging/version', facts({ version: fact(version) })).status,
  ).toBe(status);
});

it.each([
  ['https://argocd.example.com', 'ok'],
  ['HTTPS://argocd.example.com/path', 'ok'],
  ['http://localhost:4010/argocd/staging', 'ok'],
  ['http://127.0.0.1', 'ok'],
  ['http://[::1]:80', 'ok'],
  ['http://argocd-server.argocd.svc', 'warning'],
  ['http://localhost.example.com', 'warning'],
  ['argocd', 'unknown'],
])('%s is %s for encryption', (url, status) => {
  expect(find('argocd/staging/tls', facts({ url })).status).toBe(status);
});

describe('credentials', () => {
  it.each<[string, ArgoFacts['session'], string]>([
    ['refused', fact({ loggedIn: false }), 'problem'],
    ['refused with 401', noFact('unauthenticated', 'why'), 'problem'],
    ['missing', noFact('misconfigured', 'why'), 'problem'],
    ['not asked', noFact('silent', 'why'), 'unknown'],
    ['of a server that is down', noFact('unreachable', 'why'), 'unknown'],
  ])('%s', (_name, session, status) => {
    expect(find('argocd/staging/credentials', facts({ session })).status).toBe(
      status,
    );
  });
});

describe('the right to look', () => {
  const answering = (
    samples: ArgoSample[],
    allowed: (object: string) => boolean,
  ) =>
    facts({
      answers: argoQuestions(samples).map(question => ({
        ...question,
        allowed: fact(question.action === 'get' && allowed(question.object)),
      })),
    });

  it('is missing where one project refuses, which is named with the line to add', () => {
    const given = answering(
      [PAY, { project: 'shop', name: 'cart' }],
      object => object === 'payments/payment-service',
    );
    expect(find('argocd/staging/rights', given)).toMatchObject({
      status: 'problem',
      because: 'Our account may not get shop/cart.',
      howToMend: expect.stringContaining('applications, get'),
    });
  });

  it('is there when either name of an application is allowed', () => {
    const spread = { ...PAY, namespace: 'team-a' };
    const given = answering(
      [spread],
      object => object === 'payments/team-a/payment-service',
    );
    expect(find('argocd/staging/rights', given).status).toBe('ok');
  });

  it('of an instance without applications is known when all may be looked at', () => {
    expect(
      find(
        'argocd/staging/rights',
        answering([], () => true),
      ).status,
    ).toBe('ok');
    expect(
      find(
        'argocd/staging/rights',
        answering([], () => false),
      ),
    ).toMatchObject({ status: 'unknown' });
  });

  it('is unknown when Argo CD did not say', () => {
    const given = facts({
      answers: facts().answers.map(answer => ({
        ...answer,
        allowed: noFact('silent', 'why'),
      })),
    });
    expect(find('argocd/staging/rights', given).status).toBe('unknown');
    expect(find('argocd/staging/excess', given).status).toBe('unknown');
  });
});

describe('rights beyond that', () => {
  it.each([
    'sync applications',
    'update applications',
    'delete applications',
    'create applications',
    'override applications',
    'action applications',
    'create applicationsets',
    'create exec',
    'update clusters',
    'update projects',
    'update repositories',
    'update accounts',
  ])('%s is named, with the line to remove', right => {
    const [action, resource] = right.split(' ');
    const finding = find('argocd/staging/excess', facts({}, [right]));
    expect(finding.status).toBe('warning');
    expect(finding.because).toBe(`It may do more than it should: ${right}.`);
    expect(finding.howToMend).toContain(
      `'p, ..., ${resource}, ${action}, ...'`,
    );
    expect(finding.howToMend).toContain("'ai-operator'");
  });

  it('are each named once, and found although another answer is missing', () => {
    const given = facts({}, ['sync applications', 'delete applications']);
    given.answers[given.answers.length - 1].allowed = noFact('silent', 'why');
    expect(find('argocd/staging/excess', given)).toMatchObject({
      status: 'warning',
      because:
        'It may do more than it should: sync applications and delete applications.',
    });
  });

  it('are unknown when one of them was not answered and none is held', () => {
    const given = facts();
    given.answers[given.answers.length - 1].allowed = noFact('silent', 'why');
    expect(find('argocd/staging/excess', given).status).toBe('unknown');
  });

  it('are as good as known when this version cannot be asked about one', () => {
    const given = facts();
    for (const answer of given.answers) {
      if (answer.action === 'action') {
        answer.allowed = noFact('misconfigured', 'does not contain action');
      }
    }
    expect(find('argocd/staging/excess', given)).toMatchObject({
      status: 'ok',
      because: expect.stringContaining(
        'cannot be asked about action applications:',
      ),
    });
    for (const answer of given.answers) {
      answer.allowed = noFact('misconfigured', 'does not contain it');
    }
    expect(find('argocd/staging/excess', given).status).toBe('unknown');
  });
});
