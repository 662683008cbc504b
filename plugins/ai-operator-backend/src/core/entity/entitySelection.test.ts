import { readEntitySelection, selects } from './entitySelection';
import { matchesLabels, parseLabelSelector } from './labelSelector';

const REF = 'component:default/payment-service';

function selectionOf(annotations: Record<string, string>) {
  const read = readEntitySelection(REF, annotations);
  if (read.result !== 'selects') {
    throw new Error(`Expected a selection, got ${JSON.stringify(read)}`);
  }
  return read.selection;
}

function app(
  name: string,
  change: {
    instance?: string;
    namespace?: string;
    project?: string;
    labels?: Record<string, string>;
  } = {},
) {
  const { instance = 'staging', namespace = 'argocd' } = change;
  return {
    key: { instance, namespace, name },
    project: change.project ?? 'default',
    labels: change.labels,
  };
}

describe('readEntitySelection', () => {
  it('has nothing to say about an entity without Argo CD annotations', () => {
    expect(readEntitySelection(REF, undefined)).toEqual({ result: 'none' });
    expect(
      readEntitySelection(REF, { 'github.com/project-slug': 'o/r' }),
    ).toEqual({ result: 'none' });
    expect(readEntitySelection(REF, { 'argocd/app-name': ' ' })).toEqual({
      result: 'none',
    });
  });

  it('refuses both annotations in the words of the community plugin', () => {
    expect(
      readEntitySelection(REF, {
        'argocd/app-name': 'a',
        'argocd/app-selector': 'b=c',
      }),
    ).toEqual({
      result: 'invalid',
      because:
        'Cannot provide both argocd/app-name and argocd/app-selector annotations',
    });
  });

  it('names the part of a selector that cannot be read', () => {
    expect(
      readEntitySelection(REF, { 'argocd/app-selector': 'a=b,in (c)' }),
    ).toEqual({
      result: 'invalid',
      because: expect.stringContaining("'in (c)'"),
    });
  });

  it('takes instances as a list and the repository along', () => {
    expect(
      selectionOf({
        'argocd/app-name': 'payment-service',
        'argocd/instance-name': 'staging, production,',
        'github.com/project-slug': 'my-org/payment-service',
      }),
    ).toMatchObject({
      instances: ['staging', 'production'],
      repository: 'my-org/payment-service',
    });
  });
});

describe('selects', () => {
  it('matches by name on every instance when none is named', () => {
    const selection = selectionOf({ 'argocd/app-name': 'payment-service' });
    expect(selects(selection, app('payment-service'))).toBe(true);
    expect(
      selects(selection, app('payment-service', { instance: 'other' })),
    ).toBe(true);
    expect(selects(selection, app('payment'))).toBe(false);
  });

  it.each([
    ['argocd/instance-name', 'production'],
    ['argocd/app-namespace', 'team-a'],
    ['argocd/project-name', 'payments'],
  ])('narrows by %s', (annotation, value) => {
    const selection = selectionOf({
      'argocd/app-name': 'payment-service',
      [annotation]: value,
    });
    expect(selects(selection, app('payment-service'))).toBe(false);
    expect(
      selects(
        selection,
        app('payment-service', {
          instance: 'production',
          namespace: 'team-a',
          project: 'payments',
        }),
      ),
    ).toBe(true);
  });

  it('matches by labels', () => {
    const selection = selectionOf({
      'argocd/app-selector': 'team=payments,tier!=canary',
    });
    expect(selects(selection, app('a', { labels: { team: 'payments' } }))).toBe(
      true,
    );
    expect(
      selects(
        selection,
        app('a', { labels: { team: 'payments', tier: 'canary' } }),
      ),
    ).toBe(false);
    expect(selects(selection, app('a'))).toBe(false);
  });
});

describe('label selectors', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['a=b', { a: 'b' }, true],
    ['a==b', { a: 'b' }, true],
    ['a=b', { a: 'c' }, false],
    ['a=b', {}, false],
    ['a!=b', { a: 'c' }, true],
    ['a!=b', {}, true],
    ['a!=b', { a: 'b' }, false],
    ['a in (b, c)', { a: 'c' }, true],
    ['a in (b,c)', { a: 'd' }, false],
    ['a notin (b,c)', { a: 'd' }, true],
    ['a notin (b,c)', {}, true],
    ['a notin (b,c)', { a: 'b' }, false],
    ['a', { a: '' }, true],
    ['a', {}, false],
    ['!a', {}, true],
    ['!a', { a: 'x' }, false],
    ['a in (b,c),d=e', { a: 'b', d: 'e' }, true],
    ['a in (b,c),d=e', { a: 'b' }, false],
    ['app.kubernetes.io/name=x', { 'app.kubernetes.io/name': 'x' }, true],
    ['constructor', {}, false],
  ])('%s of %j: %s', (text, labels, expected) => {
    const parsed = parseLabelSelector(text);
    expect(parsed.valid && matchesLabels(parsed.requirements, labels)).toBe(
      expected,
    );
  });

  it.each(['', ',', 'a=b,', '=b', 'a in b', 'a=b c', 'a in (b', 'a~b'])(
    'refuses %j',
    text => {
      expect(parseLabelSelector(text)).toMatchObject({ valid: false });
    },
  );
});
