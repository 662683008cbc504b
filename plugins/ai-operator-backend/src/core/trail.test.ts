import { T0 } from './__testUtils__/fixtures';
import { trailOf } from './trail';

const NAMES = { a: 'Elasticsearch at https://logs.test', b: 'the file /var/a' };

describe('trailOf', () => {
  it('is nothing without a sink', () => {
    expect(trailOf([])).toBeUndefined();
  });

  it('names every sink while nothing waits', () => {
    expect(trailOf([{ name: NAMES.a }, { name: NAMES.b }])).toEqual({
      sinks: [NAMES.a, NAMES.b],
    });
  });

  it('is about the sink that waits longest', () => {
    expect(
      trailOf([
        { name: NAMES.a, waitingSince: T0 },
        { name: NAMES.b, waitingSince: T0 - 1, problem: 'disk full' },
      ]),
    ).toEqual({
      sinks: [NAMES.a, NAMES.b],
      waitingFor: NAMES.b,
      waitingSince: T0 - 1,
      problem: 'disk full',
    });
  });

  it.each([
    [T0, T0 + 5, T0],
    [T0 + 5, T0, T0],
    [undefined, T0, T0],
  ])(
    'counts from the oldest record (%s) or the first failure (%s)',
    (waitingSince, failingSince, expected) => {
      expect(
        trailOf([{ name: NAMES.a, waitingSince, failingSince }]),
      ).toMatchObject({ waitingSince: expected });
    },
  );
});
