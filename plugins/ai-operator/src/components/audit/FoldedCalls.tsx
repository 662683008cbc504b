import type {
  AuditEntry,
  AuditProblem,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import { useState } from 'react';
import { callsOf, problemOf } from '../../model';
import { UtcTime } from '../../time';
import { KINDS } from './kinds';
import classes from './Story.module.css';
import { StoryEntry } from './StoryEntry';

const { Icon, word } = KINDS.MCP_CALL;

/** `argocd.getApplicationHealth` three times is said once. */
function namesOf(entries: readonly AuditEntry[]): string {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const name = entry.record?.mcpCall?.name ?? entry.title;
    counts.set(name, (counts.get(name) ?? 0) + callsOf(entry));
  }
  return [...counts]
    .map(([name, count]) => (count === 1 ? name : `${name} (${count})`))
    .join(', ');
}

/** Calls in a row that were answered: one line, each of them on demand. */
export function FoldedCalls(props: {
  entries: AuditEntry[];
  problems: readonly AuditProblem[];
}) {
  const { entries, problems } = props;
  // One that is not what was written must not hide in a fold.
  const bad = entries.some(({ seq }) => problemOf(seq, problems));
  const [chosen, setChosen] = useState<boolean>();
  const open = chosen ?? bad;
  const at = entries[0].record?.timestamp;
  const calls = entries.reduce((sum, entry) => sum + callsOf(entry), 0);
  const Arrow = open ? RiArrowDownSLine : RiArrowRightSLine;
  return (
    <>
      <li className={classes.entry}>
        <span className={classes.time}>
          {at !== undefined && <UtcTime at={at} />}
        </span>
        <span className={classes.kind}>
          <Icon size={14} aria-hidden="true" /> {word}s
        </span>
        <span className={classes.words}>
          <button
            type="button"
            className={classes.fold}
            aria-expanded={open}
            onClick={() => setChosen(!open)}
          >
            <Arrow size={16} aria-hidden="true" />
            {calls} calls answered
          </button>{' '}
          <span className={classes.names}>{namesOf(entries)}</span>
        </span>
      </li>
      {open &&
        entries.map(entry => (
          <StoryEntry
            key={entry.seq}
            entry={entry}
            problem={problemOf(entry.seq, problems)}
          />
        ))}
    </>
  );
}
