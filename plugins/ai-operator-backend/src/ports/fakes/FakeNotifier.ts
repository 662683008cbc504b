import { CallContext, NotifierPort } from '..';
import { answer, Mishaps } from './support';

type Message = Parameters<NotifierPort['send']>[0];

/** Notifications in memory: all that were sent, and what people see of each thread. */
export class FakeNotifier implements NotifierPort {
  readonly mishaps = new Mishaps();
  readonly sent: Message[] = [];
  /** By scope: the later message takes the place of the earlier. */
  readonly threads = new Map<string, Message>();
  /** Whom there is to tell. */
  audiences: Array<Message['audience']> = ['oncall', 'admins'];
  readonly #now: () => number;

  constructor(options?: { now?: () => number }) {
    this.#now = options?.now ?? (() => 0);
  }

  async send(
    message: Message,
    call: CallContext,
  ): Promise<'sent' | 'nobody_to_tell'> {
    const { audience, title, severity, scope } = message;
    return answer<'sent' | 'nobody_to_tell'>(
      {
        method: 'send',
        name: 'notifications.send',
        parameters: { audience, title, severity, scope },
        call,
        mishaps: this.mishaps,
        now: this.#now,
      },
      () => {
        if (!this.audiences.includes(audience)) {
          return 'nobody_to_tell';
        }
        this.sent.push(message);
        this.threads.set(scope, message);
        return 'sent';
      },
    );
  }
}
