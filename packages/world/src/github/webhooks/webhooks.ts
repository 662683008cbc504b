import { InputError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import { type Cancel } from '../../clock';
import { type Happening } from '../state/happenings';
import { type GitHubState } from '../state/state';
import { payloadOf } from './payload';
import { post } from './post';
import {
  type WebhookConfig,
  type WebhookControl,
  type WebhookDelivery,
} from './types';

/** Deliveries remembered; the oldest go first. */
const MAX_REMEMBERED = 200;

/** Deliveries under way or waiting; more are dropped, as if GitHub had lost them. */
const MAX_WAITING = 500;

/** How long a delivery waits for one to change places with. */
const REORDER_MS = 5_000;

interface Job {
  delivery: WebhookDelivery;
  config: WebhookConfig;
  payload: Promise<{ body: object } | { error: unknown }>;
}

/**
 * Tells one address of everything that happens, one delivery after the other.
 * Whoever made it happen never waits for that.
 */
export class Webhooks implements WebhookControl {
  readonly #state: GitHubState;
  readonly #note: (kind: string, message: string) => void;
  readonly #closed = new AbortController();
  #config: WebhookConfig | undefined;
  #deliveries: WebhookDelivery[] = [];
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();
  #held: { job: Job; cancel: Cancel } | undefined;

  constructor(
    state: GitHubState,
    options: {
      webhook: WebhookConfig | undefined;
      note: (kind: string, message: string) => void;
    },
  ) {
    this.#state = state;
    this.#note = options.note;
    this.configure(options.webhook);
    state.onHappening(happening => this.#take(happening));
  }

  configure(config: WebhookConfig | undefined): void {
    if (
      config &&
      (!/^https?:\/\//.test(config.url) || !URL.canParse(config.url))
    ) {
      throw new InputError(
        `Webhooks cannot go to "${config.url}": it is no http or https address`,
      );
    }
    this.#config = config && { ...config };
  }

  change(config: Partial<WebhookConfig>): void {
    const url = config.url ?? this.#config?.url;
    if (url === undefined) {
      throw new InputError(
        'There is no webhook yet: say where deliveries go with "url"',
      );
    }
    const kept = config.url === undefined ? this.#config?.secret : undefined;
    this.configure({ ...config, url, secret: config.secret ?? kept ?? '' });
  }

  target(): Omit<WebhookConfig, 'secret'> | undefined {
    if (!this.#config) {
      return undefined;
    }
    const { secret, ...rest } = this.#config;
    return rest;
  }

  deliveries(): WebhookDelivery[] {
    return this.#deliveries.map(delivery => ({ ...delivery })).reverse();
  }

  async delivered(): Promise<void> {
    let tail: Promise<void>;
    do {
      await this.#state.settled();
      tail = this.#tail;
      await tail;
    } while (tail !== this.#tail);
  }

  /** Sends nothing more; what is under way is cut off. */
  async close(): Promise<void> {
    this.#config = undefined;
    this.#held?.cancel();
    this.#held = undefined;
    this.#closed.abort();
    await this.#tail;
  }

  #take(happening: Happening): void {
    const config = this.#config;
    if (!config) {
      return;
    }
    const { fact, repository } = happening;
    const delivery: WebhookDelivery = {
      id: randomUUID(),
      event: fact.event,
      action: 'action' in fact ? fact.action : undefined,
      repository: repository.fullName,
      at: this.#state.now(),
      status: 'waiting',
      httpStatus: undefined,
      because: undefined,
    };
    this.#deliveries = [...this.#deliveries, delivery].slice(-MAX_REMEMBERED);
    if (config.drop) {
      this.#end(delivery, 'dropped', 'The world is told to drop deliveries');
    } else if (this.#waiting >= MAX_WAITING) {
      this.#end(delivery, 'dropped', `${MAX_WAITING} deliveries wait already`);
    } else {
      this.#waiting += 1;
      const payload = payloadOf(this.#state, happening).then(
        body => ({ body }),
        error => ({ error }),
      );
      this.#order({ delivery, config, payload });
    }
  }

  #order(job: Job): void {
    const held = this.#held;
    if (held) {
      held.cancel();
      this.#held = undefined;
      this.#send(job);
      this.#send(held.job);
    } else if (job.config.reorder) {
      const release = () => {
        this.#held = undefined;
        this.#send(job);
      };
      this.#held = {
        job,
        cancel: this.#state.clock.after(REORDER_MS, release),
      };
    } else {
      this.#send(job);
    }
  }

  #send(job: Job): void {
    this.#tail = this.#tail.then(async () => {
      await this.#deliver(job);
      this.#waiting -= 1;
    });
  }

  async #deliver({ delivery, config, payload }: Job): Promise<void> {
    const made = await payload;
    if ('error' in made) {
      this.#end(delivery, 'failed', `No payload: ${String(made.error)}`);
      return;
    }
    const body = JSON.stringify(made.body);
    for (let times = config.duplicate ? 2 : 1; times > 0; times -= 1) {
      const answer = await post(config, delivery, body, this.#closed.signal);
      if ('status' in answer) {
        delivery.httpStatus = answer.status;
        const accepted = answer.status >= 200 && answer.status < 300;
        this.#end(
          delivery,
          accepted ? 'delivered' : 'failed',
          accepted ? undefined : `HTTP ${answer.status}`,
        );
      } else {
        this.#end(delivery, 'failed', answer.because);
      }
    }
  }

  #end(
    delivery: WebhookDelivery,
    status: WebhookDelivery['status'],
    because: string | undefined,
  ): void {
    delivery.status = status;
    delivery.because = because;
    const { event, action, repository } = delivery;
    this.#note(
      'github.webhook',
      `${event}${action ? ` ${action}` : ''} of ${repository}: ${status}${
        because ? ` (${because})` : ''
      }`,
    );
  }
}
