import { CallContext, PagerPort } from '..';
import { answer, Mishaps } from './support';

type Page = Parameters<PagerPort['page']>[0];

/** A pager in memory. The same incident sent twice wakes somebody once. */
export class FakePager implements PagerPort {
  readonly mishaps = new Mishaps();
  /** What somebody was woken up for, by incident, as last told. */
  readonly incidents = new Map<string, Page>();
  installed = true;
  readonly #now: () => number;

  constructor(options?: { now?: () => number }) {
    this.#now = options?.now ?? (() => 0);
  }

  async page(request: Page, call: CallContext): Promise<'paged' | 'no_pager'> {
    const { incident, application, environment, summary } = request;
    return answer<'paged' | 'no_pager'>(
      {
        method: 'page',
        name: 'pager.page',
        parameters: { incident, application, environment, summary },
        call,
        mishaps: this.mishaps,
        now: this.#now,
      },
      () => {
        if (!this.installed) {
          return 'no_pager';
        }
        this.incidents.set(incident, request);
        return 'paged';
      },
    );
  }
}
