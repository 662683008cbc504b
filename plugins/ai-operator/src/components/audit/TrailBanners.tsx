import { useRouteRef } from '@backstage/core-plugin-api';
import { Alert, Button, Link } from '@backstage/ui';
import { errorMessage } from '../../api/errors';
import { problemsWords } from '../../model';
import { doctorRouteRef, rootRouteRef } from '../../routes';
import { UtcTime } from '../../time';
import { AUDIT_TRAIL_ANCHOR } from './anchor';
import { useTrailStatus } from './trailStatus';

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** What production merges do cannot be known from an earlier look alone. */
function StopNotKnown() {
  const { data, error, receivedAt, retry } = useTrailStatus();
  if (!error) return null;
  return (
    <Alert
      status="warning"
      icon
      title={`Whether production merges are stopped is not known: ${errorMessage(
        error,
      )}`}
      description={
        data &&
        receivedAt !== undefined && (
          <>
            As of <UtcTime at={receivedAt} /> UTC they were{' '}
            {data.productionMergesStopped === undefined ? 'not ' : ''}stopped;
            the latest look failed.
          </>
        )
      }
      customActions={
        <Button size="small" variant="secondary" onPress={() => retry()}>
          Try again
        </Button>
      }
    />
  );
}

/** Says so while production merges are held back because records of the audit trail wait. */
export function ProductionMergesStopped(props: {
  /** Link to where the trail is shown, and say when nothing is known of it. */
  withFleet?: boolean;
}) {
  const { data } = useTrailStatus();
  const fleet = useRouteRef(rootRouteRef);
  const doctor = useRouteRef(doctorRouteRef);
  const because = data?.productionMergesStopped;
  return (
    <div role="status" aria-label="Production merges">
      {props.withFleet && <StopNotKnown />}
      {because && (
        <Alert
          status="danger"
          icon
          title="Production merges are stopped: the audit trail has to be written first"
          description={
            <>
              <div>{sentence(because)}</div>
              <div>
                Nothing is lost: records wait in the database, and merges go on
                by themselves when they have arrived. Staging is not affected.
              </div>
              <Link
                href={
                  props.withFleet
                    ? `${fleet()}#${AUDIT_TRAIL_ANCHOR}`
                    : doctor()
                }
                variant="body-medium"
              >
                {props.withFleet
                  ? 'Fleet: where the records wait'
                  : 'Doctor: how to mend it'}
              </Link>
            </>
          }
        />
      )}
    </div>
  );
}

/** Says so when the operator found that the audit trail is not what was written. */
export function TrailBroken() {
  const { data } = useTrailStatus();
  const chain = data?.chain;
  return (
    <div role="status" aria-label="Chain of the audit trail">
      {chain?.result === 'broken' && (
        <Alert
          status="danger"
          icon
          title={`The audit trail is broken: ${problemsWords(chain.problems)}`}
          description={chain.because}
        />
      )}
    </div>
  );
}
