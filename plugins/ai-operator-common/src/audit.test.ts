import { z } from 'zod';
import { EMAIL, SECRETS } from './__testUtils__/secrets';
import { AuditRecordInput, auditRecordSchema } from './audit';

function aRecord(record: Partial<AuditRecordInput> = {}): AuditRecordInput {
  return {
    version: 1,
    timestamp: 1_772_188_200_000,
    level: 'INFO',
    actionType: 'MCP_CALL',
    actor: 'ai-operator',
    reasoning: 'payment-service is Degraded.',
    metadata: {},
    ...record,
  };
}

interface Shape {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  properties?: Record<string, Shape>;
  items?: Shape;
  additionalProperties?: Shape | boolean;
  anyOf?: Shape[];
}

type Example = { path: string; value: unknown };

/**
 * Every value of a shape with `text` in one of the places where text may stand,
 * each with the path of that place; the rest is the least that is valid.
 */
function* examples(shape: Shape, text: string, path = ''): Generator<Example> {
  if (shape.enum || shape.const !== undefined || shape.pattern) {
    return;
  }
  if (shape.type === 'string') {
    yield { path, value: text };
  } else if (shape.type === 'array') {
    for (const { path: at, value } of examples(
      shape.items ?? {},
      text,
      `${path}[]`,
    )) {
      yield { path: at, value: [value] };
    }
  } else if (shape.type === 'object') {
    const least = leastOf(shape) as Record<string, unknown>;
    for (const [name, inner] of Object.entries(shape.properties ?? {})) {
      for (const { path: at, value } of examples(
        inner,
        text,
        `${path}.${name}`,
      )) {
        yield { path: at, value: { ...least, [name]: value } };
      }
    }
    if (shape.additionalProperties) {
      yield { path: `${path}.*`, value: { ...least, more: { deep: [text] } } };
      yield { path: `${path}.<name>`, value: { ...least, [text]: text } };
    }
  } else if (shape.type === undefined) {
    yield { path, value: text };
    yield { path: `${path}{}`, value: { a: [{ [text]: text }] } };
  }
}

function leastOf(shape: Shape): unknown {
  if (shape.enum) {
    return shape.enum[0];
  }
  if (shape.const !== undefined) {
    return shape.const;
  }
  switch (shape.type) {
    case 'string':
      return shape.pattern ? 'ai-operator' : 'text';
    case 'array':
      return [];
    case 'object':
      return Object.fromEntries(
        Object.entries(shape.properties ?? {}).map(([name, inner]) => [
          name,
          leastOf(inner),
        ]),
      );
    case undefined:
      return {};
    default:
      return shape.minimum ?? 0;
  }
}

const SHAPE = z.toJSONSchema(auditRecordSchema) as Shape;

describe('every field of an audit record', () => {
  it('is known to this test', () => {
    const places = [...examples(SHAPE, 'x')].map(({ path }) => path);
    expect(places).toEqual(
      expect.arrayContaining([
        '.correlationId',
        '.reasoning',
        '.mcpCall.name',
        '.mcpCall.parameters.*',
        '.mcpCall.parameters.<name>',
        '.mcpCall.response',
        '.mcpCall.response{}',
        '.invariantsChecked[].id',
        '.invariantsChecked[].because',
        '.metadata.application',
        '.metadata.*',
      ]),
    );
  });

  it.each(Object.entries(SECRETS))(
    'lets no %s pass',
    (_title, { text, secret }) => {
      let places = 0;
      for (const { path, value } of examples(SHAPE, `see ${text}`)) {
        const record = auditRecordSchema.parse(value);
        expect(`${path}: ${JSON.stringify(record)}`).not.toContain(secret);
        expect(JSON.stringify(record)).toContain('redacted');
        places += 1;
      }
      expect(places).toBeGreaterThan(10);
    },
  );

  it('lets no e-mail address pass', () => {
    for (const { path, value } of examples(SHAPE, `ask Jane Doe <${EMAIL}>`)) {
      const text = JSON.stringify(auditRecordSchema.parse(value));
      expect(`${path}: ${text}`).not.toMatch(/@|Jane/);
    }
  });

  it('is cut when it is too long', () => {
    for (const { path, value } of examples(SHAPE, 'word '.repeat(2_000))) {
      const text = JSON.stringify(auditRecordSchema.parse(value));
      expect({ path, length: text.length }).toEqual({
        path,
        length: expect.any(Number),
      });
      expect(text.length).toBeLessThan(10_000);
      expect(text).toContain('left out');
    }
  });

  it('comes out as it went in when there is nothing to take out, and twice is once', () => {
    const record = aRecord({
      correlationId: '0b7f5c1e-8a1c-4a9c-9a39-d0ad4ae37dd1',
      mcpCall: {
        name: 'github.mergePullRequest',
        parameters: { number: 42, repository: 'my-org/payment-service' },
        result: 'success',
        response: ['a', { b: null }],
        durationMs: 1.5,
        retryCount: 0,
      },
      invariantsChecked: [
        { id: 'I6', result: 'holds', because: 'test passed' },
      ],
      fsmState: { before: 'PRCreated', after: 'Abort' },
      metadata: { application: 'main/argocd/x', environment: 'staging', n: 1 },
    });
    expect(auditRecordSchema.parse(record)).toEqual(record);
    const hidden = aRecord({ reasoning: SECRETS.jwt.text.repeat(200) });
    const once = auditRecordSchema.parse(hidden);
    expect(auditRecordSchema.parse(once)).toEqual(once);
    expect(hidden.reasoning).toContain(SECRETS.jwt.secret);
  });
});

describe('the actor of an audit record', () => {
  it.each([
    'ai-operator',
    'user:default/alice',
    'user:default/jane.doe@example.com',
    'group:my-ns/platform',
    'github:mallory',
    'github:dependabot[bot]',
    'github:mona_acme',
    'service:plugin:mcp-actions',
  ])('may be %s', actor => {
    expect(auditRecordSchema.parse(aRecord({ actor })).actor).toBe(actor);
  });

  it.each([
    '',
    'Jane Doe',
    'alice',
    EMAIL,
    'user:alice',
    'github:',
    'github:jane doe',
    'user:default/jane doe',
    'ai-operator ',
    'service:',
  ])('may not be "%s"', actor => {
    expect(() => auditRecordSchema.parse(aRecord({ actor }))).toThrow(
      /An actor is an entity ref/,
    );
  });

  it.each(Object.entries(SECRETS))('is no %s', (_title, { text, secret }) => {
    for (const actor of [text, `user:default/${text}`, `service:${text}`]) {
      const { success, data } = auditRecordSchema.safeParse(aRecord({ actor }));
      expect(success ? data.actor : '').not.toContain(secret);
    }
  });
});
