import { Pager } from '@ai-operator/backstage-plugin-ai-operator-node';
import { CallContext, PagerPort, PortError } from '../../ports';
import { CallEnvironment, callExternal, toPortError, within } from '../http';

/** An adopter's pager gets this long, ms. */
const TIMEOUT_MS = 10_000;

type Request = Parameters<PagerPort['page']>[0];

/** An adopter's pager behind our port: bounded in time, its calls recorded. */
export class CustomPager implements PagerPort {
  readonly #pager: Pager;
  readonly #environment: CallEnvironment;

  constructor(pager: Pager, environment: CallEnvironment) {
    this.#pager = pager;
    this.#environment = environment;
  }

  async page(request: Request, call: CallContext): Promise<'paged'> {
    const { incident, application, environment, summary, link } = request;
    const { name } = this.#pager;
    return callExternal(
      {
        name: 'pager.page',
        parameters: {
          pager: name,
          ...{ incident, application, environment, summary, link },
        },
        call,
        environment: this.#environment,
        summarize: result => ({ result }),
      },
      async ({ signal }) => {
        await this.#page(request, signal);
        return 'paged' as const;
      },
    );
  }

  async #page(
    { incident, ...request }: Request,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const asked = `Pager ${this.#pager.name}`;
    const giveUp = new AbortController();
    const stop = signal
      ? AbortSignal.any([signal, giveUp.signal])
      : giveUp.signal;
    const paging = async () =>
      this.#pager.page({ id: incident, ...request }, { signal: stop });
    try {
      // Not every pager listens to the signal; we do.
      await within(paging(), { timeoutMs: TIMEOUT_MS, signal, asked });
    } catch (error) {
      if (error instanceof PortError && error.code === 'TIMEOUT') {
        giveUp.abort(error);
      }
      throw toPortError(error, asked);
    }
  }
}
