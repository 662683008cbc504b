import type {
  AuditSinkStatus,
  AuditStatus,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { recordCount, SINK_LOOKS, SINK_TITLES, stopsMerges } from '../../model';
import { Ago, formatExact, formatUtcMoment, useNow } from '../../time';
import type { Polled } from '../../polling';
import { PolledView, Section, Stack, Status } from '../basics';
import { AUDIT_TRAIL_ANCHOR, useAnchor } from './anchor';
import { ChainProblems, WholeChain } from './ChainLine';
import classes from './TrailHealth.module.css';
import { useTrailStatus } from './trailStatus';

/** `02:10 UTC`, with the day where that is another one; the exact time on hover. */
function Since({ at }: { at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {formatUtcMoment(at, now)}
    </time>
  );
}

function Backlog(props: { sink: AuditSinkStatus; stops: boolean }) {
  const { sink, stops } = props;
  const { backlog, waitingSince, status } = sink;
  if (backlog === 0) return null;
  return (
    <div className={classes.backlog}>
      {recordCount(backlog)} {backlog === 1 ? 'waits' : 'wait'} for{' '}
      {SINK_TITLES[sink.kind]}
      {waitingSince !== undefined && (
        <>
          {' '}
          since <Since at={waitingSince} />
        </>
      )}
      {stops &&
        status === 'waiting' &&
        '; production merges are stopped until they are there'}
    </div>
  );
}

function SetAside({ sink }: { sink: AuditSinkStatus }) {
  const { setAside, setAsideLatest } = sink;
  const title = SINK_TITLES[sink.kind];
  if (setAside === 0) return null;
  return (
    <details className={classes.aside}>
      <summary>
        {recordCount(setAside)} {setAside === 1 ? 'is' : 'are'} refused by{' '}
        {title}
      </summary>
      <p>
        They stay in the database, and are tried again every hour. The latest:
      </p>
      <ul className={classes.list} aria-label={`Refused by ${title}`}>
        {setAsideLatest.map(({ seq, at, because }) => (
          <li key={seq}>
            <strong>Record {seq}</strong>, <Ago at={at} />: {because}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Sink(props: { sink: AuditSinkStatus; stops: boolean }) {
  const { sink } = props;
  const { status, because, shippedAt } = sink;
  return (
    <li className={classes.row}>
      <Status look={SINK_LOOKS[status]} />
      <span>{sink.name}</span>
      <div className={classes.words}>
        <Backlog {...props} />
        <div className={classes.because}>
          {because}
          {shippedAt !== undefined && (
            <>
              {' '}
              Last record shipped <Ago at={shippedAt} />.
            </>
          )}
        </div>
        <SetAside sink={sink} />
      </div>
    </li>
  );
}

function Health(props: { status: AuditStatus; polled: Polled<AuditStatus> }) {
  const { status, polled } = props;
  const { chain, sinks, anchor } = status;
  return (
    <Stack>
      <div>
        <WholeChain status={polled} />
        <ChainProblems problems={chain.problems} />
        {anchor && (
          <div className={classes.because}>
            Records up to number {anchor.seq} were removed after their
            retention; the chain goes on from the hash of the last of them.
          </div>
        )}
      </div>
      {sinks.length === 0 ? (
        <div className={classes.because}>
          The database is the audit trail; it is shipped nowhere else.
        </div>
      ) : (
        <ul className={classes.list} aria-label="Where the trail is shipped to">
          {sinks.map(sink => (
            <Sink
              key={`${sink.kind} ${sink.name}`}
              sink={sink}
              stops={stopsMerges(status, sink.name)}
            />
          ))}
        </ul>
      )}
    </Stack>
  );
}

/** Whether the audit trail is what was written, and whether it gets where it should. */
export function TrailHealth() {
  const polled = useTrailStatus();
  const head = polled.data?.head;
  const anchor = useAnchor(polled.data !== undefined);
  return (
    <div id={AUDIT_TRAIL_ANCHOR} ref={anchor}>
      <Section
        title="Audit trail"
        aside={
          head && (
            <>
              record {head.seq} written <Ago at={head.at} />
            </>
          )
        }
      >
        <PolledView what="the state of the audit trail" polled={polled}>
          {status => <Health status={status} polled={polled} />}
        </PolledView>
      </Section>
    </div>
  );
}
