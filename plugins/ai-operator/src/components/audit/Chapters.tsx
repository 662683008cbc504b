import { Button } from '@backstage/ui';
import type {
  AuditProblem,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  chaptersOf,
  narrowed,
  recordCount,
  startOf,
  type Chapter,
  type Story,
  type StoryFilter,
} from '../../model';
import { formatUtcDay } from '../../time';
import { Empty, ErrorNotice, Stack } from '../basics';
import { ChapterView } from './ChapterView';
import classes from './Story.module.css';
import { StoryFilters } from './StoryFilters';
import type { Earlier } from './useStory';

/** When the chapter began, if not on the same day as the one before it. */
function newDay(
  before: Chapter | undefined,
  chapter: Chapter,
): number | undefined {
  const at = startOf(chapter);
  const last = before && startOf(before);
  if (at === undefined) return undefined;
  return last === undefined || formatUtcDay(last) !== formatUtcDay(at)
    ? at
    : undefined;
}

function EarlierRecords({ earlier }: { earlier: Earlier }) {
  const { available, loading, error, load } = earlier;
  if (error) {
    return <ErrorNotice what="earlier records" error={error} onRetry={load} />;
  }
  return available ? (
    <div>
      <Button
        size="small"
        variant="secondary"
        isPending={loading}
        className={classes.earlier}
        onPress={load}
      >
        Show earlier records
      </Button>
    </div>
  ) : null;
}

/** What leads to earlier records goes away with the last of them; whoever pressed it goes on in the list. */
function useFocusAfter({ available, load }: Earlier) {
  const list = useRef<HTMLOListElement>(null);
  const pressed = useRef(false);
  useEffect(() => {
    if (available || !pressed.current) return;
    pressed.current = false;
    if (document.activeElement === document.body) list.current?.focus();
  }, [available]);
  async function onLoad() {
    pressed.current = true;
    await load();
  }
  return { list, onLoad };
}

/** The story chapter by chapter, oldest first; the last one is open. */
export function Chapters(props: {
  story: Story;
  /** Of the rollback, now. */
  state: RollbackStateName;
  earlier: Earlier;
  problems: readonly AuditProblem[];
}) {
  const { story, state, earlier, problems } = props;
  const [filter, setFilter] = useState<StoryFilter>();
  const chapters = useMemo(
    () => chaptersOf(story.entries, state),
    [story, state],
  );
  const shown = useMemo(() => narrowed(chapters, filter), [chapters, filter]);
  // What was the last chapter when the page was opened, and whatever comes after it.
  const [openFrom] = useState(() => story.entries.at(-1)?.seq ?? 0);
  const [toggled, setToggled] = useState<Record<number, boolean>>({});
  const onToggle = useCallback(
    (id: number, open: boolean) =>
      setToggled(before => ({ ...before, [id]: open })),
    [],
  );
  const { list, onLoad } = useFocusAfter(earlier);
  return (
    <Stack>
      <StoryFilters
        entries={story.entries}
        partial={earlier.available}
        filter={filter}
        onChange={next => {
          setFilter(next);
          setToggled({});
        }}
      />
      <EarlierRecords earlier={{ ...earlier, load: onLoad }} />
      {shown.length === 0 && (
        <Empty
          title={`No such record among the ${
            earlier.available ? 'latest ' : ''
          }${recordCount(story.entries.length)}`}
        />
      )}
      <ol
        ref={list}
        tabIndex={-1}
        className={classes.chapters}
        aria-label="Audit trail"
      >
        {shown.map((chapter, index) => (
          <ChapterView
            key={chapter.id}
            chapter={chapter}
            day={newDay(shown[index - 1], chapter)}
            open={
              toggled[chapter.id] ??
              (chapter.until >= openFrom ||
                (filter !== undefined && chapter.entries.length > 0))
            }
            fold={filter === undefined}
            problems={problems}
            onToggle={onToggle}
          />
        ))}
      </ol>
    </Stack>
  );
}
