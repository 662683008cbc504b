import { CallContext } from './call';

/** What wakes people up (SPEC §9). Throws PortError. */
export interface PagerPort {
  /** `no_pager`: none is configured or installed. The same `incident` is one incident, however often it is sent. Audit name `pager.page`. */
  page(
    request: {
      /** The correlation id. */
      incident: string;
      application: string;
      environment: string;
      summary: string;
      details: string;
      link: string;
    },
    call: CallContext,
  ): Promise<'paged' | 'no_pager'>;
}
