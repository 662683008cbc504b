import type {
  AuditSinkStatus,
  AuditStatus,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { recordCount, SINK_LOOKS, SINK_TITLES } from '../../model';
import { Ago, formatExact, formatMoment, useNow } from '../../time';
import { PolledView, Section, Stack, Status } from '../basics';
import { ChainProblems, WholeChain } from './ChainLine';
import classes from './TrailHealth.module.css';
import { useTrailStatus } from './trailStatus';

/** `02:10`, with the day where that is another one; the exact time on hover. */
function Since({ at }: { at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {formatMoment(at, now)}
    </time>
  );
}

function Backlog(props: { sink: AuditSinkStatus; stopsMerges: boolean }) {
  const { sink, stopsMerges } = props;
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
      {stopsMerges &&
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

function Sink(props: { sink: AuditSinkStatus; stopsMerges: boolean }) {
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

function Health({ status }: { status: AuditStatus }) {
  const { chain, sinks, anchor } = status;
  return (
    <Stack>
      <div>
        <WholeChain status={status} />
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
              stopsMerges={status.productionMergesStopped !== undefined}
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
  return (
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
        {status => <Health status={status} />}
      </PolledView>
    </Section>
  );
}
