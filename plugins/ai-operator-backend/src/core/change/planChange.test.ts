import fc from 'fast-check';
import {
  BASE,
  CURRENT,
  KEY,
  MANIFEST,
  manifestNow,
  OTHER,
  SOURCE,
  TARGET,
} from '../__testUtils__/fixtures';
import { ChangeRequest, planChange } from './planChange';

function plan(content: string, overrides: Partial<ChangeRequest> = {}) {
  return planChange({
    manifest: manifestNow({ content }),
    application: { name: KEY.name, namespace: KEY.namespace },
    repository: SOURCE.repository,
    current: CURRENT,
    target: TARGET,
    ...overrides,
  });
}

function after(content: string): string {
  const planned = plan(content);
  if (planned.result === 'refused') {
    throw new Error(`${planned.code}: ${planned.because}`);
  }
  expect(planned.change.baseSha).toBe(BASE);
  expect(planned.change.files).toHaveLength(1);
  expect(planned.change.files[0].before).toBe(content);
  return planned.change.files[0].after;
}

const HEADER = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: payment-service }
spec:
`;

const WITH_OTHERS = `# first document
apiVersion: v1
kind: ConfigMap
metadata:
  name: payment-service
data:
  targetRevision: ${CURRENT}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: other-service
spec:
  source:
    targetRevision: ${CURRENT}
---
${MANIFEST}...
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: payment-service
  namespace: somewhere-else
spec:
  source:
    targetRevision: ${CURRENT}
`;

const SOURCES = `${HEADER}  sources:
    - repoURL: https://charts.example.com
      chart: redis
      targetRevision: 1.2.3
    - repoURL: git@github.com:My-Org/payment-service.git
      targetRevision: '${CURRENT}'   # ours
`;

it.each<[string, string]>([
  ['a plain value with a comment', MANIFEST],
  ['double quotes', MANIFEST.replace(CURRENT, `"${CURRENT}"`)],
  ['single quotes', MANIFEST.replace(CURRENT, `'${CURRENT}'`)],
  [
    'flow style',
    `${HEADER}  source: {repoURL: x, "targetRevision":   ${CURRENT}, path: .}\n`,
  ],
  [
    'JSON',
    `{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"payment-service"},"spec":{"source":{"targetRevision":"${CURRENT}"}}}`,
  ],
  ['CRLF line endings', MANIFEST.replace(/\n/g, '\r\n')],
  ['a byte order mark', `\uFEFF${MANIFEST}`],
  ['no newline at the end', MANIFEST.trimEnd()],
  [
    'odd indentation and trailing spaces',
    `${HEADER}      source:   \n            targetRevision:    ${CURRENT}   \n\n\n`,
  ],
  ['a tag', MANIFEST.replace(CURRENT, `!!str ${CURRENT}`)],
  [
    'characters outside the basic plane before it',
    `# 🤖 umlauts: äöü\n${MANIFEST}`,
  ],
])('keeps every other byte: %s', (_name, content) => {
  expect(after(content)).toBe(content.replace(CURRENT, TARGET));
});

it('changes only the Application that is meant among several documents', () => {
  const index = WITH_OTHERS.indexOf(
    CURRENT,
    WITH_OTHERS.indexOf('# who runs what'),
  );
  expect(after(WITH_OTHERS)).toBe(
    WITH_OTHERS.slice(0, index) + TARGET + WITH_OTHERS.slice(index + 40),
  );
});

it('changes the entry of sources that comes from the repository', () => {
  expect(after(SOURCES)).toBe(SOURCES.replace(CURRENT, TARGET));
});

it('writes the full revision where the file has an abbreviated one', () => {
  const content = MANIFEST.replace(CURRENT, CURRENT.slice(0, 12));
  expect(after(content)).toBe(MANIFEST.replace(CURRENT, TARGET));
});

