import { CallContext } from './call';

/** Who is told: the people on call, or the admins as well (missing permissions). */
export type Audience = 'oncall' | 'admins';

/** Backstage notifications (SPEC §9). Throws PortError. */
export interface NotifierPort {
  /**
   * One message. Messages of one `scope` are one thread: the later one takes the
   * place of the earlier. `nobody_to_tell`: no recipients are configured.
   * Audit name `notifications.send`.
   */
  send(
    message: {
      audience: Audience;
      title: string;
      description: string;
      severity: 'critical' | 'high' | 'normal' | 'low';
      link: string;
      scope: string;
    },
    call: CallContext,
  ): Promise<'sent' | 'nobody_to_tell'>;
}
