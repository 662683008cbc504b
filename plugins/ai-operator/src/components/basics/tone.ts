import type { Tone } from '../../model';
import classes from './tones.module.css';

/** Class that sets `--tone-fg`, `--tone-bg` and `--tone-border` for everything inside. */
export function toneClass(tone: Tone): string {
  return tone === 'neutral' ? classes.tone : `${classes.tone} ${classes[tone]}`;
}
