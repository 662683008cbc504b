import { Config, readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import { nearestWord } from './nearest';
import { ConfigProblem } from './types';

type Severity = ConfigProblem['severity'];

/** A check of one value: the complaint, or undefined when it is fine. */
export type Complaint<T> = (value: T) => string | undefined;

/** What a text of the configuration means, or what is wrong with it. */
export type Parsed<T> = { value: T } | { complaint: string };

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Longest list that is still written by people. */
const MAX_LIST_LENGTH = 500;

const DAY_MS = 24 * 60 * 60_000;

/** Longest time that makes sense for nearly all of our durations. */
const MAX_DURATION_DAYS = 400;

/**
 * One section of the configuration. Reading never throws: what is wrong is
 * written down with its full key, and the default is used instead, so that one
 * start shows every mistake at once.
 */
export class Section {
  readonly path: string;
  readonly #config: Config | undefined;
  readonly #problems: ConfigProblem[];
  readonly #severity: Severity;

  constructor(
    config: Config | undefined,
    path: string,
    problems: ConfigProblem[],
    severity: Severity = 'fatal',
  ) {
    this.path = path;
    this.#config = config;
    this.#problems = problems;
    this.#severity = severity;
  }

  get present(): boolean {
    return this.#config !== undefined;
  }

  /** Whether the key is there at all, usable or not. */
  has(key: string): boolean {
    return this.#config?.has(key) ?? false;
  }

  /** The keys that are there, whatever they are. */
  keys(): string[] {
    return this.#config?.keys() ?? [];
  }

  /** Writes a problem down; `key` is relative to this section, empty for the section itself. */
  report(key: string, because: string, howToMend: string, severity?: Severity) {
    this.#problems.push({
      severity: severity ?? this.#severity,
      key: this.#keyOf(key),
      because,
      howToMend,
    });
  }

  #keyOf(key: string): string {
    return [this.path, key].filter(Boolean).join('.');
  }

  /** Names every key that nobody reads: a mistyped key would silently leave its default in force. */
  allow(known: readonly string[]): this {
    for (const key of this.keys()) {
      if (!known.includes(key)) {
        const meant = nearestWord(key, known);
        this.report(
          key,
          `'${this.#keyOf(key)}' is not a key AI Operator knows`,
          meant
            ? `Did you mean '${this.path}.${meant}'?`
            : `Remove it. Known keys here: ${known.join(', ')}`,
        );
      }
    }
    return this;
  }

  section(key: string, severity: Severity = this.#severity): Section {
    const config = this.#attempt(key, 'Write it as an object', () =>
      this.#config?.getOptionalConfig(key),
    );
    return new Section(config, this.#keyOf(key), this.#problems, severity);
  }

  sections(key: string, severity: Severity = this.#severity): Section[] {
    const configs = this.#attempt(key, 'Write it as a list of objects', () =>
      this.#config?.getOptionalConfigArray(key),
    );
    return (configs ?? []).map(
      (config, index) =>
        new Section(
          config,
          `${this.#keyOf(key)}[${index}]`,
          this.#problems,
          severity,
        ),
    );
  }

  /** A duration in milliseconds, greater than zero and at most `longestDays`. */
  duration(
    key: string,
    fallback: number,
    complain?: Complaint<number>,
    longestDays = MAX_DURATION_DAYS,
  ) {
    return this.#read(
      key,
      fallback,
      config => durationToMilliseconds(readDurationFromConfig(config, { key })),
      value => {
        if (!Number.isFinite(value) || value <= 0) {
          return 'it must be longer than zero';
        }
        return value > longestDays * DAY_MS
          ? `it is longer than ${longestDays} days`
          : complain?.(value);
      },
      "Write a positive duration with its unit, such as '10s', '5m' or { minutes: 5 }",
    );
  }

  integer(key: string, fallback: number, min: number, max: number) {
    return this.#read(
      key,
      fallback,
      config => config.getNumber(key),
      value =>
        Number.isInteger(value) && value >= min && value <= max
          ? undefined
          : `${value} is not a whole number from ${min} to ${max}`,
      `Write a whole number from ${min} to ${max}`,
    );
  }

  /** A share, 0 < value <= 1. */
  share(key: string, fallback: number) {
    return this.#read(
      key,
      fallback,
      config => config.getNumber(key),
      value =>
        value > 0 && value <= 1 ? undefined : `${value} is not a share`,
      'Write a number greater than 0 and at most 1, such as 0.99',
    );
  }

  boolean(key: string, fallback: boolean) {
    return this.#read(
      key,
      fallback,
      config => config.getBoolean(key),
      () => undefined,
      'Write true or false',
    );
  }

  /** A string; undefined when absent or refused. */
  string(key: string, complain?: Complaint<string>, howToMend?: string) {
    return this.#read<string | undefined>(
      key,
      undefined,
      config => config.getString(key).trim(),
      value => (value === undefined ? undefined : complain?.(value)),
      howToMend ?? 'Write a string that is not empty',
    );
  }

  strings(key: string, fallback: string[], complain?: Complaint<string>) {
    return this.#read(
      key,
      fallback,
      config => config.getStringArray(key),
      values => {
        if (values.length === 0) {
          return 'the list is empty';
        }
        return values.map(value => complain?.(value)).find(Boolean);
      },
      'Write a list of strings',
    );
  }

  /** A string with a meaning of its own; undefined when absent or refused. */
  parsed<T>(
    key: string,
    parse: (text: string) => Parsed<T>,
    howToMend: string,
  ) {
    const text = this.string(key, undefined, howToMend);
    return text === undefined
      ? undefined
      : this.#take(key, parse(text), howToMend);
  }

  /** A list of strings with a meaning each, without repetitions; those refused are named and left out. */
  list<T>(
    key: string,
    parse: (text: string) => Parsed<T>,
    howToMend: string,
  ): T[] {
    const texts = this.#read<string[]>(
      key,
      [],
      config => config.getStringArray(key),
      values =>
        values.length > MAX_LIST_LENGTH
          ? `it has more than ${MAX_LIST_LENGTH} entries`
          : undefined,
      `${howToMend}; each as an entry of a list`,
    );
    const values = texts.map((text, index) =>
      this.#take(`${key}[${index}]`, parse(text.trim()), howToMend),
    );
    return [...new Set(values.filter(value => value !== undefined))];
  }

  oneOf<T extends string>(key: string, words: readonly T[], fallback: T): T {
    const value = this.string(
      key,
      word =>
        words.some(known => known === word)
          ? undefined
          : `'${word}' is none of its values`,
      `Write one of: ${words.join(', ')}`,
    );
    return words.find(word => word === value) ?? fallback;
  }

  #read<T>(
    key: string,
    fallback: T,
    read: (config: Config) => T,
    complain: Complaint<T>,
    howToMend: string,
  ): T {
    const config = this.#config;
    if (!config?.has(key)) {
      return fallback;
    }
    const value = this.#attempt(key, howToMend, () => read(config));
    if (value === undefined) {
      return fallback;
    }
    const complaint = complain(value);
    if (complaint) {
      this.#take(key, { complaint }, howToMend);
      return fallback;
    }
    return value;
  }

  /** The value; undefined when it was refused, which is written down. */
  #take<T>(key: string, parsed: Parsed<T>, howToMend: string): T | undefined {
    if ('value' in parsed) {
      return parsed.value;
    }
    this.report(
      key,
      `'${this.#keyOf(key)}' was refused: ${parsed.complaint}`,
      howToMend,
    );
    return undefined;
  }

  #attempt<T>(key: string, howToMend: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.report(
        key,
        `'${this.#keyOf(key)}' cannot be read: ${messageOf(error)}`,
        howToMend,
      );
      return undefined;
    }
  }
}
