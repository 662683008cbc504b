import type { AuditEntry } from '@ai-operator/backstage-plugin-ai-operator-common';
import { passes, type StoryFilter } from '../../model';
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

/** Narrows the story to one kind of record; only kinds that occur are offered. */
export function StoryFilters(props: {
  entries: readonly AuditEntry[];
  filter: StoryFilter | undefined;
  onChange(filter: StoryFilter | undefined): void;
}) {
  const { entries, filter, onChange } = props;
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
        return count === 0 && !pressed ? null : (
          <Choice
            key={name}
            word={wordOf(name)}
            count={count}
            pressed={pressed}
            onPress={() => onChange(pressed ? undefined : name)}
          />
        );
      })}
    </ul>
  );
}
