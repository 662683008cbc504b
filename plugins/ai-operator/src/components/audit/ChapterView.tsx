import type {
  AuditEntry,
  AuditProblem,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { memo, useId, useMemo } from 'react';
import { linesOf, problemOf, type Chapter } from '../../model';
import { formatUtcDay } from '../../time';
import { ChapterHead, chapterTitle } from './ChapterHead';
import { FoldedCalls } from './FoldedCalls';
import classes from './Story.module.css';
import { StoryEntry } from './StoryEntry';

function Lines(props: {
  name: string;
  entries: AuditEntry[];
  fold: boolean;
  problems: readonly AuditProblem[];
}) {
  const { entries, fold, problems } = props;
  const lines = useMemo(
    () =>
      fold
        ? linesOf(entries)
        : entries.map(entry => ({ kind: 'record' as const, entry })),
    [entries, fold],
  );
  return (
    <ol className={classes.list} aria-label={props.name}>
      {lines.map(line =>
        line.kind === 'calls' ? (
          <FoldedCalls
            key={line.entries[0].seq}
            entries={line.entries}
            problems={problems}
          />
        ) : (
          <StoryEntry
            key={line.entry.seq}
            entry={line.entry}
            problem={problemOf(line.entry.seq, problems)}
          />
        ),
      )}
    </ol>
  );
}

/** One move of the state machine, why it was made, and below it what happened until the next one. */
export const ChapterView = memo(function ChapterOfStory(props: {
  chapter: Chapter;
  /** When it began, where that is another day than the chapter before, ms epoch. */
  day?: number;
  open: boolean;
  /** Tell answered calls in a row in one line. */
  fold: boolean;
  problems: readonly AuditProblem[];
  onToggle(id: number, open: boolean): void;
}) {
  const { chapter, day, open, fold, problems, onToggle } = props;
  const { id, entries } = chapter;
  const bodyId = useId();
  return (
    <li className={classes.chapter}>
      {day !== undefined && (
        <div className={classes.day}>{formatUtcDay(day)}, UTC</div>
      )}
      <ChapterHead
        chapter={chapter}
        problems={problems}
        open={open}
        controls={bodyId}
        onToggle={() => onToggle(id, !open)}
      />
      {open && entries.length > 0 && (
        <div id={bodyId} className={classes.body}>
          <Lines
            name={chapterTitle(chapter)}
            entries={entries}
            fold={fold}
            problems={problems}
          />
        </div>
      )}
    </li>
  );
});
