import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ErrorCode, LogLevel, WebClient, type Logger } from '@slack/web-api';
import express from 'express';
import { COMPANY } from '../cast/company';
import { ManualClock } from '../clock';
import { DEMO_ACCESS } from '../credentials';
import { Faults } from '../faults';
import {
  createSlackControl,
  createSlackPages,
  createSlackRouter,
  HISTORY_LIMIT,
  Slack,
  slackErrorBody,
} from '.';

const { botToken, oncallChannel } = DEMO_ACCESS.slack;
const START = Date.parse('2026-02-27T10:28:00Z');

/** The client prints every refusal; here refusals are what is wanted. */
const QUIET: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

describe('the simulated Slack, asked by the official client', () => {
  let slack: Slack;
  let faults: Faults;
  let clock: ManualClock;
  let server: Server;
  let url: string;
  let noted: string[];

  beforeEach(async () => {
    clock = new ManualClock(START);
    faults = new Faults(clock);
    noted = [];
    slack = new Slack({
      clock,
      organization: COMPANY.organization,
      people: COMPANY.people,
      note: (kind, message) => noted.push(`${kind} ${message}`),
    });
    const app = express();
    app.use('/world/slack', createSlackControl(slack));
    app.use(
      '/slack/api',
      faults.middleware('slack', slackErrorBody),
      createSlackRouter({ slack, baseUrl: 'http://world' }),
    );
    app.use('/slack', createSlackPages(slack));
    server = createServer(app);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    faults.close();
    server.closeAllConnections();
    server.close();
  });

  function client(
    token: string | undefined = botToken,
    options: { retries?: number; rejectRateLimitedCalls?: boolean } = {},
  ): WebClient {
    const { retries = 0, rejectRateLimitedCalls = true } = options;
    return new WebClient(token, {
      slackApiUrl: `${url}/slack/api/`,
      logger: QUIET,
      retryConfig: { retries },
      rejectRateLimitedCalls,
    });
  }

  async function raw(
    method: string,
    init: { headers?: Record<string, string>; body?: string } = {},
  ) {
    const response = await fetch(`${url}/slack/api/${method}`, {
      method: 'POST',
      body: init.body,
      headers: { authorization: `Bearer ${botToken}`, ...init.headers },
    });
    return { status: response.status, body: await response.json() };
  }

  it('says who the token is', async () => {
    await expect(client().auth.test()).resolves.toMatchObject({
      ok: true,
      team: 'my-org',
      user: 'backstage',
      bot_id: expect.stringMatching(/^B/),
      response_metadata: { scopes: expect.arrayContaining(['chat:write']) },
    });
  });

  it.each([
    ['a wrong token', 'wrong', 'invalid_auth'],
    ['no token', '', 'not_authed'],
  ])('refuses %s', async (_name, token, error) => {
    await expect(
      client(token).chat.postMessage({ channel: oncallChannel, text: 'x' }),
    ).rejects.toMatchObject({
      code: ErrorCode.PlatformError,
      data: { ok: false, error },
    });
    expect(slack.channel('oncall')?.messages).toEqual([]);
  });

  it('posts, and changes a message in place', async () => {
    const posted = await client().chat.postMessage({
      channel: '#oncall',
      text: 'first',
      attachments: [{ color: '#FF0000', fallback: 'first' }],
    });
    expect(posted).toMatchObject({
      ok: true,
      channel: oncallChannel,
      ts: '1772188080.000000',
      message: {
        type: 'message',
        text: 'first',
        ts: '1772188080.000000',
        attachments: [{ id: 1, color: '#FF0000' }],
      },
    });
    await clock.advance(5_000);
    const updated = await client().chat.update({
      channel: oncallChannel,
      ts: posted.ts ?? '',
      text: 'second',
    });
    expect(updated).toMatchObject({
      ok: true,
      channel: oncallChannel,
      ts: posted.ts,
      text: 'second',
      message: {
        edited: { ts: '1772188085.000000' },
        attachments: [{ color: '#FF0000' }],
      },
    });
    expect(slack.channel(oncallChannel)?.messages).toMatchObject([
      { text: 'second', edits: 1, at: START, editedAt: START + 5_000 },
    ]);
    expect(noted).toEqual([
      'slack.posted #oncall: first',
      'slack.updated #oncall: second',
    ]);
  });

  it('gives two messages of one millisecond two ids', async () => {
    const [one, two] = await Promise.all(
      ['one', 'two'].map(text =>
        client().chat.postMessage({ channel: oncallChannel, text }),
      ),
    );
    expect(one.ts).not.toBe(two.ts);
  });

  it('writes to a single person by id, found by address', async () => {
    const found = await client().users.lookupByEmail({
      email: 'Alice.Martin@example.com',
    });
    expect(found.user).toMatchObject({
      name: 'alice',
      real_name: 'Alice Martin',
      deleted: false,
    });
    const posted = await client().chat.postMessage({
      channel: found.user?.id ?? '',
      text: 'for you',
    });
    expect(posted.channel).toMatch(/^D/);
    expect(slack.channels().at(-1)).toMatchObject({
      name: 'alice',
      messages: [{ text: 'for you' }],
    });
    await expect(
      client().users.lookupByEmail({ email: 'nobody@example.com' }),
    ).rejects.toMatchObject({ data: { error: 'users_not_found' } });
  });

  it.each([
    ['a channel nobody has', { channel: '#nowhere' }, 'channel_not_found'],
    [
      'where it was not invited',
      { channel: '#water-cooler' },
      'not_in_channel',
    ],
  ])('does not post to %s', async (_name, to, error) => {
    await expect(
      client().chat.postMessage({ ...to, text: 'x' }),
    ).rejects.toMatchObject({ data: { error } });
  });

  it.each([
    ['by name', '#oncall', undefined, 'channel_not_found'],
    ['a message nobody wrote', oncallChannel, '1.000000', 'message_not_found'],
  ])('does not update %s', async (_name, channel, ts, error) => {
    const posted = await client().chat.postMessage({
      channel: oncallChannel,
      text: 'as it was',
    });
    await expect(
      client().chat.update({
        channel,
        ts: ts ?? posted.ts ?? '',
        text: 'changed',
      }),
    ).rejects.toMatchObject({ data: { error } });
    expect(slack.channel('oncall')?.messages).toMatchObject([
      { text: 'as it was', edits: 0 },
    ]);
  });

  it('refuses what the real one cannot show', async () => {
    const section = (length: number) => ({
      channel: oncallChannel,
      text: 'x',
      attachments: [
        {
          blocks: [
            {
              type: 'section' as const,
              text: { type: 'mrkdwn' as const, text: 'a'.repeat(length) },
            },
          ],
        },
      ],
    });
    await client().chat.postMessage(section(3_000));
    await expect(
      client().chat.postMessage(section(3_001)),
    ).rejects.toMatchObject({
      data: {
        error: 'invalid_attachments',
        response_metadata: {
          messages: [
            expect.stringContaining('/attachments/0/blocks/0/text/text'),
          ],
        },
      },
    });
    await expect(
      client().chat.postMessage({ channel: oncallChannel, text: '' }),
    ).rejects.toMatchObject({ data: { error: 'no_text' } });
    await expect(client().apiCall('chat.shout')).rejects.toMatchObject({
      data: { error: 'unknown_method' },
    });
  });

  it('takes JSON as well as forms', async () => {
    const json = { 'content-type': 'application/json; charset=utf-8' };
    const sent = { channel: oncallChannel, text: 'json', attachments: [{}] };
    expect(
      (
        await raw('chat.postMessage', {
          headers: json,
          body: JSON.stringify(sent),
        })
      ).body,
    ).toMatchObject({ ok: true, message: { text: 'json' } });
    for (const [body, error] of [
      ['{"channel":', 'invalid_json'],
      ['[1]', 'json_not_object'],
      ['{"text":"no channel"}', 'invalid_arguments'],
      [
        `{"channel":"${oncallChannel}","attachments":"no"}`,
        'invalid_attachments',
      ],
    ]) {
      expect(
        await raw('chat.postMessage', { headers: json, body }),
      ).toMatchObject({ status: 200, body: { ok: false, error } });
    }
  });

  it('says when to come back, and the client does', async () => {
    faults.add({
      system: 'slack',
      kind: 'rate-limit',
      retryAfterSeconds: 1,
      count: 1,
    });
    await expect(
      client().chat.postMessage({ channel: oncallChannel, text: 'x' }),
    ).rejects.toMatchObject({
      code: ErrorCode.RateLimitedError,
      retryAfter: 1,
    });
    faults.add({
      system: 'slack',
      kind: 'rate-limit',
      retryAfterSeconds: 1,
      count: 1,
    });
    await client(botToken, {
      retries: 1,
      rejectRateLimitedCalls: false,
    }).chat.postMessage({ channel: oncallChannel, text: 'later' });
    expect(slack.channel('oncall')?.messages).toMatchObject([
      { text: 'later' },
    ]);
  });

  it('fails in its own words', async () => {
    faults.add({ system: 'slack', kind: 'status', status: 503, count: 1 });
    expect(await raw('auth.test')).toEqual({
      status: 503,
      body: { ok: false, error: 'internal_error' },
    });
  });

  it('forgets the oldest messages', () => {
    for (let number = 0; number <= HISTORY_LIMIT; number += 1) {
      slack.post(oncallChannel, { text: `message ${number}` });
    }
    const messages = slack.channel('oncall')?.messages ?? [];
    expect(messages).toHaveLength(HISTORY_LIMIT);
    expect(messages[0].text).toBe('message 1');
  });

  it('shows tests what is in it', async () => {
    slack.post(oncallChannel, { text: 'look' });
    const response = await fetch(`${url}/world/slack`);
    expect(await response.json()).toMatchObject({
      channels: [
        { id: oncallChannel, label: '#oncall', messages: [{ text: 'look' }] },
        { label: '#deployments' },
        { label: '#water-cooler', botIsMember: false },
      ],
    });
  });

  describe('its pages', () => {
    async function read(path: string) {
      const response = await fetch(`${url}${path}`);
      return { status: response.status, text: await response.text() };
    }

    it('show channels and messages as people see them', async () => {
      expect((await read('/slack')).text).toContain(
        'Nobody has written here yet.',
      );
      const { ts } = slack.post(oncallChannel, {
        text: 'old',
        username: 'AI Operator',
      }).message;
      const bob = slack.findByEmail('bob.okafor@example.com');
      slack.update(oncallChannel, ts, {
        text: '@oncall *PR #42* &lt;now&gt;, <https://portal.example.com/x?a=1&amp;b=2|the portal>, <javascript:alert(1)|no>',
        attachments: [
          {
            color: '#FF0000',
            blocks: [
              {
                type: 'section',
                text: {
                  type: 'mrkdwn',
                  text: `<@${bob?.id}> <!subteam^S1|@oncall> \`code\`\n_soon_`,
                },
                accessory: {
                  type: 'button',
                  text: { type: 'plain_text', text: 'View More' },
                  url: 'https://portal.example.com/rollback',
                },
              },
              {
                type: 'context',
                elements: [{ type: 'plain_text', text: '<b>Severity</b>' }],
              },
            ],
          },
        ],
      });
      const { text } = await read(`/slack/${oncallChannel}`);
      for (const part of [
        'AI Operator',
        '(edited)',
        '@oncall <strong>PR #42</strong> &lt;now&gt;',
        '<a href="https://portal.example.com/x?a=1&amp;b=2">the portal</a>',
        '&lt;javascript:alert(1)|no&gt;',
        '@bob</span>',
        '@oncall</span>',
        '<code>code</code><br><em>soon</em>',
        'href="https://portal.example.com/rollback"',
        'View More',
        '&lt;b&gt;Severity&lt;/b&gt;',
        'border-color: #FF0000',
        'aria-current="page"',
        '#deployments',
      ]) {
        expect(text).toContain(part);
      }
      expect(text).not.toContain('>old<');
    });

    it('know only channels there are', async () => {
      expect((await read('/slack/C0NOWHERE')).status).toBe(404);
    });
  });
});
