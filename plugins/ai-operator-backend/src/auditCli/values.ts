import { Secret } from '../config';
import type { ElasticsearchOptions, Mark, SourceOptions } from './arguments';
import { WrongUsage } from './problem';

type Values = Partial<Record<string, string>>;
type Env = Readonly<Record<string, string | undefined>>;

const HASH = /^[0-9a-f]{64}$/;
const DEFAULT_TOKEN_ENV = 'AI_OPERATOR_TOKEN';

function httpAddress(text: string, option: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new WrongUsage(`--${option} is no address.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new WrongUsage(`--${option} must begin with http:// or https://.`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new WrongUsage(
      `--${option} must be a plain address, without credentials, '?' or '#'.`,
    );
  }
  return text.replace(/\/+$/, '');
}

function fromEnvironment(name: string, option: string, env: Env): Secret {
  const value = env[name]?.trim();
  if (!value) {
    throw new WrongUsage(
      `The environment variable ${name}, named by --${option}, is not set.`,
    );
  }
  return new Secret(value);
}

/** As Kibana shows it, or `id:key`, which has to be encoded. */
function apiKeyOf(key: Secret): Secret {
  const text = key.reveal();
  return text.includes(':')
    ? new Secret(Buffer.from(text, 'utf8').toString('base64'))
    : key;
}

function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new WrongUsage(`--${option} is a whole number above 0.`);
  }
  return value;
}

function markOf(seq: string, hash: string, option: string): Mark {
  if (!HASH.test(hash)) {
    throw new WrongUsage(
      `The hash of --${option} is 64 digits in lower-case hex.`,
    );
  }
  return { seq: wholeNumber(seq, option), hash };
}

function readSource(values: Values, env: Env): SourceOptions {
  const { url, file, database, schema } = values;
  const databaseEnv = values['database-env'];
  const given = [url, file, database, databaseEnv].filter(
    value => value !== undefined,
  );
  if (given.length !== 1) {
    throw new WrongUsage(
      'Say where the trail is: one of --url, --file, --database and --database-env.',
    );
  }
  if (url !== undefined) {
    const named = values['token-env'];
    const token =
      named === undefined && !env[DEFAULT_TOKEN_ENV]?.trim()
        ? undefined
        : fromEnvironment(named ?? DEFAULT_TOKEN_ENV, 'token-env', env);
    return { kind: 'url', url: httpAddress(url, 'url'), token };
  }
  if (values['token-env'] !== undefined) {
    throw new WrongUsage('--token-env goes with --url.');
  }
  if (file !== undefined) {
    return { kind: 'file', path: file };
  }
  const connection =
    databaseEnv === undefined
      ? new Secret(String(database))
      : fromEnvironment(databaseEnv, 'database-env', env);
  return { kind: 'database', connection, schema };
}

function readElasticsearch(
  values: Values,
  env: Env,
): ElasticsearchOptions | undefined {
  const { elasticsearch, ca } = values;
  const keyEnv = values['api-key-env'];
  const prefix = values['index-prefix'];
  const days = values['kept-days'];
  if (elasticsearch === undefined) {
    if ([keyEnv, ca, prefix, days].some(value => value !== undefined)) {
      throw new WrongUsage(
        '--api-key-env, --ca, --index-prefix and --kept-days go with --elasticsearch.',
      );
    }
    return undefined;
  }
  return {
    url: httpAddress(elasticsearch, 'elasticsearch'),
    apiKey:
      keyEnv === undefined
        ? undefined
        : apiKeyOf(fromEnvironment(keyEnv, 'api-key-env', env)),
    ca,
    indexPrefix: prefix ?? 'ai-operator-audit',
    keptDays: days === undefined ? 90 : wholeNumber(days, 'kept-days'),
  };
}

/** What the options mean, each checked and all of them together. */
export function readValues(values: Values, env: Env) {
  const { from, hash, head, format = 'text' } = values;
  const correlationId = values['correlation-id'];
  if ((from === undefined) !== (hash === undefined)) {
    throw new WrongUsage('--from and --hash go together: both are one mark.');
  }
  if (format !== 'text' && format !== 'json') {
    throw new WrongUsage('--format is text or json.');
  }
  if (correlationId !== undefined && (from ?? head) !== undefined) {
    throw new WrongUsage(
      'One rollback is not the whole chain: --correlation-id goes without --from, --hash and --head.',
    );
  }
  const [headSeq, headHash, ...rest] = head?.split(':') ?? [];
  if (head !== undefined && (headHash === undefined || rest.length > 0)) {
    throw new WrongUsage('--head is <seq>:<hash>.');
  }
  return {
    source: readSource(values, env),
    mark:
      from === undefined || hash === undefined
        ? undefined
        : markOf(from, hash, 'from'),
    head: head === undefined ? undefined : markOf(headSeq, headHash, 'head'),
    correlationId,
    elasticsearch: readElasticsearch(values, env),
    format: format as 'text' | 'json',
  };
}
