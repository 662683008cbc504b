import type { AuditEntry } from '@ai-operator/backstage-plugin-ai-operator-common';
import { passes, recordCount, type StoryFilter } from '../../model';
import { KINDS } from './kinds';
import classes from './StoryFilters.module.css';

const FILTERS: StoryFilter[] = [
  'trouble',
  'FSM_TRANSITION',
  'MCP_CALL',
  'INVARIANT_CHECK',
  'ESCALATION',
  'HUMAN_COMMAND',
  'ERROR',
];

const wordOf = (filter: StoryFilter) =>
  filter === 'trouble' ? 'Warnings and errors' : KINDS[filter].many;

function Choice(props: {
  word: string;
  count: number;
  pressed: boolean;
  onPress(): void;
}) {
  return (
    <li>
      <button
        type="button"
        className={classes.choice}
        aria-pressed={props.pressed}
        onClick={props.onPress}
      >
        {props.word} <span className={classes.count}>{props.count}</span>
      </button>
    </li>
  );
}

/**
 * Narrows the story to one kind of record; only kinds that occur are offered.
 * While there are earlier records nobody knows how many of a kind there are.
 */
export function StoryFilters(props: {
  entries: readonly AuditEntry[];
  /** There are earlier records, which are not counted. */
  partial: boolean;
  filter: StoryFilter | undefined;
  onChange(filter: StoryFilter | undefined): void;
}) {
  const { entries, partial, filter, onChange } = props;
  return (
    <ul className={classes.choices} aria-label="Filter the audit trail">
      <Choice
        word="Everything"
        count={entries.length}
        pressed={filter === undefined}
        onPress={() => onChange(undefined)}
      />
      {FILTERS.map(name => {
        const count = entries.filter(entry => passes(entry, name)).length;
        const pressed = filter === name;
        const offered = count > 0 || pressed || (partial && name === 'trouble');
        return offered ? (
          <Choice
            key={name}
            word={wordOf(name)}
            count={count}
            pressed={pressed}
            onPress={() => onChange(pressed ? undefined : name)}
          />
        ) : null;
      })}
      {partial && (
        <li className={classes.part}>
          of the latest {recordCount(entries.length)}
        </li>
      )}
    </ul>
  );
}
