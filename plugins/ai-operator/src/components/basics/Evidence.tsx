import type { InvariantVerdictView } from '@ai-operator/backstage-plugin-ai-operator-common';
import classes from './Evidence.module.css';
import { OutLink } from './links';

/** What a verdict rests on. */
export function Evidence({ evidence }: Pick<InvariantVerdictView, 'evidence'>) {
  if (evidence.length === 0) return null;
  return (
    <ul className={classes.evidence} aria-label="Evidence">
      {evidence.map(piece => (
        <li key={`${piece.label} ${piece.value}`}>
          <span className={classes.label}>{piece.label}</span>{' '}
          <OutLink href={piece.url}>{piece.value}</OutLink>
        </li>
      ))}
    </ul>
  );
}
