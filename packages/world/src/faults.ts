import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Cancel, WorldClock } from './clock';

/** Systems that can be made to misbehave. */
export const FAULT_SYSTEMS = [
  'github',
  'argocd',
  'kubernetes',
  'prometheus',
  'slack',
  'pager',
  'elasticsearch',
] as const;
export type FaultSystem = (typeof FAULT_SYSTEMS)[number];

/** Ways in which a system can misbehave. */
export const FAULT_KINDS = [
  'delay',
  'status',
  'hang',
  'malformed',
  'rate-limit',
  'reset',
  'lost-answer',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A misbehaviour to order. */
export interface FaultSpec {
  system: FaultSystem;
  kind: FaultKind;
  /** `delay`: how long an answer is held back. Default 5000. */
  delayMs?: number;
  /** `status`: the HTTP status answered. Default 503. */
  status?: number;
  /** `rate-limit`: seconds until the limit resets. Default 60. */
  retryAfterSeconds?: number;
  /** How often; absent: until cleared. */
  count?: number;
  /** Only requests that name this service in URL or query. */
  service?: string;
  /** Only this Argo CD instance or Kubernetes cluster. */
  instance?: string;
  /** Only URLs matching this pattern; `*` stands for anything. */
  path?: string;
  /** Only this HTTP method. */
  method?: string;
}

/** An ordered misbehaviour. */
export interface Fault extends FaultSpec {
  id: string;
  /** How often it has struck. */
  hits: number;
}

/** Active faults at most; a world with more is a mistake in a script. */
const FAULT_LIMIT = 200;

/** A hung request is cut off after this long, so that nothing piles up. */
export const HANG_LIMIT_MS = 10 * 60_000;

/** Writes a system's own error document for an HTTP status. */
export type FaultBody = (
  status: number,
  message: string,
) => Record<string, unknown>;

/** Faults on demand, as an express middleware in front of every system. */
export class Faults {
  readonly #clock: WorldClock;
  readonly #held = new Map<Response, { cancel: Cancel; release: () => void }>();
  #faults: Fault[] = [];
  #nextId = 1;

  constructor(clock: WorldClock) {
    this.#clock = clock;
  }

  /** Orders a fault; the newest matching one strikes first. */
  add(spec: FaultSpec): Fault {
    if (this.#faults.length >= FAULT_LIMIT) {
      throw new Error(
        `There are ${FAULT_LIMIT} faults already; clear some before adding more`,
      );
    }
    const fault = { ...spec, id: `fault-${this.#nextId}`, hits: 0 };
    this.#nextId += 1;
    this.#faults = [fault, ...this.#faults];
    return fault;
  }

  /** Faults in force, newest first. */
  list(): readonly Fault[] {
    return this.#faults;
  }

  /**
   * Ends one fault, those of one system, or all; answers how many. Delayed
   * requests go on at once, hung ones are cut off.
   */
  clear(which: { id?: string; system?: FaultSystem } = {}): number {
    const before = this.#faults.length;
    this.#faults = this.#faults.filter(
      fault =>
        (which.id !== undefined && fault.id !== which.id) ||
        (which.system !== undefined && fault.system !== which.system),
    );
    this.#releaseHeld();
    return before - this.#faults.length;
  }

  /** Ends all faults and cuts off whatever still hangs. */
  close(): void {
    this.clear();
  }

  /** The middleware for one system; `body` words its errors. */
  middleware(system: FaultSystem, body: FaultBody): RequestHandler {
    return (request, response, next) => {
      const fault = this.#strike(system, request);
      if (fault) {
        this.#apply(fault, body, request, response, next);
      } else {
        next();
      }
    };
  }

  #strike(system: FaultSystem, request: Request): Fault | undefined {
    const fault = this.#faults.find(
      candidate => candidate.system === system && matches(candidate, request),
    );
    if (fault) {
      fault.hits += 1;
      if (fault.count !== undefined && fault.hits >= fault.count) {
        this.#faults = this.#faults.filter(other => other !== fault);
      }
    }
    return fault;
  }

  #apply(
    fault: Fault,
    body: FaultBody,
    request: Request,
    response: Response,
    next: NextFunction,
  ): void {
    switch (fault.kind) {
      case 'delay':
        this.#hold(response, fault.delayMs ?? 5_000, () => next());
        return;
      case 'hang':
        this.#hold(response, HANG_LIMIT_MS, () => request.socket.destroy());
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'lost-answer':
        loseAnswer(response);
        next();
        return;
      case 'malformed':
        response
          .status(200)
          .type('application/json')
          .send('{"metadata":{"resourceVersion":"1"},"items":[{"meta');
        return;
      case 'rate-limit':
        this.#limitRate(fault, body, response);
        return;
      case 'status': {
        const status = fault.status ?? 503;
        response.status(status).json(body(status, `Ordered fault ${fault.id}`));
        return;
      }
      default: {
        const never: never = fault.kind;
        throw new Error(`Unknown kind of fault: ${never}`);
      }
    }
  }

  #limitRate(fault: Fault, body: FaultBody, response: Response): void {
    const seconds = fault.retryAfterSeconds ?? 60;
    const status = fault.system === 'github' ? 403 : 429;
    if (fault.system === 'github') {
      response.set({
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-used': '5000',
        'x-ratelimit-resource': 'core',
        'x-ratelimit-reset': String(
          Math.ceil(this.#clock.now() / 1000) + seconds,
        ),
      });
    } else {
      response.set('retry-after', String(seconds));
    }
    response
      .status(status)
      .json(body(status, 'API rate limit exceeded for this token.'));
  }

  #hold(response: Response, forMs: number, release: () => void): void {
    const cancel = this.#clock.after(forMs, () => {
      if (this.#held.delete(response)) {
        release();
      }
    });
    this.#held.set(response, { cancel, release });
    response.on('close', () => {
      this.#held.delete(response);
      cancel();
    });
  }

  #releaseHeld(): void {
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const { cancel, release } of held) {
      cancel();
      release();
    }
  }
}

/** What was asked for is done, but the connection breaks before anybody hears of it. */
function loseAnswer(response: Response): void {
  const lose = () => {
    response.socket?.resetAndDestroy();
    return response;
  };
  response.end = lose;
  response.write = () => {
    lose();
    return false;
  };
}

function matches(fault: Fault, request: Request): boolean {
  const url = addressOf(request);
  return (
    (fault.method === undefined ||
      fault.method.toUpperCase() === request.method) &&
    (fault.path === undefined || globMatches(fault.path, url)) &&
    (fault.instance === undefined ||
      url.split(/[/?]/).includes(fault.instance)) &&
    (fault.service === undefined || namesService(fault.service, url))
  );
}

/** The URL as a person would write it, with the form of a POSTed query appended. */
function addressOf(request: Request): string {
  const form: unknown = request.body?.query;
  const query = typeof form === 'string' ? `?query=${form}` : '';
  try {
    return decodeURIComponent(request.originalUrl) + query;
  } catch {
    return request.originalUrl + query;
  }
}

function globMatches(pattern: string, text: string): boolean {
  const parts = pattern
    .split('*')
    .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function namesService(service: string, text: string): boolean {
  const escaped = service.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|[^A-Za-z0-9-])${escaped}($|[^A-Za-z0-9-])`).test(text);
}
