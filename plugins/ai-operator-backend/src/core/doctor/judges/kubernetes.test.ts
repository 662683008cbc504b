import {
  Failure,
  fact,
  KubernetesFacts,
  KubernetesRule,
  noFact,
} from '../facts';
import { judgeKubernetes } from './kubernetes';

function rule(
  verbs: string[],
  resources: string[],
  change: Partial<KubernetesRule> = {},
): KubernetesRule {
  return { verbs, resources, apiGroups: [''], resourceNames: [], ...change };
}

const LOOKING = [
  rule(['get', 'list'], ['deployments', 'replicasets'], {
    apiGroups: ['apps'],
  }),
  rule(['get', 'list', 'watch'], ['pods', 'pods/log']),
  rule(['create'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], {
    apiGroups: ['authorization.k8s.io'],
  }),
];

function facts(
  rules: KubernetesRule[],
  isComplete = true,
  change: Partial<KubernetesFacts> = {},
): KubernetesFacts {
  return {
    cluster: 'eu',
    clock: fact({ theirs: 1, precision: 1_000, before: 1, after: 1 }),
    namespaces: [
      { namespace: 'payments', review: fact({ rules, isComplete }) },
    ],
    ...change,
  };
}

function statusOf(id: string, given: KubernetesFacts, leftOut = 0) {
  return find(id, given, leftOut).status;
}

function find(id: string, given: KubernetesFacts, leftOut = 0) {
  const finding = judgeKubernetes(given, leftOut).find(
    each => each.id === `kubernetes/eu/${id}`,
  );
  expect(finding).toBeDefined();
  return finding!;
}

it('finds nothing to mend where the account may only look', () => {
  expect(
    judgeKubernetes(facts(LOOKING), 0).map(({ id, status }) => [id, status]),
  ).toEqual([
    ['kubernetes/eu/connection', 'ok'],
    ['kubernetes/eu/clock', 'ok'],
    ['kubernetes/eu/rights', 'ok'],
    ['kubernetes/eu/excess', 'ok'],
  ]);
});

it.each<[Failure, string]>([
  ['unreachable', 'problem'],
  ['unauthenticated', 'problem'],
  ['misconfigured', 'problem'],
  ['silent', 'unknown'],
])(
  'a cluster that is %s is %s, and its rights are unknown',
  (failure, status) => {
    const given = facts([], true, {
      namespaces: [{ namespace: 'payments', review: noFact(failure, 'why') }],
    });
    expect(statusOf('connection', given)).toBe(status);
    expect(statusOf('rights', given)).toBe('unknown');
    expect(statusOf('excess', given)).toBe('unknown');
  },
);

describe('the right to look', () => {
  it.each<[string, KubernetesRule[], boolean, string]>([
    ['by name', LOOKING, true, 'ok'],
    ['by wildcards', [rule(['*'], ['*'], { apiGroups: ['*'] })], true, 'ok'],
    ['not at all', [], true, 'problem'],
    [
      'of another API group',
      [rule(['get'], ['deployments'], { apiGroups: ['extensions'] })],
      true,
      'problem',
    ],
    [
      'by listing alone',
      [rule(['list'], ['deployments'], { apiGroups: ['apps'] })],
      true,
      'problem',
    ],
    [
      'for one Deployment only',
      [
        rule(['get'], ['deployments'], {
          apiGroups: ['apps'],
          resourceNames: ['payment-service'],
        }),
      ],
      true,
      'problem',
    ],
    ['where the cluster cannot list all rules', [], false, 'unknown'],
  ])('%s', (_name, rules, isComplete, status) => {
    expect(statusOf('rights', facts(rules, isComplete))).toBe(status);
  });

  it('names the namespaces where it is missing', () => {
    const given = facts(LOOKING);
    given.namespaces.push({
      namespace: 'shop',
      review: fact({ rules: [], isComplete: true }),
    });
    expect(find('rights', given).because).toContain('in shop,');
  });

  it('is unknown in namespaces that were left out', () => {
    expect(find('rights', facts(LOOKING), 3)).toMatchObject({
      status: 'unknown',
      because: expect.stringContaining('3 more namespaces'),
    });
    expect(statusOf('excess', facts(LOOKING), 3)).toBe('unknown');
  });
});

describe('rights beyond that', () => {
  it.each<[string, KubernetesRule, string]>([
    [
      'scaling',
      rule(['patch', 'update'], ['deployments/scale'], { apiGroups: ['apps'] }),
      'patch, update deployments/scale.apps',
    ],
    ['deleting', rule(['get', 'delete'], ['pods']), 'delete pods'],
    ['reading secrets', rule(['get'], ['secrets']), 'get secrets'],
    ['a shell', rule(['get'], ['pods/exec']), 'get pods/exec'],
    [
      'reading everything',
      rule(['get', 'list'], ['*']),
      'get, list everything, secrets among them',
    ],
    [
      'everything',
      rule(['*'], ['*'], { apiGroups: ['*'] }),
      '* everything, secrets among them',
    ],
    ['acting as others', rule(['impersonate'], ['users']), 'impersonate users'],
  ])('%s is a warning that names it', (_name, extra, words) => {
    const finding = find('excess', facts([...LOOKING, extra]));
    expect(finding.status).toBe('warning');
    expect(finding.because).toBe(
      `It may do more than it should in payments: ${words}.`,
    );
    expect(finding.howToMend).toContain('examples/rbac/kubernetes-role.yaml');
  });

  it('are found although the list is not complete or another namespace is silent', () => {
    const given = facts([...LOOKING, rule(['delete'], ['pods'])], false);
    given.namespaces.push({
      namespace: 'shop',
      review: noFact('silent', 'why'),
    });
    expect(statusOf('excess', given)).toBe('warning');
  });

  it('are cut short when there are many', () => {
    const many = Array.from({ length: 12 }, (_each, index) =>
      rule(['create'], [`things${index}`]),
    );
    expect(find('excess', facts([...LOOKING, ...many])).because).toContain(
      'and 4 more',
    );
  });

  it('are unknown where the cluster cannot list all rules', () => {
    expect(statusOf('excess', facts(LOOKING, false))).toBe('unknown');
  });
});
