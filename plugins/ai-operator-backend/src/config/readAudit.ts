import { isAbsolute } from 'path';
import { DEFAULTS } from './defaults';
import { readAuditElasticsearch } from './readAuditElasticsearch';
import { Section } from './section';
import { AuditConfig } from './types';

const DAY = 24 * 60 * 60_000;

/** Laws ask for years. */
const MAX_RETENTION_DAYS = 3660;

function readFile(section: Section): AuditConfig['file'] {
  if (!section.present) {
    return undefined;
  }
  section.allow(['path']);
  const howToMend =
    "Write the whole path of a file, such as '/var/lib/backstage/ai-operator-audit.jsonl'";
  if (!section.has('path')) {
    section.report('path', `'${section.path}' has no path`, howToMend);
  }
  const path = section.string(
    'path',
    value =>
      isAbsolute(value) && !value.endsWith('/') && !value.includes('\0')
        ? undefined
        : 'it is not the whole path of a file',
    howToMend,
  );
  return path === undefined ? undefined : { path };
}

/**
 * Section `audit`. Mistakes are fatal: a trail that is not written where
 * somebody relies on it must not look as if it were.
 */
export function readAudit(section: Section): AuditConfig {
  section.allow([...Object.keys(DEFAULTS.audit), 'elasticsearch', 'file']);
  const defaults = DEFAULTS.audit;
  return {
    retention: section.duration(
      'retention',
      defaults.retention,
      // The database itself refuses to forget anything younger.
      value => (value < 90 * DAY ? 'it is shorter than 90 days' : undefined),
      MAX_RETENTION_DAYS,
    ),
    productionMergesNeedTrail: section.boolean(
      'productionMergesNeedTrail',
      defaults.productionMergesNeedTrail,
    ),
    stopMergesAfter: section.duration(
      'stopMergesAfter',
      defaults.stopMergesAfter,
    ),
    verifyInterval: section.duration('verifyInterval', defaults.verifyInterval),
    elasticsearch: readAuditElasticsearch(section.section('elasticsearch')),
    file: readFile(section.section('file')),
  };
}
