import { DEFAULTS } from './defaults';
import { Section } from './section';
import { MetricsConfig } from './types';

/** Section `metrics`. A mistake in it leaves the door closed and stops nothing else. */
export function readMetrics(section: Section): MetricsConfig {
  section.allow(Object.keys(DEFAULTS.metrics));
  return {
    access: section.oneOf(
      'access',
      ['service', 'public'],
      DEFAULTS.metrics.access,
    ),
    scrapeInterval: section.duration(
      'scrapeInterval',
      DEFAULTS.metrics.scrapeInterval,
      value => (value > 3_600_000 ? 'it is longer than an hour' : undefined),
    ),
  };
}
