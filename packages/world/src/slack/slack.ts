import { createHash } from 'node:crypto';
import type { PersonDefinition } from '../cast/types';
import type { WorldClock } from '../clock';
import { DEMO_ACCESS } from '../credentials';
import {
  SlackError,
  type SlackChannel,
  type SlackContent,
  type SlackMessage,
  type SlackUser,
} from './types';

/** The bot whose token the portal has. */
export const SLACK_BOT = {
  id: 'B04OPERATOR',
  userId: 'U04OPERATOR',
  name: 'backstage',
} as const;

/** Messages kept per channel; the oldest are forgotten first. */
export const HISTORY_LIMIT = 500;

interface Conversation extends SlackChannel {
  messages: SlackMessage[];
}

/** A workspace of the simulated Slack: its people, channels and messages. */
export class Slack {
  readonly team: { id: string; name: string };
  readonly #clock: WorldClock;
  readonly #note: (kind: string, message: string) => void;
  readonly #users: readonly SlackUser[];
  readonly #conversations = new Map<string, Conversation>();
  #lastTs = 0;

  constructor(options: {
    clock: WorldClock;
    organization: string;
    people: readonly PersonDefinition[];
    note: (kind: string, message: string) => void;
  }) {
    this.#clock = options.clock;
    this.#note = options.note;
    this.team = { id: 'T04WORLD', name: options.organization };
    this.#users = options.people
      .filter(person => person.active !== false)
      .map(({ login, name, email }) => ({
        id: idOf('U', login),
        name: login,
        realName: name,
        email,
      }));
    const { oncallChannel } = DEMO_ACCESS.slack;
    this.#open(oncallChannel, 'oncall', 'Whoever is on call reads this');
    this.#open('C04DEPLOYS', 'deployments', 'What goes where');
    this.#open('C04WATERCOOLER', 'water-cooler', 'No bots, please', false);
  }

  users(): readonly SlackUser[] {
    return this.#users;
  }

  /** Channels first, then conversations with single people in the order they began. */
  channels(): readonly SlackChannel[] {
    return [...this.#conversations.values()];
  }

  /** By id, or by name with or without its `#`. */
  channel(idOrName: string): SlackChannel | undefined {
    return this.#find(idOrName);
  }

  findByEmail(email: string): SlackUser | undefined {
    return this.#users.find(
      user => user.email.toLowerCase() === email.trim().toLowerCase(),
    );
  }

  /**
   * A new message of the bot.
   *
   * @param to - a channel's id or name, or a person's id
   * @throws SlackError `channel_not_found` or `not_in_channel`
   */
  post(
    to: string,
    content: SlackContent,
  ): { channel: string; message: SlackMessage } {
    const conversation = this.#find(to) ?? this.#withPerson(to);
    if (!conversation) {
      throw new SlackError('channel_not_found');
    }
    if (!conversation.botIsMember) {
      throw new SlackError('not_in_channel');
    }
    const message: SlackMessage = {
      ...content,
      ts: this.#nextTs(),
      at: this.#clock.now(),
      botId: SLACK_BOT.id,
      edits: 0,
    };
    conversation.messages = [...conversation.messages, message].slice(
      -HISTORY_LIMIT,
    );
    this.#note('slack.posted', `${labelOf(conversation)}: ${content.text}`);
    return { channel: conversation.id, message };
  }

  /**
   * Changes a message in place. As in Slack, parts that are not given stay,
   * save that a new text without blocks takes the place of the old blocks.
   *
   * @param channelId - an id; unlike for a new message, names are not understood
   * @throws SlackError `channel_not_found` or `message_not_found`
   */
  update(
    channelId: string,
    ts: string,
    change: Partial<SlackContent>,
  ): SlackMessage {
    const conversation = this.#conversations.get(channelId);
    if (!conversation) {
      throw new SlackError('channel_not_found');
    }
    const before = conversation.messages.find(message => message.ts === ts);
    if (!before) {
      throw new SlackError('message_not_found');
    }
    const { text, blocks, attachments } = change;
    const after: SlackMessage = {
      ...before,
      text: text ?? before.text,
      blocks: blocks ?? (text === undefined ? before.blocks : undefined),
      attachments: attachments ?? before.attachments,
      edits: before.edits + 1,
      editedAt: this.#clock.now(),
    };
    conversation.messages = conversation.messages.map(message =>
      message === before ? after : message,
    );
    this.#note('slack.updated', `${labelOf(conversation)}: ${after.text}`);
    return after;
  }

  #find(idOrName: string): Conversation | undefined {
    const byId = this.#conversations.get(idOrName);
    const name = idOrName.replace(/^#/, '');
    return (
      byId ??
      [...this.#conversations.values()].find(
        ({ id, name: other }) => id.startsWith('C') && other === name,
      )
    );
  }

  #withPerson(userId: string): Conversation | undefined {
    const user = this.#users.find(({ id }) => id === userId);
    if (!user) {
      return undefined;
    }
    const id = idOf('D', user.name);
    return (
      this.#conversations.get(id) ??
      this.#open(id, user.name, `With ${user.realName} alone`)
    );
  }

  #open(
    id: string,
    name: string,
    topic: string,
    botIsMember = true,
  ): Conversation {
    const opened = { id, name, topic, botIsMember, messages: [] };
    this.#conversations.set(id, opened);
    return opened;
  }

  /** Later than every one before it, even within the same millisecond. */
  #nextTs(): string {
    this.#lastTs = Math.max(this.#clock.now() * 1000, this.#lastTs + 100);
    const seconds = Math.floor(this.#lastTs / 1e6);
    const rest = String(this.#lastTs % 1e6).padStart(6, '0');
    return `${seconds}.${rest}`;
  }
}

/** A channel as people say it. */
export function labelOf({ id, name }: { id: string; name: string }): string {
  return id.startsWith('D') ? `@${name}` : `#${name}`;
}

/** An id that is always the same for the same name. */
function idOf(kind: 'U' | 'D', name: string): string {
  const hex = createHash('sha256').update(`${kind}/${name}`).digest('hex');
  return `${kind}04${hex.slice(0, 8).toUpperCase()}`;
}
