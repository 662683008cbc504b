/** A person of the workspace. */
export interface SlackUser {
  /** `U...` */
  id: string;
  /** The handle, as after `@`. */
  name: string;
  realName: string;
  email: string;
}

/** What a bot sends along with a message's text. */
export interface SlackContent {
  text: string;
  username?: string;
  blocks?: unknown[];
  attachments?: unknown[];
}

/** A message as it is in a channel now. */
export interface SlackMessage extends SlackContent {
  /** Seconds and a counter, `1772188080.000100`: the message's id within its channel. */
  ts: string;
  /** When it was posted, epoch milliseconds. */
  at: number;
  /** Bot that wrote it. */
  botId: string;
  /** How often it was changed in place. */
  edits: number;
  /** When it was last changed, epoch milliseconds. */
  editedAt?: number;
}

/** A channel, or the bot's conversation with one person. */
export interface SlackChannel {
  /** `C...`, or `D...` with one person. */
  id: string;
  /** Without the `#`; the person's handle for a conversation with one person. */
  name: string;
  topic: string;
  /** A bot cannot write where it has not been invited. */
  botIsMember: boolean;
  messages: readonly SlackMessage[];
}

/** Why the Web API refuses; the words are Slack's own. */
export class SlackError extends Error {
  readonly details: readonly string[];

  /** @param details - what Slack puts into `response_metadata.messages` */
  constructor(code: string, details: readonly string[] = []) {
    super(code);
    this.name = 'SlackError';
    this.details = details;
  }
}
