import { Text } from '@backstage/ui';
import type { HealthCheckView } from '@ai-operator/backstage-plugin-ai-operator-common';
import { HEALTH_LOOKS } from '../../model';
import { Ago, formatExact } from '../../time';
import { toneClass } from '../basics';
import classes from './ChecksStrip.module.css';

/** More than this many checks cannot be told apart at a glance. */
const SHOWN_CHECKS = 30;

/** Room for a number of two digits. */
const CHECK_WIDTH_PX = 22;

function replicasOf(check: HealthCheckView): string | undefined {
  if (!check.replicas) return undefined;
  return check.replicas.known
    ? `${check.replicas.available}/${check.replicas.desired} replicas`
    : `replicas unknown: ${check.replicas.because}`;
}

function describe(check: HealthCheckView): string {
  return [
    `${HEALTH_LOOKS[check.health].word} at ${formatExact(check.at)}`,
    check.streak > 0 ? `degraded check ${check.streak} in a row` : undefined,
    replicasOf(check),
    check.because,
  ]
    .filter(Boolean)
    .join(' · ');
}

const MARKS: Partial<Record<HealthCheckView['health'], string>> = {
  NotMeasured: '?',
  Unknown: '?',
  Missing: '!',
  Progressing: '~',
  Suspended: '=',
};

function mark(check: HealthCheckView): string {
  if (check.streak > 0) return String(check.streak);
  return MARKS[check.health] ?? (check.health === 'Degraded' ? '×' : '');
}

function summary(checks: HealthCheckView[]): string {
  const counts = new Map<string, number>();
  for (const check of checks) {
    const { word } = HEALTH_LOOKS[check.health];
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = [...counts].map(([word, count]) => `${count} ${word}`);
  return `Last ${checks.length} checks: ${parts.join(', ')}`;
}

/** The latest health checks, newest at the right; a number counts degraded checks in a row. */
export function ChecksStrip({ checks }: { checks: HealthCheckView[] }) {
  const shown = [...checks].sort((a, b) => a.at - b.at).slice(-SHOWN_CHECKS);
  const newest = shown.at(-1);
  if (!newest) {
    return (
      <Text as="p" color="secondary">
        No health check has been recorded yet; the first one comes with the next
        tick of the operator.
      </Text>
    );
  }
  return (
    <div
      className={classes.root}
      style={{ width: shown.length * CHECK_WIDTH_PX }}
    >
      <div className={classes.strip} role="img" aria-label={summary(shown)}>
        {shown.map(check => (
          <span
            key={check.at}
            className={`${toneClass(HEALTH_LOOKS[check.health].tone)} ${
              classes.check
            }`}
            data-health={check.health}
            title={describe(check)}
          >
            {mark(check)}
          </span>
        ))}
      </div>
      <div className={classes.legend}>
        <span>newest check right</span>
        <Ago at={newest.at} />
      </div>
    </div>
  );
}
