import { createHash } from 'crypto';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { SinkRecord } from '../../ports';
import { startRecording } from '../__testUtils__/recording';
import { AuditFileSink } from './AuditFileSink';
import { fileError } from './fileError';

function trail(from: number, to: number, words = 'Step'): SinkRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const seq = from + index;
    const hash = createHash('sha256').update(`${words} ${seq}`).digest('hex');
    return {
      seq,
      prevHash: '0'.repeat(64),
      hash,
      at: 1_000 * seq,
      text: JSON.stringify({
        reasoning: `${words} ${seq} „ä“ ${'x'.repeat((seq * 37) % 500)}`,
      }),
    };
  });
}

describe('AuditFileSink', () => {
  let folder: string;
  let path: string;
  let recording: ReturnType<typeof startRecording>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-file-'));
    path = join(folder, 'trail.jsonl');
    recording = startRecording();
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** A process of its own each time: nothing is remembered. */
  const ship = (records: SinkRecord[]) =>
    new AuditFileSink(path, recording.environment).ship(
      records,
      recording.call,
    );
  const lines = async () =>
    (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  const seqs = async () => (await lines()).map(line => JSON.parse(line).seq);
  const allStored = (records: SinkRecord[]) =>
    records.map(({ seq }) => ({ seq, result: 'stored' }));

  it('writes one document per line, for its owner alone', async () => {
    const sink = new AuditFileSink(path, recording.environment);
    await sink.prepare(recording.call);
    const [record, ...more] = trail(1, 3);
    expect(await sink.ship([record], recording.call)).toEqual(
      allStored([record]),
    );
    expect(await sink.ship(more, recording.call)).toEqual(allStored(more));
    expect((await lines())[0]).toBe(
      `{"seq":1,"prevHash":"${record.prevHash}","hash":"${record.hash}","record":${record.text}}`,
    );
    expect(await seqs()).toEqual([1, 2, 3]);
    expect((await stat(path)).mode % 0o1000).toBe(0o600);
    expect(recording.records).toMatchObject([
      { name: 'auditFile.append', response: { stored: 0 } },
      { parameters: { file: path, records: 1, from: 1, to: 1 } },
      { parameters: { records: 2, from: 2, to: 3 }, response: { stored: 2 } },
    ]);
  });

  it('writes nothing twice, however large the file and after every restart', async () => {
    const records = trail(1, 2_000);
    await ship(records);
    expect(await ship(records.slice(0, 40))).toEqual(
      allStored(records.slice(0, 40)),
    );
    expect(
      await ship([...records.slice(990, 1_000), ...records.slice(-2)]),
    ).toHaveLength(12);
    expect(
      await ship([...records.slice(-2), ...trail(2_001, 2_003)]),
    ).toHaveLength(5);
    expect(await seqs()).toEqual(
      Array.from({ length: 2_003 }, (_, index) => index + 1),
    );
  });

  it('cuts off what a crash left unfinished at any byte, and writes it again', async () => {
    const records = trail(1, 3);
    await ship(records);
    const { size } = await stat(path);
    const whole = await readFile(path);
    const last = whole.lastIndexOf('\n', size - 2) + 1;
    for (const at of [last + 1, last + 8, last + 100, size - 1]) {
      await truncate(path, at);
      expect(await ship(records)).toEqual(allStored(records));
      expect(await readFile(path)).toEqual(whole);
    }
    await truncate(path, 5);
    await ship(records);
    expect(await readFile(path)).toEqual(whole);
  });

  it.each([
    ['behind the last entry', (size: number) => size],
    ['instead of its end', (size: number) => size - 100],
    ['in the word it begins with', (_size: number, last: number) => last + 3],
    ['instead of all of it', (_size: number, last: number) => last],
    ['instead of everything', () => 0],
  ])(
    'cuts off NUL bytes that a power loss left %s, and writes it again',
    async (_where, begin) => {
      const records = trail(1, 3);
      await ship(records);
      const whole = await readFile(path);
      const last = whole.lastIndexOf('\n', whole.length - 2) + 1;
      const at = begin(whole.length, last);
      await truncate(path, at);
      // Longer than what is read at once; the file system gives NUL bytes for it.
      await truncate(path, at + 70_000);
      expect(await ship(records)).toEqual(allStored(records));
      expect(await readFile(path)).toEqual(whole);
    },
  );

  it('begins a new file when the old one was moved away', async () => {
    const sink = new AuditFileSink(path, recording.environment);
    await sink.ship(trail(1, 2), recording.call);
    await rename(path, `${path}.1`);
    await sink.ship(trail(3, 4), recording.call);
    expect(await seqs()).toEqual([3, 4]);
    expect(await sink.ship(trail(2, 3), recording.call)).toEqual([
      {
        seq: 2,
        result: 'refused',
        because: expect.stringContaining('nothing is put in between'),
      },
      { seq: 3, result: 'stored' },
    ]);
  });

  it.each([
    ['lines of another kind', 'one\ntwo\n'],
    ['a file without an end of line', 'some text'],
    ['an entry with something else behind it', undefined],
    ['something else with NUL bytes behind it', 'some text\0\0\0'],
  ])('touches nobody else’s file: %s', async (_name, content) => {
    if (content === undefined) {
      await ship(trail(1, 1));
      await appendFile(path, 'not ours');
    } else {
      await writeFile(path, content);
    }
    const before = await readFile(path, 'utf8');
    await expect(ship(trail(1, 2))).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining('aiOperator.audit.file.path'),
    });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('does not mix the trails of two databases', async () => {
    await ship(trail(1, 5));
    await expect(ship(trail(1, 3, 'Other'))).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining('another database'),
    });
  });

  it('says what is wrong with the place', async () => {
    const at = async (place: string) =>
      new AuditFileSink(place, recording.environment)
        .prepare(recording.call)
        .then(
          () => 'fine',
          error => `${error.code} ${error.message}`,
        );
    expect(await at(join(folder, 'nowhere', 'x'))).toBe(
      `MISCONFIGURED The audit file ${folder}/nowhere/x cannot be written: its folder does not exist (ENOENT)`,
    );
    await mkdir(join(folder, 'sub'));
    expect(await at(join(folder, 'sub'))).toContain('EISDIR');
    await symlink(join(folder, 'loop'), join(folder, 'loop'));
    expect(await at(join(folder, 'loop'))).toContain('MISCONFIGURED');
    expect(await at('/dev/null')).toContain('no file that lines can be added');
    expect(recording.observed.map(({ errorCode }) => errorCode)).toEqual(
      Array(4).fill('MISCONFIGURED'),
    );
  });
});

describe('fileError', () => {
  it.each([
    ['EACCES', 'PERMISSION_DENIED', 'may not write it'],
    ['EROFS', 'PERMISSION_DENIED', 'cannot be written'],
    ['ENOSPC', 'UNAVAILABLE', 'no space left'],
    ['EIO', 'UNAVAILABLE', 'its disk'],
    ['EWHATEVER', 'UNAVAILABLE', 'it failed (EWHATEVER)'],
  ])('says what %s means', (code, meaning, words) => {
    const error = Object.assign(new Error('no'), { code });
    expect(fileError(error, '/trail')).toMatchObject({
      code: meaning,
      message: expect.stringContaining(words),
      cause: error,
    });
  });

  it('leaves alone what is no matter of the file', () => {
    const fault = new TypeError('x is undefined');
    expect(fileError(fault, '/trail')).toBe(fault);
  });
});
