import { ClockWatch } from './clockWatch';

function watching(times: number[]) {
  return new ClockWatch({ now: () => times.shift() ?? NaN });
}

const DATE = 'Fri, 27 Feb 2026 10:30:00 GMT';

it('reads the time of an answer between two of ours', async () => {
  const watch = watching([1, 5]);
  const answer = await watch.timed(
    async () => ({ date: DATE }),
    ({ date }) => date,
  );
  expect(answer).toEqual({ date: DATE });
  expect(watch.reading()).toEqual({
    known: true,
    value: {
      theirs: Date.UTC(2026, 1, 27, 10, 30),
      precision: 1_000,
      before: 1,
      after: 5,
    },
  });
});

it.each([undefined, '', 'yesterday'])(
  'keeps the reading it has when an answer says %s',
  async date => {
    const watch = watching([1, 5, 6, 9]);
    expect(watch.reading()).toMatchObject({ known: false, failure: 'skipped' });
    await watch.timed(
      async () => DATE,
      each => each,
    );
    await watch.timed(
      async () => date,
      each => each,
    );
    expect(watch.reading()).toMatchObject({ known: true, value: { after: 5 } });
  },
);

it('passes failures on and learns nothing from them', async () => {
  const watch = watching([1, 5]);
  await expect(
    watch.timed(
      async () => {
        throw new Error('down');
      },
      () => DATE,
    ),
  ).rejects.toThrow('down');
  expect(watch.reading().known).toBe(false);
});
