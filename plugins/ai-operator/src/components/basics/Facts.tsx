import type { ReactNode } from 'react';
import classes from './Facts.module.css';

/** A named value. */
export interface Fact {
  name: string;
  value: ReactNode;
}

/** Named values side by side; those without a value are left out. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts
        .filter(fact => fact.value !== undefined)
        .map(fact => (
          <div key={fact.name} className={classes.fact}>
            <dt className={classes.name}>{fact.name}</dt>
            <dd className={classes.value}>{fact.value}</dd>
          </div>
        ))}
    </dl>
  );
}
