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
  /** How many records that is, the move included where it is one of those asked for. */
  count: number;
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

/** Whether the newest records go back to what is known, so that none is missing in between. */
export function meets({ entries }: Story, page: AuditList): boolean {
  const oldest = page.items.at(-1)?.seq;
  return (
    page.nextCursor === undefined ||
    oldest === undefined ||
    oldest < (entries[0]?.seq ?? 0) ||
    entries.some(({ seq }) => seq === oldest)
  );
}

/**
 * The story with the newest records, which come newest first. Begins anew when
 * they do not go back to what is known.
 */
export function withNewest(story: Story | undefined, page: AuditList): Story {
  const items = oldestFirst(page);
  if (!story || !meets(story, page)) {
    return { entries: items, earlier: page.nextCursor };
  }
  // One that was added to the trail from outside may stand anywhere.
  const known = new Set(story.entries.map(({ seq }) => seq));
  const news = items.filter(({ seq }) => !known.has(seq));
  if (news.length === 0) return story;
  const goesFurtherBack = items[0].seq < (story.entries[0]?.seq ?? Infinity);
  return {
    entries: [...story.entries, ...news].sort((a, b) => a.seq - b.seq),
    earlier: goesFurtherBack ? page.nextCursor : story.earlier,
  };
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
    const fsmState = entry.record?.fsmState;
    const chapter = chapters.at(-1);
    if (fsmState) {
      if (chapter && !chapter.move) chapter.state = fsmState.before;
      const { seq } = entry;
      const state = fsmState.after;
      chapters.push({
        id: seq,
        move: entry,
        state,
        entries: [],
        count: 1,
        until: seq,
      });
    } else if (chapter) {
      chapter.entries.push(entry);
      chapter.count += 1;
      chapter.until = entry.seq;
    } else {
      const { seq } = entry;
      chapters.push({
        id: 0,
        state: now,
        entries: [entry],
        count: 1,
        until: seq,
      });
    }
  }
  return chapters;
}

/** When a chapter began, ms epoch; undefined where no record of it can be read. */
export function startOf({ move, entries }: Chapter): number | undefined {
  return (move ?? entries.find(({ record }) => record))?.record?.timestamp;
}

/** Whether a record says that something was not as it should be; one that cannot be read always does. */
export function isTrouble({ record }: AuditEntry): boolean {
  return record?.level !== 'INFO';
}

/** For how many calls a record stands: those of healthy polling are told added up. */
export function callsOf({ record }: AuditEntry): number {
  const calls = record?.metadata.calls;
  return typeof calls === 'number' && calls > 0 ? calls : 1;
}

/** Whether the filter lets a record through; without one, all are. */
export function passes(entry: AuditEntry, filter?: StoryFilter): boolean {
  if (filter === undefined) return true;
  return filter === 'trouble'
    ? isTrouble(entry)
    : entry.record?.actionType === filter;
}

/** The chapters with what the filter lets through; those with nothing are left out. */
export function narrowed(
  chapters: readonly Chapter[],
  filter?: StoryFilter,
): Chapter[] {
  if (filter === undefined) return [...chapters];
  return chapters
    .map(chapter => {
      const { move } = chapter;
      const entries = chapter.entries.filter(entry => passes(entry, filter));
      const count = entries.length + (move && passes(move, filter) ? 1 : 0);
      return { ...chapter, entries, count };
    })
    .filter(({ count }) => count > 0);
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
    if (entry.record?.actionType === 'MCP_CALL' && !isTrouble(entry)) {
      run.push(entry);
    } else {
      endRun();
      lines.push({ kind: 'record', entry });
    }
  }
  endRun();
  return lines;
}
