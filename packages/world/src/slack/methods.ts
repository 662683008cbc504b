import { requiredText, textOf, type Arguments } from './arguments';
import { readContent } from './content';
import { SLACK_BOT, type Slack } from './slack';
import { SlackError, type SlackMessage, type SlackUser } from './types';

/** One method of the Web API. */
interface Method {
  /** The OAuth scope it needs. */
  scope: string;
  /** The answer without its `ok`. @throws SlackError */
  call(
    args: Arguments,
    context: { slack: Slack; baseUrl: string },
  ): Record<string, unknown>;
}

/** The methods this Slack has, by name. */
export const METHODS: Readonly<Record<string, Method | undefined>> = {
  'auth.test': {
    scope: '',
    call: (_args, { slack, baseUrl }) => ({
      url: `${baseUrl}/slack/`,
      team: slack.team.name,
      user: SLACK_BOT.name,
      team_id: slack.team.id,
      user_id: SLACK_BOT.userId,
      bot_id: SLACK_BOT.id,
      is_enterprise_install: false,
    }),
  },
  'chat.postMessage': {
    scope: 'chat:write',
    call(args, { slack }) {
      const to = requiredText(args, 'channel');
      const content = readContent(args);
      if (!content.text && !content.blocks && !content.attachments) {
        throw new SlackError('no_text');
      }
      const { channel, message } = slack.post(to, {
        ...content,
        text: content.text ?? '',
      });
      return {
        channel,
        ts: message.ts,
        message: messageObject(message, slack),
      };
    },
  },
  'chat.update': {
    scope: 'chat:write',
    call(args, { slack }) {
      const channel = requiredText(args, 'channel');
      const ts = requiredText(args, 'ts');
      const content = readContent(args);
      if (!content.text && !content.blocks && !content.attachments) {
        throw new SlackError('no_text');
      }
      const message = slack.update(channel, ts, content);
      return {
        channel,
        ts,
        text: message.text,
        message: messageObject(message, slack),
      };
    },
  },
  'users.lookupByEmail': {
    scope: 'users:read.email',
    call(args, { slack }) {
      const email = textOf(args, 'email');
      const user = email === undefined ? undefined : slack.findByEmail(email);
      if (!user) {
        throw new SlackError('users_not_found');
      }
      return { user: userObject(user, slack) };
    },
  },
};

function messageObject(message: SlackMessage, slack: Slack) {
  const { text, ts, blocks, attachments, username, editedAt } = message;
  return {
    type: 'message',
    // Under a name of its own a bot's message has no user.
    ...(username
      ? { subtype: 'bot_message', username }
      : { user: SLACK_BOT.userId }),
    bot_id: message.botId,
    team: slack.team.id,
    text,
    ts,
    ...(blocks && { blocks }),
    ...(attachments && {
      attachments: attachments.map((attachment, index) => ({
        id: index + 1,
        ...(typeof attachment === 'object' && attachment),
      })),
    }),
    ...(editedAt !== undefined && {
      edited: {
        user: SLACK_BOT.id,
        ts: `${Math.floor(editedAt / 1000)}.000000`,
      },
    }),
  };
}

function userObject(user: SlackUser, slack: Slack) {
  return {
    id: user.id,
    team_id: slack.team.id,
    name: user.name,
    deleted: false,
    real_name: user.realName,
    tz: 'Europe/London',
    profile: {
      real_name: user.realName,
      display_name: user.name,
      email: user.email,
      team: slack.team.id,
    },
    is_admin: false,
    is_bot: false,
    is_app_user: false,
    updated: 0,
  };
}
