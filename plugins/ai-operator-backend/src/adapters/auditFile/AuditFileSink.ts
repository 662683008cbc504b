import { constants } from 'fs';
import { FileHandle, open } from 'fs/promises';
import { dirname } from 'path';
import {
  AuditSinkPort,
  CallContext,
  PortError,
  ShipOutcome,
  SinkRecord,
} from '../../ports';
import { CallEnvironment, callExternal } from '../http';
import { fileError } from './fileError';
import {
  findHash,
  isBegunEntry,
  lastEntry,
  lineOf,
  sizeWithoutHole,
  wholeSize,
} from './lines';

/** Audit names of the calls made here. */
export const AUDIT_FILE_CALLS = ['auditFile.append'] as const;

/** Opened anew for each batch, so that a file that was moved away is begun again. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

/**
 * Appends the audit trail to a file, one JSON document per line, in the order
 * of the chain. What counts as stored has been synced to the disk. A line that a
 * crash left unfinished is cut off and written again. One process at a time may
 * write: which one it is the database decides, as for every sink.
 */
export class AuditFileSink implements AuditSinkPort {
  readonly kind = 'file';
  readonly name: string;
  readonly #path: string;
  readonly #environment: CallEnvironment;

  /** @param path - absolute */
  constructor(path: string, environment: CallEnvironment) {
    this.name = `File ${path}`;
    this.#path = path;
    this.#environment = environment;
  }

  /** Opens the file once, so that what is wrong with it shows before there are records. */
  async prepare(call: CallContext): Promise<void> {
    await this.ship([], call);
  }

  async ship(
    records: readonly SinkRecord[],
    call: CallContext,
  ): Promise<ShipOutcome[]> {
    return callExternal(
      {
        name: 'auditFile.append',
        parameters: {
          file: this.#path,
          records: records.length,
          ...(records.length > 0 && {
            from: records[0].seq,
            to: records[records.length - 1].seq,
          }),
        },
        call,
        environment: this.#environment,
        summarize: outcomes => ({
          stored: outcomes.filter(({ result }) => result === 'stored').length,
        }),
      },
      () => this.#append(records),
    );
  }

  async #append(records: readonly SinkRecord[]): Promise<ShipOutcome[]> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path, FLAGS, 0o600);
      const { size, last } = await this.#mend(file);
      const added = records.filter(({ seq }) => seq > (last?.seq ?? 0));
      if (added.length > 0) {
        await file.appendFile(added.map(lineOf).join(''), 'utf8');
        await file.sync();
      }
      if (size === 0) {
        await syncFolder(dirname(this.#path));
      }
      const outcomes: ShipOutcome[] = [];
      for (const record of records) {
        outcomes.push(
          added.includes(record)
            ? { seq: record.seq, result: 'stored' }
            : await this.#known(file, size, record),
        );
      }
      return outcomes;
    } catch (error) {
      throw fileError(error, this.#path);
    } finally {
      await file?.close();
    }
  }

  /** Cuts off what was never finished, and finds the last entry. */
  async #mend(file: FileHandle) {
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw new PortError(
        'MISCONFIGURED',
        `The audit file ${this.#path} is no file that lines can be added to`,
      );
    }
    const size = await wholeSize(file, await sizeWithoutHole(file, stats.size));
    const last = await lastEntry(file, size);
    const isUnfinished = size < stats.size;
    if (
      (size > 0 && !last) ||
      (isUnfinished && !(await isBegunEntry(file, size)))
    ) {
      // Somebody else's file: nothing may be cut off it.
      throw new PortError(
        'MISCONFIGURED',
        `The file ${
          this.#path
        } ends with something that is no audit record; move it away, or set aiOperator.audit.file.path to another file`,
      );
    }
    if (isUnfinished) {
      await file.truncate(size);
    }
    return { size, last };
  }

  /** A record no newer than the last entry: it is there, or the file is another trail's. */
  async #known(
    file: FileHandle,
    size: number,
    { seq, hash }: SinkRecord,
  ): Promise<ShipOutcome> {
    const found = await findHash(file, size, seq);
    if (found === hash) {
      return { seq, result: 'stored' };
    }
    if (found !== undefined) {
      throw new PortError(
        'MISCONFIGURED',
        `The file ${
          this.#path
        } has another record ${seq}: it is the trail of another database; move it away, or set aiOperator.audit.file.path to another file`,
      );
    }
    return {
      seq,
      result: 'refused',
      because:
        'The file goes on with later records, and nothing is put in between',
    };
  }
}

/** The name of a new file, too, is only kept once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
