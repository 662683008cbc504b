import { useRouteRef } from '@backstage/core-plugin-api';
import { Link } from '@backstage/ui';
import type {
  RollbackDetail,
  TimelineEntry,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { STATE_TITLES } from '../../model';
import { rollbackRouteRef } from '../../routes';
import { UtcTime } from '../../time';
import { AUDIT_TRAIL_ANCHOR } from '../audit/anchor';
import { KINDS } from '../audit/kinds';
import { withoutTitle } from '../audit/sentences';
import { Empty, Section } from '../basics';
import classes from './Latest.module.css';

const SHOWN_ENTRIES = 8;

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

function Entry({ entry }: { entry: TimelineEntry }) {
  const { Icon, word } = KINDS[entry.kind];
  const rest = withoutTitle(entry.title, entry.because);
  const isTimed = rest.includes(`${entry.durationMs} ms`);
  const more = isTimed ? '' : details(entry);
  return (
    <li className={classes.entry} data-kind={entry.kind}>
      <span className={classes.time}>
        <UtcTime at={entry.at} />
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

/** What the operator saw, decided and did just now, newest first; the whole story is on the rollback's own page. */
export function Latest(
  props: Pick<RollbackDetail, 'correlationId' | 'timeline'>,
) {
  const { correlationId, timeline } = props;
  const rollbackPath = useRouteRef(rollbackRouteRef);
  const newest = [...timeline]
    .reverse()
    .sort((a, b) => b.at - a.at)
    .slice(0, SHOWN_ENTRIES);
  return (
    <Section title="Latest" aside="newest first, times in UTC">
      {newest.length === 0 ? (
        <Empty title="Nothing has been recorded yet" />
      ) : (
        <ol className={classes.list} aria-label="Latest">
          {newest.map(entry => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      <div className={classes.more}>
        <Link
          href={`${rollbackPath({ correlationId })}#${AUDIT_TRAIL_ANCHOR}`}
          variant="body-medium"
        >
          The whole story, record by record
        </Link>
      </div>
    </Section>
  );
}
