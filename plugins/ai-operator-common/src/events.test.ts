import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventPayloadSchemas } from './eventPayloads';
import {
  EVENT_NAMES,
  EventName,
  eventTopic,
  operatorEventSchema,
} from './events';

const ENVELOPE = {
  id: 'c-1/event/degradation.confirmed/3',
  version: 1,
  timestamp: 1_772_188_220_000,
  correlationId: 'c-1',
  application: {
    instance: 'staging',
    namespace: 'argocd',
    name: 'payment-service',
  },
  environment: 'staging',
};

const CONFIRMED = {
  ...ENVELOPE,
  type: 'degradation.confirmed',
  payload: { revision: 'abc123', streak: 3, degradedMs: 20_000 },
};

describe('operatorEventSchema', () => {
  it('takes an event with the payload of its type', () => {
    expect(operatorEventSchema.parse(CONFIRMED)).toEqual(CONFIRMED);
  });

  it.each<[string, object]>([
    ['no id', { ...CONFIRMED, id: undefined }],
    ['the payload of another type', { ...CONFIRMED, type: 'pr.created' }],
    ['a type nobody knows', { ...CONFIRMED, type: 'merge.started' }],
    ['another version', { ...CONFIRMED, version: 2 }],
  ])('refuses %s', (_what, event) => {
    expect(operatorEventSchema.safeParse(event).success).toBe(false);
  });

  it('takes what a later version adds, without it', () => {
    const later = {
      ...CONFIRMED,
      payload: { ...CONFIRMED.payload, attempt: 2 },
    };
    expect(operatorEventSchema.parse(later)).toEqual(CONFIRMED);
  });

  it('has a payload for every name', () => {
    expect(Object.keys(eventPayloadSchemas)).toEqual([...EVENT_NAMES]);
  });
});

it('topics name environment and event', () => {
  expect(
    eventTopic({ environment: 'production', type: 'merge.ci_failed' }),
  ).toBe('ai-operator.production.merge.ci_failed');
});

describe('docs/events.md', () => {
  const text = readFileSync(join(__dirname, '../../../docs/events.md'), 'utf8');
  const fieldsIn = (section: string) =>
    [...section.matchAll(/^\| `([\w?]+)` /gm)].map(([, name]) => name).sort();

  it.each([...EVENT_NAMES])('has the fields of %s', (name: EventName) => {
    const [, section = ''] = text.split(`\n### \`${name}\`\n`);
    const { shape } = eventPayloadSchemas[name];
    const fields = Object.entries(shape).map(([field, schema]) =>
      schema.safeParse(undefined).success ? `${field}?` : field,
    );
    expect(fieldsIn(section.split('\n#')[0])).toEqual(fields.sort());
  });

  it('has the fields of the envelope', () => {
    const [, section = ''] = text.split('\n## Envelope\n');
    expect(fieldsIn(section.split('\n#')[0])).toEqual(
      Object.keys(CONFIRMED).sort(),
    );
  });
});
