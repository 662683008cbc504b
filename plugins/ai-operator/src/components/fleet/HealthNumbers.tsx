import {
  ENVIRONMENTS,
  MEASURED_HEALTH,
  type MeasuredHealth,
  type Overview,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { HEALTH_LOOKS } from '../../model';
import { StatusIcon, toneClass } from '../basics';
import classes from './HealthNumbers.module.css';
import { useFilters } from './useFilters';

const WORST_FIRST: MeasuredHealth[] = [...MEASURED_HEALTH].sort(
  (a, b) => severity(a) - severity(b),
);

function severity(health: MeasuredHealth): number {
  const order: MeasuredHealth[] = [
    'Degraded',
    'Missing',
    'Unknown',
    'NotMeasured',
    'Progressing',
    'Suspended',
    'Healthy',
  ];
  return order.indexOf(health);
}

/** How many applications there are of each health; a number narrows the table below to them. */
export function HealthNumbers(props: Pick<Overview, 'applications'>) {
  const { byHealth, byEnvironment, total } = props.applications;
  const { filters, setFilter } = useFilters();
  const present = WORST_FIRST.filter(health => (byHealth[health] ?? 0) > 0);
  if (total === 0) return null;
  return (
    <div className={classes.root}>
      <ul className={classes.list} aria-label="Applications by health">
        {present.map(health => {
          const { tone, icon, word } = HEALTH_LOOKS[health];
          const pressed = filters.health === health;
          return (
            <li key={health}>
              <button
                type="button"
                className={`${toneClass(tone)} ${classes.number}`}
                aria-pressed={pressed}
                onClick={() =>
                  setFilter('health', pressed ? undefined : health)
                }
              >
                <span className={classes.count}>{byHealth[health]}</span>
                <span className={classes.word}>
                  <StatusIcon icon={icon} tone={tone} /> {word}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <p className={classes.environments}>
        {total} {total === 1 ? 'application' : 'applications'}
        {ENVIRONMENTS.filter(environment => byEnvironment[environment]).map(
          environment => ` · ${byEnvironment[environment]} in ${environment}`,
        )}
      </p>
    </div>
  );
}
