import { stringifyApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { inForce } from '../../model';
import { useNow } from '../../time';
import { Section } from '../basics';
import { PauseControl } from './PauseControl';
import { PauseWords } from './PauseBanner';
import classes from './PausedApplications.module.css';
import { usePauses } from './pauses';

/** More than these are found in the table of applications. */
const SHOWN = 20;

/** Applications that are paused one by one, with who, why and until when. */
export function PausedApplications() {
  const { pauses = [] } = usePauses();
  const now = useNow();
  const paused = pauses.filter(
    pause => pause.application && inForce(pause, now),
  );
  return paused.length === 0 ? null : (
    <Section title="Paused applications" aside={paused.length}>
      <ul className={classes.list} aria-label="Paused applications">
        {paused.slice(0, SHOWN).map(pause => (
          <li key={pause.id} className={classes.item}>
            <div className={classes.words}>
              <strong>{pause.application?.name}</strong>{' '}
              <span className={classes.key}>
                {pause.application &&
                  stringifyApplicationKey(pause.application)}
              </span>
              <PauseWords pause={pause} />
            </div>
            <PauseControl application={pause.application} />
          </li>
        ))}
      </ul>
      {paused.length > SHOWN && <p>and {paused.length - SHOWN} more</p>}
    </Section>
  );
}
