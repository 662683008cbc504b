import type {
  AuditEntry,
  AuditProblem,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { memo, useId, useState } from 'react';
import { CHAIN_LOOKS, personOf, problemWords } from '../../model';
import { UtcTime } from '../../time';
import { StatusIcon, toneClass } from '../basics';
import { PersonName } from '../people/PersonName';
import { KINDS } from './kinds';
import { RawRecord } from './RawRecord';
import { restOf } from './sentences';
import classes from './Story.module.css';

/** Opens and closes the record as it was written. */
export function RawToggle(props: {
  seq: number;
  open: boolean;
  controls: string;
  onToggle(): void;
}) {
  const { seq, open, controls, onToggle } = props;
  return (
    <button
      type="button"
      className={classes.raw}
      aria-expanded={open}
      aria-controls={open ? controls : undefined}
      aria-label={`Record ${seq} as it was written`}
      title="The record as it was written"
      onClick={onToggle}
    >
      #{seq}
    </button>
  );
}

/** Says that a record is not what was written. What cannot be read was not written by the operator, whoever has checked it. */
export function EntryProblem(props: {
  entry: AuditEntry;
  problem?: AuditProblem;
}) {
  const { entry, problem } = props;
  if (!problem && entry.record) return null;
  const { tone, icon } = CHAIN_LOOKS.broken;
  return (
    <span className={`${toneClass(tone)} ${classes.problem}`}>
      <StatusIcon icon={icon} tone={tone} />{' '}
      {problem
        ? problemWords(problem)
        : `record ${entry.seq} was tampered with: it cannot be read`}
    </span>
  );
}

/** Who acted, where it was not the operator itself; else what kind of thing happened. */
function Who({ entry }: { entry: AuditEntry }) {
  if (!entry.record) {
    return <span className={classes.kind}>Unreadable</span>;
  }
  const { actor, actionType } = entry.record;
  const { Icon, word } = KINDS[actionType];
  const person = personOf(actor);
  const other = actor === 'ai-operator' ? word : actor;
  return (
    <span className={classes.kind}>
      <Icon size={14} aria-hidden="true" />{' '}
      {person ? <PersonName person={person} /> : other}
    </span>
  );
}

/** One record: when, who or what, the sentence, and the record itself on demand. */
export const StoryEntry = memo(function StoryEntryView(props: {
  entry: AuditEntry;
  problem?: AuditProblem;
}) {
  const { entry, problem } = props;
  const { record, seq, title } = entry;
  const [open, setOpen] = useState(false);
  const id = useId();
  const rest = restOf(entry);
  return (
    <li className={classes.entry} data-level={record?.level ?? 'ERROR'}>
      <span className={classes.time}>
        {record && <UtcTime at={record.timestamp} />}
      </span>
      <Who entry={entry} />
      <span className={classes.words}>
        <span className={classes.title}>{title}</span> {rest}
        <EntryProblem entry={entry} problem={problem} />
      </span>
      <RawToggle
        seq={seq}
        open={open}
        controls={id}
        onToggle={() => setOpen(!open)}
      />
      {open && (
        <div id={id} className={classes.whole}>
          <RawRecord entry={entry} />
        </div>
      )}
    </li>
  );
});
