import { Knex } from 'knex';

interface Statement {
  sql: string;
  bindings?: readonly unknown[];
}

const COMMANDS: readonly unknown[] = ['APPROVE', 'ABORT', 'MANUAL', 'RESET'];
const RESULTS: readonly unknown[] = ['pending', 'refused'];

/** Effects and their outcomes are stored as JSON; what they are is their `kind`. */
function kindsIn(bindings: readonly unknown[]): string[] {
  return bindings.flatMap(value => {
    const kind =
      typeof value === 'string' && value.startsWith('{')
        ? /"kind":"(\w+)"/.exec(value)?.[1]
        : undefined;
    return kind === undefined ? [] : [kind];
  });
}

const WORDS: ReadonlyArray<
  [RegExp, (bindings: readonly unknown[]) => string | undefined]
> = [
  [/^update .instances. /, () => 'tick'],
  [/^insert into .rollbacks. /, () => 'opened'],
  [
    /^insert into .commands. /,
    bindings =>
      [
        'command',
        bindings.find(value => COMMANDS.includes(value)) ?? 'unclear',
        bindings.find(value => RESULTS.includes(value)),
      ].join(':'),
  ],
  [/^update .commands. /, () => 'answer'],
  [
    /^insert into .transitions. /,
    bindings =>
      `moved:${bindings
        .filter(value => /^[A-Z][a-z]+([A-Z][A-Za-z]+)?$/.test(String(value)))
        .join('/')}`,
  ],
  [
    /^insert into .outbox. /,
    bindings => {
      const asked = new Set(kindsIn(bindings));
      asked.delete('publish_event');
      return asked.size > 0 ? `asks:${[...asked].join('+')}` : undefined;
    },
  ],
  [
    /^update .outbox. .*outcome/,
    bindings => `finished:${kindsIn(bindings).join('+')}`,
  ],
  [/^update .outbox. .*attempt/, () => 'retry'],
  [/^update .audit_sinks. /, () => 'shipped'],
];

/**
 * Listens to a transaction and says in a few words what it has written so far,
 * read from its statements: `answer moved:PRCreated/Abort asks:escalate+notify`.
 * `other` is one that changed nothing of this.
 */
export function commitWords(tx: Knex.Transaction): () => string {
  const words: string[] = [];
  tx.on('query', ({ sql, bindings = [] }: Statement) => {
    for (const [pattern, word] of WORDS) {
      const said = pattern.test(sql) ? word(bindings) : undefined;
      if (said !== undefined && !words.includes(said)) {
        words.push(said);
      }
    }
  });
  return () => (words.length > 0 ? words.join(' ') : 'other');
}
