import {
  ENVIRONMENTS,
  MEASURED_HEALTH,
  ROLLBACK_STATES,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Button, SearchField, Select } from '@backstage/ui';
import { useEffect, useRef, useState } from 'react';
import { HEALTH_LOOKS, STATE_TITLES } from '../../model';
import classes from './FilterBar.module.css';
import type { Filters } from './useFilters';

const ANY = 'any';

/** Typing is over when nothing came for this long. */
const TYPING_PAUSE_MS = 300;

const any = { value: ANY, label: 'Any' };

const ENVIRONMENT_OPTIONS = [
  any,
  ...ENVIRONMENTS.map(value => ({ value, label: value })),
];

const HEALTH_OPTIONS = [
  any,
  ...MEASURED_HEALTH.map(value => ({
    value,
    label: HEALTH_LOOKS[value].word,
  })),
];

const STATE_OPTIONS = [
  any,
  ...ROLLBACK_STATES.filter(state => state !== 'Idle').map(value => ({
    value,
    label: STATE_TITLES[value],
  })),
];

function TextFilter(props: {
  text: string | undefined;
  onChange(text: string | undefined): void;
}) {
  const { text, onChange } = props;
  const [typed, setTyped] = useState(text ?? '');
  const handler = useRef(onChange);
  handler.current = onChange;
  useEffect(() => setTyped(text ?? ''), [text]);
  useEffect(() => {
    if (typed === (text ?? '')) return undefined;
    const timer = setTimeout(
      () => handler.current(typed || undefined),
      TYPING_PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [typed, text]);
  return (
    <SearchField
      label="Name"
      placeholder="Part of the name"
      size="small"
      value={typed}
      onChange={setTyped}
      className={classes.text}
    />
  );
}

/** The filters of the fleet table. */
export function FilterBar(props: {
  filters: Filters;
  setFilter(name: keyof Filters, value: string | undefined): void;
  clear(): void;
}) {
  const { filters, setFilter, clear } = props;
  const choose = (name: keyof Filters) => (value: unknown) =>
    setFilter(
      name,
      typeof value === 'string' && value !== ANY ? value : undefined,
    );
  const narrowed = Object.values(filters).some(Boolean);
  return (
    <div className={classes.bar} role="search" aria-label="Filter applications">
      <TextFilter
        text={filters.text}
        onChange={text => setFilter('text', text)}
      />
      <Select
        label="Environment"
        size="small"
        options={ENVIRONMENT_OPTIONS}
        value={filters.environment ?? ANY}
        onChange={choose('environment')}
      />
      <Select
        label="Health"
        size="small"
        options={HEALTH_OPTIONS}
        value={filters.health ?? ANY}
        onChange={choose('health')}
      />
      <Select
        label="Rollback"
        size="small"
        options={STATE_OPTIONS}
        value={filters.state ?? ANY}
        onChange={choose('state')}
      />
      {narrowed && (
        <Button size="small" variant="tertiary" onPress={clear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}
