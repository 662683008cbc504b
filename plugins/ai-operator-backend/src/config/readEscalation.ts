import { DEFAULTS } from './defaults';
import { readEntityRef } from './entityRefs';
import { headerName, httpUrl, oneLine, repositorySlug } from './formats';
import { Secret } from './secret';
import { Section } from './section';
import { NotifyConfig, OperatorConfig, PagerConfig } from './types';

function readNotify(section: Section): NotifyConfig {
  section.allow(['recipients', 'admins', 'broadcast']);
  const readRefs = (key: string) =>
    section.list(
      key,
      text => readEntityRef(text, []),
      "Write full entity refs, such as 'group:default/oncall' or 'user:default/alice'",
    );
  return {
    recipients: readRefs('recipients'),
    admins: readRefs('admins'),
    broadcast: section.boolean('broadcast', false),
  };
}

/** Section `escalation`: where people are asked, and who is told. A mistake in `notify` only keeps messages away. */
export function readEscalation(section: Section): OperatorConfig['escalation'] {
  section.allow(['repository', 'notify', 'mention']);
  return {
    repository: section.string('repository', repositorySlug),
    notify: readNotify(section.section('notify', 'degraded')),
    mention: section.string('mention', oneLine) ?? DEFAULTS.mention,
  };
}

function readHeaders(section: Section): Record<string, Secret> {
  const headers: Record<string, Secret> = {};
  for (const name of section.keys()) {
    const complaint = headerName(name);
    if (complaint) {
      section.report(
        name,
        `'${section.path}.${name}' was refused: ${complaint}`,
        "Write the name of a header, such as 'X-Api-Key'",
      );
    } else {
      const value = section.string(name, headerValue);
      if (value !== undefined) {
        headers[name] = new Secret(value);
      }
    }
  }
  return headers;
}

/** The value itself must not be in the complaint. */
function headerValue(value: string): string | undefined {
  return /^[\x20-\x7e]+$/.test(value) && value.length <= 4096
    ? undefined
    : 'a header is one line of plain characters';
}

/** Section `pager`; undefined when there is none or it cannot be used: then nobody is paged, and the problem says so. */
export function readPager(section: Section): PagerConfig | undefined {
  if (!section.present) {
    return undefined;
  }
  const webhook = section.allow(['webhook']).section('webhook');
  webhook.allow(['url', 'headers', 'token']);
  const url = webhook.string('url', httpUrl);
  if (!url) {
    webhook.report(
      'url',
      `'${webhook.path}' has no usable url, so nobody is paged when an escalation stays unanswered`,
      `Write the address that takes pages, and what it keeps secret under '${webhook.path}.token' or '${webhook.path}.headers'`,
    );
    return undefined;
  }
  const headers = readHeaders(webhook.section('headers'));
  const token = webhook.string('token', headerValue);
  const authorization = Object.keys(headers).find(
    name => name.toLowerCase() === 'authorization',
  );
  if (token && authorization) {
    webhook.report(
      'token',
      `'${webhook.path}' has both a token and a header '${authorization}'; the header is sent`,
      'Keep one of the two',
    );
  } else if (token) {
    headers.Authorization = new Secret(`Bearer ${token}`);
  }
  return { url, headers };
}
