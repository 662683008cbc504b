import { AsyncLocalStorage } from 'node:async_hooks';
import { Express, RequestHandler } from 'express';
import { Knex } from 'knex';
import { Database } from '../../persistence';
import { Operator } from '../../wiring/assembleOperator';
import { commitWords } from './commitWords';

/** How a process is to die: at which of its commits, and whether the commit is still made. */
export type Death = 'before commit' | 'after commit' | undefined;

/** What decides about the life of processes, and takes down what they did. */
export interface Fate {
  /** Runs before a request leaves. */
  atRequest(process: OperatorProcess, url: string): Promise<void>;
  /** Asked inside every transaction, when everything has been written but the COMMIT. */
  atCommit(words: string, tx: Knex.Transaction): Promise<Death>;
  /** The commit went through. */
  committed(words: string): void;
  /** Asked when something outside has been changed; true kills the process before it can note that. */
  afterWrite(words: string): boolean;
}

const running = new AsyncLocalStorage<OperatorProcess>();

const realFetch = globalThis.fetch;

/** Requests of a process go through it, everybody else's straight out. */
globalThis.fetch = (input, init) => {
  const current = running.getStore();
  return current ? current.fetch(String(input), init) : realFetch(input, init);
};

/** `POST /repos/my-org/operations/issues/1/comments` of a request that changes something. */
function changeOf(url: string, init?: RequestInit): string | undefined {
  const method = init?.method ?? 'GET';
  const { pathname } = new URL(url);
  if (method === 'GET' || pathname.endsWith('/graphql')) {
    return undefined;
  }
  const path = pathname
    .replace('/api/v3', '')
    .replace(/comments\/\d+/, 'comments/N');
  return `${method} ${path}`;
}

/**
 * One process of the operator: its loops, its REST API and its connections to
 * the database. From its death on it reaches neither the database nor anything
 * outside, whatever parts of it still try.
 */
export class OperatorProcess {
  readonly operator: Operator;
  #dead = false;
  readonly #fate: Fate;
  readonly #makeRest: () => Express;
  #rest: Express | undefined;

  constructor(
    readonly db: Database,
    fate: Fate,
    assemble: (process: OperatorProcess) => {
      operator: Operator;
      makeRest: () => Express;
    },
  ) {
    this.#fate = fate;
    this.#watchCommits(db);
    const { operator, makeRest } = assemble(this);
    this.operator = operator;
    this.#makeRest = makeRest;
  }

  /** Made when somebody asks: most processes die before that, and it takes its time. */
  get rest(): Express {
    this.#rest ??= this.#makeRest();
    return this.#rest;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Does something as this process. */
  run<T>(work: (operator: Operator) => T): T {
    return running.run(this, () => work(this.operator));
  }

  /** What comes in to this process is answered by it. */
  readonly entrance: RequestHandler = (_request, _response, next) => {
    running.run(this, next);
  };

  /** It is gone at once; its leases stay. */
  async kill(): Promise<void> {
    this.#dead = true;
    const { knex } = this.db;
    // A pool that is being closed lets newcomers wait; the dead do not wait.
    knex.client.acquireConnection = async () => this.#mustLive();
    await knex.destroy();
  }

  async fetch(url: string, init?: RequestInit): Promise<Response> {
    await this.#fate.atRequest(this, url);
    this.#mustLive();
    const response = await realFetch(url, init);
    const change = changeOf(url, init);
    if (change !== undefined && response.ok) {
      await this.#wrote(change);
    }
    return response;
  }

  /** For what goes out by other ways than HTTP. */
  async act<T>(words: string, work: () => Promise<T>): Promise<T> {
    this.#mustLive();
    const result = await work();
    await this.#wrote(words);
    return result;
  }

  #mustLive(): void {
    if (this.#dead) {
      throw new Error('The process is dead');
    }
  }

  async #wrote(words: string): Promise<void> {
    if (this.#fate.afterWrite(words)) {
      // Not awaited to its end: what holds a connection may be waiting for us.
      void this.kill();
      throw new Error(`The process died after ${words}`);
    }
  }

  #watchCommits({ knex }: Database): void {
    const transaction = knex.transaction.bind(knex) as <T>(
      work: (tx: Knex.Transaction) => Promise<T>,
    ) => Promise<T>;
    const watched = async <T>(work: (tx: Knex.Transaction) => Promise<T>) => {
      let words = '';
      let death: Death;
      const died = () => new Error(`The process died ${death}`);
      try {
        const result = await transaction(async tx => {
          const said = commitWords(tx);
          const answer = await work(tx);
          words = said();
          death = await this.#fate.atCommit(words, tx);
          if (death === 'before commit') {
            throw died();
          }
          this.#mustLive();
          return answer;
        });
        this.#fate.committed(words);
        if (death !== undefined) {
          throw died();
        }
        return result;
      } finally {
        if (death !== undefined) {
          await this.kill();
        }
      }
    };
    Object.defineProperty(knex, 'transaction', { value: watched });
  }
}
