import type { AuditProblem } from '@ai-operator/backstage-plugin-ai-operator-common';
import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import { useId, useState } from 'react';
import {
  CHAIN_LOOKS,
  isTrouble,
  problemOf,
  recordCount,
  startOf,
  STATE_TITLES,
  type Chapter,
} from '../../model';
import { UtcTime } from '../../time';
import { Status } from '../basics';
import { RawRecord } from './RawRecord';
import classes from './Story.module.css';
import { EntryProblem, RawToggle } from './StoryEntry';

/** How a chapter is called. */
export function chapterTitle({ state, move }: Chapter): string {
  if (move) return STATE_TITLES[state];
  return state === 'Idle'
    ? 'Before it began'
    : `${STATE_TITLES[state]}, continued`;
}

function Warnings({ move, entries }: Pick<Chapter, 'move' | 'entries'>) {
  const own = move && isTrouble(move) ? 1 : 0;
  const count = entries.filter(isTrouble).length + own;
  if (count === 0) return null;
  const word = count === 1 ? '1 warning' : `${count} warnings`;
  return <Status look={{ tone: 'warning', icon: 'attention', word }} />;
}

/** When, and what the rollback came to; opens and closes what is below, where there is anything. */
function Heading(props: {
  chapter: Chapter;
  open: boolean;
  controls: string;
  onToggle(): void;
}) {
  const { chapter, open, controls, onToggle } = props;
  const at = startOf(chapter);
  const words = (
    <>
      <span className={classes.time}>
        {at !== undefined && <UtcTime at={at} />}
      </span>
      <span>{chapterTitle(chapter)}</span>
    </>
  );
  if (chapter.entries.length === 0) {
    return (
      <h4 className={classes.heading}>
        <span className={classes.plain}>{words}</span>
      </h4>
    );
  }
  const Arrow = open ? RiArrowDownSLine : RiArrowRightSLine;
  return (
    <h4 className={classes.heading}>
      <button
        type="button"
        className={classes.toggle}
        aria-expanded={open}
        aria-controls={open ? controls : undefined}
        onClick={onToggle}
      >
        <Arrow size={18} aria-hidden="true" />
        {words}
      </button>
    </h4>
  );
}

/** The head of a chapter: the move it begins with, why it was made, and what to expect below. */
export function ChapterHead(props: {
  chapter: Chapter;
  problems: readonly AuditProblem[];
  open: boolean;
  /** Id of what the heading opens. */
  controls: string;
  onToggle(): void;
}) {
  const { chapter, problems } = props;
  const { move, entries, count } = chapter;
  const [raw, setRaw] = useState(false);
  const rawId = useId();
  const broken = entries.some(
    ({ record, seq }) => !record || problemOf(seq, problems),
  );
  return (
    <div className={classes.head}>
      <Heading
        chapter={chapter}
        open={props.open}
        controls={props.controls}
        onToggle={props.onToggle}
      />
      <span className={classes.count}>
        {broken && <Status look={CHAIN_LOOKS.broken} />}
        <Warnings move={move} entries={entries} />
        {count > 0 && recordCount(count)}
      </span>
      {move && (
        <RawToggle
          seq={move.seq}
          open={raw}
          controls={rawId}
          onToggle={() => setRaw(!raw)}
        />
      )}
      {move && (
        <p className={classes.because}>
          {move.record?.reasoning}
          <EntryProblem entry={move} problem={problemOf(move.seq, problems)} />
        </p>
      )}
      {move && raw && (
        <div id={rawId} className={classes.whole}>
          <RawRecord entry={move} />
        </div>
      )}
    </div>
  );
}
