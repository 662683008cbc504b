import { DEFAULTS } from './defaults';
import { httpUrl, withoutTrailingSlash } from './formats';
import { readBasicAuth } from './readBasicAuth';
import { Secret } from './secret';
import { Complaint, Section } from './section';
import { PrometheusConfig } from './types';

const PLACEHOLDERS = ['app', 'revision', 'environment', 'window'];

const queryTemplate: Complaint<string> = value => {
  if (value.includes('`')) {
    return 'it contains a backtick, and values cannot be written safely between those';
  }
  // A figure that does not depend on the revision would call every candidate stable.
  if (!value.includes('{revision}')) {
    return 'it does not contain {revision}';
  }
  const unknown = [...value.matchAll(/\{([a-z]+)\}/g)]
    .map(match => match[1])
    .find(name => !PLACEHOLDERS.includes(name));
  return unknown ? `{${unknown}} is no placeholder` : undefined;
};

function readAuth(section: Section): PrometheusConfig['auth'] {
  const token = section.string('token');
  if (token && (section.string('username') || section.string('password'))) {
    section.report(
      'token',
      `'${section.path}' has both a token and a username with password; the token is used`,
      'Keep one of the two',
    );
  }
  if (token) {
    return { kind: 'bearer', token: new Secret(token) };
  }
  return readBasicAuth(section);
}

/** Section `prometheus`; undefined when it is absent or cannot be used: then CI alone decides I5, and says so. */
export function readPrometheus(section: Section): PrometheusConfig | undefined {
  if (!section.present) {
    return undefined;
  }
  section.allow([
    'url',
    'query',
    'token',
    'username',
    'password',
    'requestTimeout',
  ]);
  const url = section.string('url', httpUrl);
  if (!url) {
    section.report(
      'url',
      `'${section.path}' has no usable url, so uptime is not measured and CI alone decides whether a candidate was stable`,
      'Write the address of a Prometheus server, such as https://prometheus.example.com',
    );
    return undefined;
  }
  return {
    url: withoutTrailingSlash(url),
    query:
      section.string(
        'query',
        queryTemplate,
        `Write PromQL with the placeholders ${PLACEHOLDERS.map(
          name => `{${name}}`,
        ).join(', ')} inside double quotes; {revision} must be among them`,
      ) ?? DEFAULTS.prometheus.query,
    auth: readAuth(section),
    requestTimeout: section.duration(
      'requestTimeout',
      DEFAULTS.prometheus.requestTimeout,
    ),
  };
}
