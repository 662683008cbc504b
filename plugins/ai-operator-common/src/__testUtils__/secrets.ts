/*
 * Credentials that look like real ones, put together so that nothing that scans
 * this repository takes them for some.
 */

/** `secret` is the part of `text` that must not be kept. */
interface Fake {
  text: string;
  secret: string;
}

function fake(secret: string, text = secret): Fake {
  return { text, secret };
}

const HEADER = ['eyJhbGciOi', 'JIUzI1NiJ9'].join('');
const JWT = [
  HEADER,
  ['eyJzdWIi', 'OiIxMjM0NTY3ODkwIn0'].join(''),
  'c2lnbmF0dXJl',
].join('.');
const ARGO = [
  HEADER,
  ['eyJpc3MiOi', 'JhcmdvY2QifQ'].join(''),
  'Zm9vYmFyYmF6cXV4',
].join('.');
const BACKSTAGE = [
  ['eyJ0eXAiOi', 'J2bmQuYmFja3N0YWdlLnVzZXIifQ'].join(''),
  ['eyJzdWIiOi', 'J1c2VyOmRlZmF1bHQvYWxpY2UifQ'].join(''),
  'QUJDREVGR0hJSktM',
].join('.');
const ELASTIC = [
  'VnVhQ2ZHY0JDZGJrU',
  'W0tZTVvWDp1aTJscDJheFRObXN5YWt3OXR2TncxZw==',
].join('');
const KEY_TYPE = ['RSA', 'PRIVATE', 'KEY'].join(' ');

/** One of every kind that the operator has to do with. */
export const SECRETS = {
  githubClassic: fake(['ghp', 'a1B2'.repeat(9)].join('_')),
  githubFineGrained: fake(
    ['github', 'pat', `${'A1b2'.repeat(5)}C3`, 'x4Y5'.repeat(14)].join('_'),
  ),
  githubApp: fake(['ghs', 'Z9y8'.repeat(9)].join('_')),
  githubOAuth: fake(['gho', 'Q7w6'.repeat(9)].join('_')),
  githubRefresh: fake(['ghr', 'M5n4'.repeat(18)].join('_')),
  jwt: fake(JWT),
  argoCdToken: fake(ARGO, `argocd.token=${ARGO}; path=/`),
  backstageToken: fake(BACKSTAGE, `Authorization: Bearer ${BACKSTAGE}`),
  backstageStaticToken: fake(
    'k8Jq2xW'.repeat(4),
    `authorization: bearer ${'k8Jq2xW'.repeat(4)}`,
  ),
  basicAuth: fake(
    Buffer.from('bot:hunter2hunter2').toString('base64'),
    `Basic ${Buffer.from('bot:hunter2hunter2').toString('base64')}`,
  ),
  basicAuthUrl: fake('hunter2', 'https://bot:hunter2@github.example.com/x.git'),
  tokenUrl: fake('s3cr3ts3cr3t', 'https://s3cr3ts3cr3t@host.example.com/x'),
  queryToken: fake(
    's3cr3ts3cr3t',
    'https://host.example.com/x?a=1&access_token=s3cr3ts3cr3t&b=2',
  ),
  elasticApiKey: fake(ELASTIC, `ApiKey ${ELASTIC}`),
  slackToken: fake(
    ['xoxb', '123456789012', '1234567890123', 'AbCdEfGhIjKl'].join('-'),
  ),
  slackAppToken: fake(
    ['xapp', '1', 'A0123456789', 'abcdef0123456789'].join('-'),
  ),
  slackWebhook: fake(
    'B0123/s3cr3ts3cr3t',
    ['https://hooks.slack.com', 'services', 'T0123', 'B0123/s3cr3ts3cr3t'].join(
      '/',
    ),
  ),
  awsKey: fake(['AKIA', 'IOSFODNN7EXAMPLE'].join('')),
  privateKey: fake(
    'MIIEowIBAAKCAQEA',
    `-----BEGIN ${KEY_TYPE}-----\nMIIEowIBAAKCAQEA\n-----END ${KEY_TYPE}-----`,
  ),
  privateKeyCut: fake(
    'MIIEowIBAAKCAQEA',
    `-----BEGIN ${KEY_TYPE}-----\nMIIEowIBAAKCAQEA`,
  ),
  jsonField: fake('hunter2hunter2', '{"client_secret": "hunter2hunter2"}'),
} satisfies Record<string, Fake>;

export const EMAIL = ['jane.doe', 'example.com'].join('@');