it('quotes a revision that YAML would read as a number', () => {
  const target = `${'1'.repeat(20)}e${'2'.repeat(19)}`;
  const planned = plan(MANIFEST, { target });
  expect(planned).toMatchObject({
    result: 'planned',
    change: { files: [{ after: MANIFEST.replace(CURRENT, `"${target}"`) }] },
  });
  const digits = '7'.repeat(40);
  expect(
    plan(MANIFEST.replace(CURRENT, digits), { current: digits }),
  ).toMatchObject({
    result: 'planned',
  });
});

it.each<[string, string, string, RegExp]>([
  [
    'no targetRevision',
    MANIFEST.replace(/ {4}targetRevision.*\n/, ''),
    'NO_TARGET_REVISION',
    /targetRevision of payment-service is not there/,
  ],
  [
    'an empty one',
    MANIFEST.replace(CURRENT, ''),
    'NO_TARGET_REVISION',
    /is not there/,
  ],
  [
    'one that is a list',
    MANIFEST.replace(CURRENT, '[a]'),
    'NO_TARGET_REVISION',
    /single value/,
  ],
  ['no source', HEADER, 'NO_TARGET_REVISION', /no spec/],
  [
    'neither source nor sources',
    `${HEADER}  project: default\n`,
    'NO_TARGET_REVISION',
    /neither/,
  ],
  [
    'no source of this repository',
    SOURCES.replace('My-Org', 'someone'),
    'NO_TARGET_REVISION',
    /none of the sources/,
  ],
  [
    'two sources of this repository',
    `${SOURCES}    - { repoURL: "https://github.com/my-org/payment-service", targetRevision: ${CURRENT} }\n`,
    'AMBIGUOUS',
    /2 sources/,
  ],
  [
    'YAML that does not parse',
    `${MANIFEST}  broken: [unclosed\n`,
    'MANIFEST_INVALID',
    /line 1[0-9]/,
  ],
  [
    'a Helm template',
    MANIFEST.replace(CURRENT, '{{ .Values.revision }}'),
    'NO_TARGET_REVISION',
    /template/,
  ],
  [
    'duplicate keys',
    MANIFEST.replace('spec:', `spec:\n  source: {}`),
    'MANIFEST_INVALID',
    /line \d+/,
  ],
  [
    'an empty file',
    '',
    'APPLICATION_NOT_FOUND',
    /no Application named payment-service/,
  ],
  [
    'another application',
    MANIFEST.replace('name: payment-service', 'name: other'),
    'APPLICATION_NOT_FOUND',
    /payment-service/,
  ],
  [
    'the same name in another namespace',
    MANIFEST.replace(
      'name: payment-service',
      'name: payment-service\n  namespace: elsewhere',
    ),
    'APPLICATION_NOT_FOUND',
    /argocd/,
  ],
  [
    'the same application twice',
    `${MANIFEST}---\n${MANIFEST}`,
    'AMBIGUOUS',
    /2 Applications/,
  ],
  [
    'the target already',
    MANIFEST.replace(CURRENT, TARGET),
    'TARGET_IS_CURRENT',
    /RB-09/,
  ],
  [
    'another revision than runs',
    MANIFEST.replace(CURRENT, OTHER),
    'REVISION_NOT_RUNNING',
    /def456a is running/,
  ],
  [
    'a branch',
    MANIFEST.replace(CURRENT, 'staging'),
    'REVISION_NOT_RUNNING',
    /Pin targetRevision/,
  ],
  [
    'an abbreviation too short to be sure',
    MANIFEST.replace(CURRENT, CURRENT.slice(0, 6)),
    'REVISION_NOT_RUNNING',
    /def456/,
  ],
  [
    'an anchor',
    MANIFEST.replace(CURRENT, `&rev ${CURRENT}`),
    'INDIRECT_VALUE',
    /&rev/,
  ],
  [
    'an alias',
    `${MANIFEST.replace(CURRENT, '*rev')}  x: 1\n`
      .replace('# who', `# &`)
      .replace('metadata:', `x-rev: &rev ${CURRENT}\nmetadata:`),
    'INDIRECT_VALUE',
    /alias/,
  ],
  [
    'an aliased source',
    `x: &s\n  targetRevision: ${CURRENT}\n${HEADER}  source: *s\n`,
    'INDIRECT_VALUE',
    /alias/,
  ],
  [
    'a block scalar',
    MANIFEST.replace(`${CURRENT} # the release`, `>-\n      ${CURRENT}`),
    'INDIRECT_VALUE',
    /edited safely/,
  ],
])('refuses %s', (_name, content, code, because) => {
  expect(plan(content)).toEqual({
    result: 'refused',
    code,
    because: expect.stringMatching(because),
  });
  const planned = plan(content);
  expect(planned.result === 'refused' && planned.because).toContain(
    SOURCE.manifestPath,
  );
});

