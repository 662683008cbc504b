import { z } from 'zod';
import type { WorldClient } from './client';
import { text, type Command, type Values } from './command';
import { printWebhooks } from './print';
import { numberOption, UsageError } from './usage';

const PULL = {
  service: { type: 'string' },
  pr: { type: 'string' },
} as const;
const BY = { by: { type: 'string' } } as const;

const found = z.object({
  number: z.number(),
  repository: z.string().optional(),
});
const comment = found.extend({ id: z.number(), url: z.string() });
const pushed = found.extend({ sha: z.string() });

/** What people can be made to do. */
export const PEOPLE_COMMANDS: readonly Command[] = [
  {
    name: 'approve',
    usage: '<login> [--service s] [--pr n]',
    summary: 'that person approves the open pull request',
    options: PULL,
    words: [1, 1],
    async run(client, [login], values) {
      const answer = await client.post('/approve', {
        login,
        ...pullTarget(values),
      });
      return `${login} approved ${pullText(answer)}`;
    },
  },
  {
    name: 'request-changes',
    usage: '<login> [--service s] [--pr n] [--text "Not like this."]',
    summary: 'that person refuses the open pull request in a review',
    options: { ...PULL, text: { type: 'string' } },
    words: [1, 1],
    async run(client, [login], values) {
      const answer = await client.post('/request-changes', {
        login,
        ...pullTarget(values),
        text: text(values.text),
      });
      return `${login} requested changes of ${pullText(answer)}`;
    },
  },
  {
    name: 'dismiss',
    usage: '<login> [--by alice] [--service s] [--pr n]',
    summary: "that person's review is dismissed",
    options: { ...PULL, ...BY },
    words: [1, 1],
    async run(client, [login], values) {
      const answer = await client.post('/dismiss', {
        login,
        ...pullTarget(values),
        by: text(values.by),
      });
      return `The review of ${pullText(answer)} by ${login} is dismissed`;
    },
  },
  {
    name: 'push',
    usage: '<login> [--service s] [--pr n]',
    summary: "that person pushes a commit to the pull request's branch",
    options: PULL,
    words: [1, 1],
    async run(client, [login], values) {
      const { sha, ...pull } = pushed.parse(
        await client.post('/push', { login, ...pullTarget(values) }),
      );
      return `${login} pushed ${sha.slice(0, 7)} to ${pullText(pull)}`;
    },
  },
  ...(['close', 'merge'] as const).map(
    (verb): Command => ({
      name: `${verb}-pr`,
      usage: '<service> [--pr n] [--by login]',
      summary: `somebody ${verb}s the open pull request`,
      options: { pr: { type: 'string' }, ...BY },
      words: [1, 1],
      async run(client, [service], values) {
        const answer = await client.post(`/${verb}-pr`, {
          service,
          number: numberOption(text(values.pr), 'pr', 1),
          by: text(values.by),
        });
        return `${verb}d ${pullText(answer)} of ${service}`;
      },
    }),
  ),
  ...(['label', 'unlabel'] as const).map(
    (verb): Command => ({
      name: verb,
      usage: '<label> [--service s] [--pr n | --issue n --repo r] [--by login]',
      summary: `somebody ${verb}s the open pull request, or an issue`,
      options: {
        ...PULL,
        ...BY,
        issue: { type: 'string' },
        repo: { type: 'string' },
      },
      words: [1, 1],
      async run(client, [label], values) {
        const answer = await client.post(`/${verb}`, {
          label,
          ...pullTarget(values),
          issue: numberOption(text(values.issue), 'issue', 1),
          repository: text(values.repo),
          by: text(values.by),
        });
        return `${pullText(answer)} ${
          verb === 'label' ? 'has' : 'no longer has'
        } the label ${label}`;
      },
    }),
  ),
  {
    name: 'comment',
    usage: '<login> <text> [--issue n] [--repo r]',
    summary: 'that person comments on the open issue, or on the one named',
    options: { issue: { type: 'string' }, repo: { type: 'string' } },
    words: [2, 2],
    async run(client, [login, words], values) {
      const { id, url } = comment.parse(
        await client.post('/comment', {
          login,
          text: words,
          number: numberOption(text(values.issue), 'issue', 1),
          repository: text(values.repo),
        }),
      );
      return `comment ${id}: ${url}`;
    },
  },
  {
    name: 'edit-comment',
    usage: '<comment-id> <text> [--by login]',
    summary: 'its author, or somebody else, rewrites a comment',
    options: BY,
    words: [2, 2],
    async run(client, [id, words], values) {
      await client.post('/edit-comment', {
        id: numberOption(id, 'comment-id', 1),
        text: words,
        by: text(values.by),
      });
      return `comment ${id} is edited`;
    },
  },
  {
    name: 'delete-comment',
    usage: '<comment-id> [--by login]',
    summary: 'its author, or somebody else, deletes a comment',
    options: BY,
    words: [1, 1],
    async run(client, [id], values) {
      await client.post('/delete-comment', {
        id: numberOption(id, 'comment-id', 1),
        by: text(values.by),
      });
      return `comment ${id} is deleted`;
    },
  },
  {
    name: 'team',
    usage: 'add|remove <login> <team>',
    summary: 'puts somebody into a team of GitHub, or takes them out',
    words: [3, 3],
    async run(client, [verb, login, team]) {
      const member = oneOf(verb, { add: true, remove: false });
      await client.post('/team', { login, team, member });
      return `${login} is ${member ? 'in' : 'not in'} ${team}`;
    },
  },
  {
    name: 'merge-queue',
    usage: 'on|off <service> [--env staging|production]',
    summary: "whether the environment's branch demands a merge queue",
    options: { env: { type: 'string' } },
    words: [2, 2],
    async run(client, [state, service], values) {
      const on = oneOf(state, { on: true, off: false });
      const { branch } = z.object({ branch: z.string() }).parse(
        await client.post('/merge-queue', {
          service,
          environment: text(values.env),
          on,
        }),
      );
      return `${branch} of ${service} ${
        on ? 'demands a' : 'demands no'
      } merge queue`;
    },
  },
  {
    name: 'webhook',
    usage: '[url | off] [--secret s] [--duplicate] [--reorder] [--drop]',
    summary:
      "sends GitHub's webhooks somewhere; without a url: changes how badly they get there",
    options: {
      secret: { type: 'string' },
      duplicate: { type: 'boolean' },
      reorder: { type: 'boolean' },
      drop: { type: 'boolean' },
    },
    words: [0, 1],
    run: (client, [url], values) => setWebhook(client, url, values),
  },
  {
    name: 'webhooks',
    usage: '',
    summary: 'the latest deliveries, and what became of them',
    words: [0, 0],
    run: async client => printWebhooks(await client.get('/webhooks')),
  },
];

async function setWebhook(
  client: WorldClient,
  url: string | undefined,
  values: Values,
): Promise<string> {
  if (url === 'off') {
    await client.delete('/webhook');
    return 'GitHub sends no webhooks';
  }
  const modes = ['duplicate', 'reorder', 'drop'].filter(mode => values[mode]);
  await client.post('/webhook', {
    url,
    secret: text(values.secret),
    ...Object.fromEntries(modes.map(mode => [mode, true])),
  });
  const how = modes.length > 0 ? `, with ${modes.join(' and ')}` : '';
  return url ? `GitHub tells ${url}${how}` : `GitHub goes on telling${how}`;
}

function pullTarget(values: Values) {
  return {
    service: text(values.service),
    number: numberOption(text(values.pr), 'pr', 1),
  };
}

function pullText(answer: unknown): string {
  const { repository = '', number } = found.parse(answer);
  return `${repository}#${number}`;
}

function oneOf(word: string, words: Record<string, boolean>): boolean {
  if (!Object.hasOwn(words, word)) {
    throw new UsageError(`${word}: say ${Object.keys(words).join(' or ')}`);
  }
  return words[word];
}
