import { Button, Text } from '@backstage/ui';
import {
  RiArrowRightLine,
  RiErrorWarningLine,
  RiLinksLine,
  RiListCheck3,
  RiNotification3Line,
  RiUserLine,
  type RemixiconComponentType,
} from '@remixicon/react';
import { useState } from 'react';
import type {
  RollbackDetail,
  TimelineEntry,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { STATE_TITLES } from '../../model';
import { ClockTime } from '../../time';
import { Empty, Section } from '../basics';
import classes from './Timeline.module.css';

const KINDS: Record<
  TimelineEntry['kind'],
  { Icon: RemixiconComponentType; word: string }
> = {
  FSM_TRANSITION: { Icon: RiArrowRightLine, word: 'Step' },
  MCP_CALL: { Icon: RiLinksLine, word: 'Call' },
  INVARIANT_CHECK: { Icon: RiListCheck3, word: 'Invariants' },
  ESCALATION: { Icon: RiNotification3Line, word: 'Escalation' },
  HUMAN_COMMAND: { Icon: RiUserLine, word: 'Person' },
  ERROR: { Icon: RiErrorWarningLine, word: 'Error' },
};

const FIRST_ENTRIES = 12;

function details(entry: TimelineEntry): string {
  const { durationMs, retryCount } = entry;
  return [
    durationMs !== undefined && `${durationMs} ms`,
    retryCount && `${retryCount} ${retryCount === 1 ? 'retry' : 'retries'}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function titleOf({ title, from, to }: TimelineEntry): string {
  return from && to ? `${STATE_TITLES[from]} → ${STATE_TITLES[to]}` : title;
}

/** The reason without what the title has said already. */
function restOf({ title, because }: TimelineEntry): string {
  return because.startsWith(title)
    ? because.slice(title.length).trim()
    : because;
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { Icon, word } = KINDS[entry.kind];
  const rest = restOf(entry);
  const isTimed = rest.includes(`${entry.durationMs} ms`);
  const more = isTimed ? '' : details(entry);
  return (
    <li className={classes.entry} data-kind={entry.kind}>
      <span className={classes.time}>
        <ClockTime at={entry.at} />
      </span>
      <span className={classes.kind}>
        <Icon size={14} aria-hidden="true" /> {word}
      </span>
      <span className={classes.words}>
        <span className={classes.title}>{titleOf(entry)}</span>{' '}
        {rest && <span>{rest}</span>}
        {more && <span className={classes.details}>{more}</span>}
      </span>
    </li>
  );
}

/** What the operator saw, decided and did, newest first. */
export function Timeline(
  props: Pick<RollbackDetail, 'timeline' | 'timelineOmitted'>,
) {
  const [all, setAll] = useState(false);
  const newestFirst = [...props.timeline].reverse().sort((a, b) => b.at - a.at);
  const shown = all ? newestFirst : newestFirst.slice(0, FIRST_ENTRIES);
  const hidden = newestFirst.length - shown.length;
  return (
    <Section title="Timeline" aside="newest first">
      {newestFirst.length === 0 ? (
        <Empty title="Nothing has been recorded yet" />
      ) : (
        <ol className={classes.list}>
          {shown.map(entry => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {hidden > 0 && (
        <Button
          size="small"
          variant="secondary"
          className={classes.button}
          onPress={() => setAll(true)}
        >
          {`Show ${hidden} older`}
        </Button>
      )}
      {hidden === 0 && Boolean(props.timelineOmitted) && (
        <Text as="p" variant="body-small" color="secondary">
          {props.timelineOmitted} older entries are in the audit only.
        </Text>
      )}
    </Section>
  );
}
