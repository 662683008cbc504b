import classes from './people.module.css';

/** What GitHub still demands before it lets a pull request be merged. */
export function DemandList({ demands }: { demands: readonly string[] }) {
  return (
    <ul className={classes.demands} aria-label="What GitHub still demands">
      {demands.map(demand => (
        <li key={demand}>{demand}</li>
      ))}
    </ul>
  );
}

/** The same with its title; nothing when GitHub demands nothing. */
export function Demands({ demands }: { demands: readonly string[] }) {
  return demands.length === 0 ? null : (
    <div>
      <strong>GitHub still demands:</strong>
      <DemandList demands={demands} />
    </div>
  );
}
