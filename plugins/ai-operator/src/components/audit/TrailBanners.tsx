import { useRouteRef } from '@backstage/core-plugin-api';
import { Alert, Link } from '@backstage/ui';
import { problemsWords } from '../../model';
import { doctorRouteRef, rootRouteRef } from '../../routes';
import { useTrailStatus } from './trailStatus';

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** Says so while production merges are held back because records of the audit trail wait. */
export function ProductionMergesStopped(props: {
  /** Link to where the trail is shown. */
  withFleet?: boolean;
}) {
  const { data } = useTrailStatus();
  const fleet = useRouteRef(rootRouteRef);
  const doctor = useRouteRef(doctorRouteRef);
  const because = data?.productionMergesStopped;
  return (
    <div role="status" aria-label="Production merges">
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
                href={props.withFleet ? fleet() : doctor()}
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
