import { X509Certificate } from 'crypto';
import { DEFAULTS } from './defaults';
import { httpUrl, withoutTrailingSlash } from './formats';
import { readBasicAuth } from './readBasicAuth';
import { Secret } from './secret';
import { Complaint, Parsed, Section } from './section';
import { ElasticsearchConfig } from './types';

const DAY = 24 * 60 * 60_000;
const MAX_NODES = 50;
const MAX_LIFECYCLE_DAYS = 3660;

/** As Elasticsearch names indices, with room left for the day. */
const indexPrefix: Complaint<string> = value =>
  /^[a-z0-9][a-z0-9._-]{0,99}$/.test(value)
    ? undefined
    : 'an index may not be named like this';

/** `name:` and the base64 of `host$id…`, as Elastic Cloud shows it. */
const cloudId: Complaint<string> = value => {
  const [, encoded = '', ...more] = value.split(':');
  const [host, id] = Buffer.from(encoded, 'base64').toString('utf8').split('$');
  return /^[a-z0-9.-]+(?::\d{1,5})?$/i.test(host ?? '') && id && !more.length
    ? undefined
    : 'it is not a cloud id';
};

/** The value itself must not be in the complaint. */
const plainWord: Complaint<string> = value =>
  /^[\x21-\x7e]{1,4096}$/.test(value)
    ? undefined
    : 'it is not one line of plain characters without spaces';

const certificates: Complaint<string> = value => {
  const found = value.match(
    /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g,
  );
  if (!found) {
    return 'there is no PEM certificate in it';
  }
  try {
    found.forEach(pem => new X509Certificate(pem));
    return undefined;
  } catch {
    return 'a certificate in it cannot be read';
  }
};

function readAuth(section: Section): ElasticsearchConfig['auth'] {
  const apiKey = section.string(
    'apiKey',
    plainWord,
    "Write the API key as Kibana shows it under 'Encoded', or as id:api_key",
  );
  if (apiKey && (section.string('username') || section.string('password'))) {
    section.report(
      'apiKey',
      `'${section.path}' has both an API key and a username or password`,
      'Keep one of the two',
    );
  }
  if (apiKey) {
    // Encoded keys have no colon.
    const encoded = apiKey.includes(':')
      ? Buffer.from(apiKey, 'utf8').toString('base64')
      : apiKey;
    return { kind: 'apiKey', apiKey: new Secret(encoded) };
  }
  return readBasicAuth(section);
}

/** Nodes or a cloud id; one of them, never both. */
function readAddress(
  section: Section,
): Pick<ElasticsearchConfig, 'nodes' | 'cloudId'> | undefined {
  if (section.has('nodes') === section.has('cloudId')) {
    section.report(
      'nodes',
      section.has('nodes')
        ? `'${section.path}' has both nodes and a cloudId`
        : `'${section.path}' has no nodes, so the trail would not be shipped`,
      `Write either '${section.path}.nodes' (such as ['https://elasticsearch.example.com:9200']) or '${section.path}.cloudId'`,
    );
  }
  const id = section.string(
    'cloudId',
    cloudId,
    "Copy the cloud id of the deployment from Elastic Cloud, such as 'name:ZXUtd2VzdC0xLi4u'",
  );
  if (id !== undefined) {
    return { cloudId: id };
  }
  const nodes = section.list(
    'nodes',
    (text): Parsed<string> => {
      const complaint = httpUrl(text);
      return complaint ? { complaint } : { value: withoutTrailingSlash(text) };
    },
    "Write the addresses of Elasticsearch nodes, such as 'https://elasticsearch.example.com:9200'",
  );
  if (nodes.length > MAX_NODES) {
    section.report(
      'nodes',
      `'${section.path}.nodes' has more than ${MAX_NODES} entries`,
      'Write the address of the load balancer, or of the nodes that take requests',
    );
  }
  return nodes.length ? { nodes } : undefined;
}

/** Section `audit.elasticsearch`; undefined when it is absent, or has no usable address. */
export function readAuditElasticsearch(
  section: Section,
): ElasticsearchConfig | undefined {
  if (!section.present) {
    return undefined;
  }
  const defaults = DEFAULTS.auditElasticsearch;
  section.allow([
    'nodes',
    'cloudId',
    'apiKey',
    'username',
    'password',
    'tls',
    'kibanaUrl',
    ...Object.keys(defaults),
  ]);
  const address = readAddress(section);
  const kibanaUrl = section.string('kibanaUrl', httpUrl);
  const config = {
    auth: readAuth(section),
    ca: section
      .section('tls')
      .allow(['ca'])
      .string(
        'ca',
        certificates,
        "Write the certificate of the authority as PEM; a file is read with { $file: './elasticsearch-ca.pem' }",
      ),
    indexPrefix:
      section.string(
        'indexPrefix',
        indexPrefix,
        'Write lower-case letters, digits, dots, dashes and underscores, at most 100, the first one a letter or digit',
      ) ?? defaults.indexPrefix,
    lifecycle: section.duration(
      'lifecycle',
      defaults.lifecycle,
      value => (value < DAY ? 'it is shorter than a day' : undefined),
      MAX_LIFECYCLE_DAYS,
    ),
    requestTimeout: section.duration('requestTimeout', defaults.requestTimeout),
    ...(kibanaUrl && { kibanaUrl: withoutTrailingSlash(kibanaUrl) }),
  };
  return address && { ...address, ...config };
}
