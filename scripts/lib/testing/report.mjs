import { stripVTControlCharacters } from 'node:util';
import { failure, lastLine, refuseEmpty, total } from './result.mjs';

const SHOWN_CHARACTERS = 12_000;

/** Collects what every kind came to, and tells it. */
export class Report {
  #say;
  #results = new Map();

  /** @param {(line: string) => void} say */
  constructor(say) {
    this.#say = say;
  }

  /** Runs one kind; may be called again for more of the same kind. */
  async record(kind, action) {
    await this.recordMany(
      [kind],
      async () => new Map([[kind, await action()]]),
    );
  }

  /** Runs several kinds in one go; `action` returns a result for each of them. */
  async recordMany(kinds, action) {
    const begin = Date.now();
    this.#say(`${kinds.join(', ')} ...`);
    const results = await action().catch(
      error => new Map([[kinds[0], failure(kinds[0], error.stack)]]),
    );
    const seconds = (Date.now() - begin) / 1000;
    for (const [kind, result] of results) {
      this.#results.set(kind, [...(this.#results.get(kind) ?? []), result]);
    }
    this.#say(`${kinds.join(', ')}: ${seconds.toFixed(1)} s`);
  }

  /**
   * Prints failures, skips, a table and the last line.
   *
   * @param {string[]} kinds - those that were asked for
   * @returns {{passed: number, failed: number, skipped: number}}
   */
  print(kinds) {
    const byKind = kinds.map(kind => {
      const parts = this.#results.get(kind) ?? [];
      const merged = {
        passed: parts.reduce((sum, part) => sum + part.passed, 0),
        failed: parts.reduce((sum, part) => sum + part.failed, 0),
        skipped: parts.flatMap(part => part.skipped),
        failures: parts.flatMap(part => part.failures),
      };
      return [kind, refuseEmpty(kind, merged)];
    });

    for (const [kind, { failures }] of byKind) {
      for (const { title, details } of failures) {
        this.#say(`\nFAILED (${kind}) ${title}`);
        this.#say(
          shorten(stripVTControlCharacters(details)).replace(/^/gm, '    '),
        );
      }
    }
    for (const [kind, { skipped }] of byKind) {
      for (const { title, reason } of skipped) {
        this.#say(`skipped (${kind}) ${title}: ${reason}`);
      }
    }
    this.#say('');
    for (const [kind, { passed, failed, skipped }] of byKind) {
      this.#say(
        `${kind.padEnd(14)}${lastLine({
          passed,
          failed,
          skipped: skipped.length,
        })}`,
      );
    }
    const counts = total(byKind.map(([, result]) => result));
    this.#say(`\n${lastLine(counts)}`);
    return counts;
  }
}

function shorten(text) {
  return text.length <= SHOWN_CHARACTERS
    ? text
    : `${text.slice(0, SHOWN_CHARACTERS / 2)}\n[...]\n${text.slice(
        -SHOWN_CHARACTERS / 2,
      )}`;
}
