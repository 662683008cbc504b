import type {
  AuditEntry,
  AuditList,
  AuditRecord,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';

/** What is known of the audit of one rollback. Records never change, so what is known stays known. */
export interface Story {
  /** Oldest first. */
  entries: AuditEntry[];
  /** Cursor of what came before `entries`; absent when nothing did. */
  earlier?: string;
}

/** What happened between one move of the state machine and the next. */
export interface Chapter {
  /** `seq` of the move it begins with; 0 without one. */
  id: number;
  /** Absent for what came before the first move that is known. */
  move?: AuditEntry;
  /** What the rollback was in while it happened. */
  state: RollbackStateName;
  /** Without the move itself. */
  entries: AuditEntry[];
  /** `seq` of its last record. */
  until: number;
}

/** What is told in one line: a record, or several calls in a row that were answered. */
export type StoryLine =
  | { kind: 'record'; entry: AuditEntry }
  | { kind: 'calls'; entries: AuditEntry[] };

/** What the story can be narrowed to. */
export type StoryFilter = AuditRecord['actionType'] | 'trouble';

/** Fewer calls in a row than this are told one by one. */
const CALLS_TO_FOLD = 3;

const oldestFirst = (page: AuditList) => [...page.items].reverse();

/**
 * The story with the newest page of records, which comes newest first. Begins
 * anew when so much happened meanwhile that records in between may be missing.
 */
export function withNewest(story: Story | undefined, page: AuditList): Story {
  const items = oldestFirst(page);
  const last = story?.entries.at(-1)?.seq ?? 0;
  const news = items.filter(({ seq }) => seq > last);
  const mayLackSome =
    news.length === items.length && page.nextCursor !== undefined;
  if (!story || mayLackSome) {
    return { entries: items, earlier: page.nextCursor };
  }
  return news.length === 0
    ? story
    : { ...story, entries: [...story.entries, ...news] };
}

/** The story with the page before it, which comes newest first. */
export function withEarlier(story: Story, page: AuditList): Story {
  const first = story.entries[0]?.seq ?? Infinity;
  const items = oldestFirst(page).filter(({ seq }) => seq < first);
  return { entries: [...items, ...story.entries], earlier: page.nextCursor };
}

/**
 * The story in chapters: each begins with a move of the state machine. `now`
 * is what the rollback is in, for when no move is known.
 */
export function chaptersOf(
  entries: readonly AuditEntry[],
  now: RollbackStateName,
): Chapter[] {
  const chapters: Chapter[] = [];
  for (const entry of entries) {
    const { fsmState } = entry.record;
    const chapter = chapters.at(-1);
    if (fsmState) {
      if (chapter && !chapter.move) chapter.state = fsmState.before;
      const { seq } = entry;
      const state = fsmState.after;
      chapters.push({ id: seq, move: entry, state, entries: [], until: seq });
    } else if (chapter) {
      chapter.entries.push(entry);
      chapter.until = entry.seq;
    } else {
      const { seq } = entry;
      chapters.push({ id: 0, state: now, entries: [entry], until: seq });
    }
  }
  return chapters;
}

/** When a chapter began, ms epoch. */
export function startOf({ move, entries }: Chapter): number | undefined {
  return (move ?? entries[0])?.record.timestamp;
}

/** Whether a record says that something was not as it should be. */
export function isTrouble({ record }: AuditEntry): boolean {
  return record.level !== 'INFO';
}

/** Whether the filter lets a record through; without one, all are. */
export function passes(entry: AuditEntry, filter?: StoryFilter): boolean {
  if (filter === undefined) return true;
  return filter === 'trouble'
    ? isTrouble(entry)
    : entry.record.actionType === filter;
}

/** The chapters with what the filter lets through; those with nothing are left out. */
export function narrowed(
  chapters: readonly Chapter[],
  filter?: StoryFilter,
): Chapter[] {
  if (filter === undefined) return [...chapters];
  return chapters
    .map(chapter => ({
      ...chapter,
      entries: chapter.entries.filter(entry => passes(entry, filter)),
    }))
    .filter(
      ({ move, entries }) =>
        entries.length > 0 || (move !== undefined && passes(move, filter)),
    );
}

/** Records as lines: calls in a row that were answered need but one. */
export function linesOf(entries: readonly AuditEntry[]): StoryLine[] {
  const lines: StoryLine[] = [];
  let run: AuditEntry[] = [];
  function endRun() {
    if (run.length >= CALLS_TO_FOLD) {
      lines.push({ kind: 'calls', entries: run });
    } else {
      lines.push(...run.map(entry => ({ kind: 'record' as const, entry })));
    }
    run = [];
  }
  for (const entry of entries) {
    if (entry.record.actionType === 'MCP_CALL' && !isTrouble(entry)) {
      run.push(entry);
    } else {
      endRun();
      lines.push({ kind: 'record', entry });
    }
  }
  endRun();
  return lines;
}