it('refuses the running revision as target (RB-09)', () => {
  expect(plan(MANIFEST, { target: CURRENT })).toMatchObject({
    code: 'TARGET_IS_CURRENT',
  });
});

it('refuses a file that is far too large and aliases that explode', () => {
  expect(plan(`# ${'x'.repeat(1_000_001)}\n${MANIFEST}`)).toMatchObject({
    code: 'MANIFEST_INVALID',
  });
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n${MANIFEST}`;
  expect(plan(bomb)).toMatchObject({ result: 'refused' });
});

describe('any layout', () => {
  const sha = fc
    .array(fc.constantFrom(...'0123456789abcdef'), {
      minLength: 40,
      maxLength: 40,
    })
    .map(digits => digits.join(''));
  const comment = fc
    .string({ maxLength: 30, unit: 'binary' })
    .map(text => `# ${text.replace(/[\p{C}\u2028\u2029\uFEFF]/gu, ' ')}`);

  it('changes the one value and no other byte, or refuses', () => {
    fc.assert(
      fc.property(
        fc.record({
          current: sha,
          target: sha,
          quote: fc.constantFrom('"', "'"),
          eol: fc.constantFrom('\n', '\r\n'),
          indent: fc.integer({ min: 1, max: 8 }),
          gap: fc.integer({ min: 1, max: 5 }),
          above: comment,
          beside: fc.option(comment, { nil: undefined }),
          before: fc.boolean(),
          behind: fc.boolean(),
          lastEol: fc.boolean(),
        }),
        layout => {
          const { current, target, quote, eol, indent, gap } = layout;
          fc.pre(current !== target);
          const pad = ' '.repeat(indent);
          const lines = [
            ...(layout.before
              ? [
                  'kind: ConfigMap',
                  `data: {targetRevision: "${current}"}`,
                  '---',
                ]
              : []),
            layout.above,
            'kind: Application',
            'apiVersion: argoproj.io/v1alpha1',
            'spec:',
            `${pad}source:`,
            `${pad}${pad}path: deploy`,
            `${pad}${pad}targetRevision:${' '.repeat(gap)}${quote}@@${quote}${
              layout.beside ? ` ${layout.beside}` : ''
            }`,
            `${pad}project: "${current}"`,
            `metadata:`,
            `${pad}name: payment-service`,
            ...(layout.behind ? ['---', `note: '${current}'`] : []),
          ];
          const text = lines.join(eol) + (layout.lastEol ? eol : '');
          const planned = plan(
            text.replace('@@', () => current),
            {
              current,
              target,
            },
          );
          expect(planned).toMatchObject({
            result: 'planned',
            change: { files: [{ after: text.replace('@@', () => target) }] },
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever the file holds', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        '\n',
        '\r\n',
        '  ',
        '---\n',
        '- ',
        ': ',
        '&a ',
        '*a',
        '!!x ',
        '"',
        "'",
        '{',
        '}',
        '[',
        ']',
        '# ',
        '| ',
        '>-\n',
        '? ',
        'spec:\n',
        '  source:\n',
        'kind: Application\n',
        'targetRevision: ',
        CURRENT,
        MANIFEST,
        '<<: ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), pieces => {
        const planned = plan(pieces.join(''));
        expect(['planned', 'refused']).toContain(planned.result);
      }),
      { numRuns: 500 },
    );
  });
});
