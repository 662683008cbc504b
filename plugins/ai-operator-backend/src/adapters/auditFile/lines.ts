import { FileHandle } from 'fs/promises';
import { SinkRecord } from '../../ports';

const NEWLINE = 0x0a;
const BLOCK = 64 * 1024;
/** A longer line is none of ours: records are cut long before. */
const MAX_LINE = 16 * 1024 * 1024;
/** Enough for the part of a line that says which entry it is. */
const HEAD = 256;

/** One entry as a line of the file. */
export function lineOf({ seq, prevHash, hash, text }: SinkRecord): string {
  return `{"seq":${seq},"prevHash":"${prevHash}","hash":"${hash}","record":${text}}\n`;
}

/** Which entry a line is, by how it begins; undefined: it is none of ours. */
function entryOf(head: string): { seq: number; hash: string } | undefined {
  const match =
    /^\{"seq":(\d{1,16}),"prevHash":"[0-9a-f]{64}","hash":"([0-9a-f]{64})","record":\{/.exec(
      head,
    );
  return match ? { seq: Number(match[1]), hash: match[2] } : undefined;
}

async function read(
  file: FileHandle,
  from: number,
  length: number,
): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(
      buffer,
      done,
      length - done,
      from + done,
    );
    if (bytesRead === 0) {
      break;
    }
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

/** Where the line begins that has the byte before `end`, `end` being behind a newline or at it. */
async function startOfLine(file: FileHandle, end: number): Promise<number> {
  let at = end;
  while (at > 0 && end - at < MAX_LINE) {
    const from = Math.max(0, at - BLOCK);
    const block = await read(file, from, at - from);
    const found = block.lastIndexOf(NEWLINE);
    if (found >= 0) {
      return from + found + 1;
    }
    at = from;
  }
  return at;
}

/**
 * The size but for NUL bytes at the end: after a power loss some file systems
 * know the new length of a file and not what was written there. No entry has any.
 */
export async function sizeWithoutHole(
  file: FileHandle,
  size: number,
): Promise<number> {
  let at = size;
  while (at > 0) {
    const from = Math.max(0, at - BLOCK);
    const block = await read(file, from, at - from);
    const last = block.findLastIndex(byte => byte !== 0);
    if (last >= 0) {
      return from + last + 1;
    }
    at = from;
  }
  return 0;
}

/** The size up to the last whole line: what is behind it was never finished. */
export async function wholeSize(
  file: FileHandle,
  size: number,
): Promise<number> {
  return startOfLine(file, size);
}

/** Which entry the line is that begins there; undefined: none of ours. */
export async function entryAt(file: FileHandle, from: number) {
  const head = await read(file, from, HEAD);
  return entryOf(head.toString('latin1'));
}

const BEGINNING = '{"seq":';

/** Whether what begins there may be the beginning of an entry that was never finished. */
export async function isBegunEntry(
  file: FileHandle,
  from: number,
): Promise<boolean> {
  const head = (await read(file, from, BEGINNING.length)).toString('latin1');
  const end = head.indexOf('\0');
  return BEGINNING.startsWith(end < 0 ? head : head.slice(0, end));
}

/** The last entry of a file whose lines are all whole. */
export async function lastEntry(file: FileHandle, size: number) {
  return size === 0
    ? undefined
    : entryAt(file, await startOfLine(file, size - 1));
}

/**
 * The hash of an entry; undefined when the file does not have it. Entries are in
 * ascending order, so a file of any size is searched in a few reads.
 */
export async function findHash(
  file: FileHandle,
  size: number,
  seq: number,
): Promise<string | undefined> {
  let low = 0;
  let high = size;
  while (low < high) {
    const start = await startOfLine(file, Math.floor((low + high) / 2));
    const entry = await entryAt(file, start);
    if (entry?.seq === seq) {
      return entry.hash;
    }
    if (entry === undefined || entry.seq > seq) {
      high = start;
    } else {
      low = await endOfLine(file, start, size);
    }
  }
  return undefined;
}

async function endOfLine(
  file: FileHandle,
  from: number,
  size: number,
): Promise<number> {
  for (let at = from; at < size; at += BLOCK) {
    const found = (await read(file, at, BLOCK)).indexOf(NEWLINE);
    if (found >= 0) {
      return at + found + 1;
    }
  }
  return size;
}
