import { readFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { ArgoQuestion, fact, noFact } from './facts';
import { judgeArgoCd } from './judges/argocd';
import { judgeGitHubAccount } from './judges/gitHubAccount';
import { judgeKubernetes } from './judges/kubernetes';
import {
  argoQuestions,
  CLASSIC_SCOPES,
  GITHUB_NEEDED,
  GITHUB_NEEDED_FOR_TEAMS,
  KUBERNETES_NEEDED,
} from './leastPrivilege';

/*
 * What the doctor demands and what the examples give people are the same list:
 * with exactly what an example grants, the doctor finds nothing to mend, and with
 * anything less it does.
 */

const CLOCK = fact({ theirs: 1, precision: 1_000, before: 1, after: 1 });

function example(name: string): string {
  return readFileSync(
    join(__dirname, '../../../../../examples/rbac', name),
    'utf8',
  );
}

function toMend(findings: Array<{ id: string; status: string }>): string[] {
  return findings.flatMap(({ id, status }) => (status === 'ok' ? [] : [id]));
}

describe('examples/rbac/argocd-rbac-policy.csv', () => {
  const lines = example('argocd-rbac-policy.csv')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split(',').map(part => part.trim()));
  const policies = lines.filter(([kind]) => kind === 'p');

  /** As Argo CD compares a request with its policies: by globs. */
  function allows(question: ArgoQuestion, granted = policies): boolean {
    const matches = (pattern: string, value: string) =>
      new RegExp(
        `^${pattern
          .split('*')
          .map(part => part.replace(/[^\w]/g, '\\$&'))
          .join('.*')}$`,
      ).test(value);
    return granted.some(
      ([, , resource, action, object, effect]) =>
        effect === 'allow' &&
        matches(resource, question.resource) &&
        matches(action, question.action) &&
        matches(object, question.object),
    );
  }

  const judge = (granted = policies) =>
    toMend(
      judgeArgoCd({
        instance: 'staging',
        url: 'https://argocd.example.com',
        version: fact('v3.1.0'),
        clock: CLOCK,
        session: fact({ loggedIn: true, username: 'ai-operator' }),
        answers: argoQuestions([
          { project: 'payments', name: 'payment-service', namespace: 'team-a' },
        ]).map(question => ({
          ...question,
          allowed: fact(allows(question, granted)),
        })),
      }),
    );

  it('grants what is needed and nothing beyond', () => {
    expect(judge()).toEqual([]);
  });

  it('has no line too many', () => {
    for (const line of policies) {
      expect(judge(policies.filter(other => other !== line))).toEqual([
        'argocd/staging/rights',
      ]);
    }
  });

  it('gives its role to the account', () => {
    const [, role] = policies[0];
    expect(lines).toContainEqual(['g', 'ai-operator', role]);
  });

  it('would be found wanting if it granted more', () => {
    const all = [['p', 'role:ai-operator', '*', '*', '*', 'allow']];
    expect(judge([...policies, ...all])).toEqual(['argocd/staging/excess']);
  });
});

describe('examples/rbac/kubernetes-role.yaml', () => {
  const documents = parseAllDocuments(example('kubernetes-role.yaml')).map(
    document => document.toJS(),
  );
  const byKind = (kind: string) => documents.find(each => each.kind === kind);
  const judge = (rules: unknown) =>
    toMend(
      judgeKubernetes(
        {
          cluster: 'eu',
          clock: CLOCK,
          namespaces: [
            {
              namespace: 'payments',
              review: fact({
                rules: (rules as Array<Record<string, string[]>>).map(
                  ({ verbs, apiGroups, resources }) => ({
                    verbs,
                    apiGroups,
                    resources,
                    resourceNames: [],
                  }),
                ),
                isComplete: true,
              }),
            },
          ],
        },
        0,
      ),
    );

  it('grants what is needed and nothing beyond', () => {
    expect(byKind('ClusterRole').rules).toEqual([
      {
        apiGroups: [KUBERNETES_NEEDED.apiGroup],
        resources: [KUBERNETES_NEEDED.resource],
        verbs: [...KUBERNETES_NEEDED.verbs],
      },
    ]);
    expect(judge(byKind('ClusterRole').rules)).toEqual([]);
    expect(judge([])).toEqual(['kubernetes/eu/rights']);
  });

  it('binds that role to that account', () => {
    const { metadata } = byKind('ServiceAccount');
    const binding = byKind('RoleBinding');
    expect(binding.roleRef).toMatchObject({
      kind: 'ClusterRole',
      name: byKind('ClusterRole').metadata.name,
    });
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', ...metadata }]);
  });
});

describe('examples/rbac/github-app-permissions.md', () => {
  const text = example('github-app-permissions.md');
  const permissions = Object.fromEntries(
    [...text.matchAll(/^\| `(\w+)`\s*\| (\w+)\s*\|/gm)].map(
      ([, name, access]) => [name, access],
    ),
  );
  const judge = (granted: Record<string, string>) =>
    toMend(
      judgeGitHubAccount(
        {
          account: 'github.com/my-org',
          credential: fact('app'),
          login: fact('ai-operator[bot]'),
          permissions: fact(granted),
          scopes: noFact('skipped', 'no token'),
          clock: CLOCK,
          budgets: fact([]),
        },
        { hasTeams: true, budget: { warn: 1, stop: 0 }, now: 0 },
      ),
    );

  it('grants what is needed and nothing beyond', () => {
    expect(permissions).toEqual({
      ...GITHUB_NEEDED,
      ...GITHUB_NEEDED_FOR_TEAMS,
    });
    expect(judge(permissions)).toEqual([]);
  });

  it.each(Object.keys(permissions))('has no permission too many: %s', name => {
    const { [name]: _left, ...fewer } = permissions;
    expect(judge(fewer)).toEqual(['github/github.com/my-org/rights']);
  });

  it('names the scopes of a classic token', () => {
    for (const scope of Object.values(CLASSIC_SCOPES)) {
      expect(text).toContain(`\`${scope}\``);
    }
  });
});

it('asks Argo CD about every project in use as well as about all of them', () => {
  const questions = argoQuestions([
    { project: 'payments', name: 'pay' },
    { project: 'shop', name: 'cart', namespace: 'team-b' },
  ]);
  const objects = (action: string) =>
    questions
      .filter(
        question =>
          question.resource === 'applications' && question.action === action,
      )
      .map(({ object }) => object);
  expect(objects('get')).toEqual([
    'payments/pay',
    'shop/cart',
    'shop/team-b/cart',
  ]);
  expect(objects('sync')).toEqual([...objects('get'), '*/*']);
  expect(argoQuestions([])[0]).toEqual({
    resource: 'applications',
    action: 'get',
    object: '*/*',
  });
});
