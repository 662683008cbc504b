import { useRouteRef } from '@backstage/core-plugin-api';
import { Alert, Link } from '@backstage/ui';
import type {
  ApplicationKey,
  PauseView,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { errorMessage } from '../../api/errors';
import { applicationPaused, everythingPaused } from '../../model';
import { rootRouteRef } from '../../routes';
import { Ago, formatExact, formatMoment, useNow } from '../../time';
import { PersonName } from '../people/PersonName';
import { usePauses } from './pauses';

/** Who paused, why, and until when. */
export function PauseWords({ pause }: { pause: PauseView }) {
  const now = useNow();
  const { by, at, until, reason } = pause;
  return (
    <>
      <div>“{reason}”</div>
      <div>
        by <PersonName person={{ entityRef: by }} />, <Ago at={at} />,{' '}
        {until === undefined ? (
          'until somebody resumes'
        ) : (
          <time
            dateTime={new Date(until).toISOString()}
            title={formatExact(until)}
          >
            until {formatMoment(until, now)}
          </time>
        )}
      </div>
    </>
  );
}

function Banner(props: { pause: PauseView; withFleet?: boolean }) {
  const { pause, withFleet } = props;
  const { application } = pause;
  const fleet = useRouteRef(rootRouteRef);
  return (
    <Alert
      status="warning"
      icon
      title={
        application
          ? `${application.name} is paused: nothing is opened or merged for it`
          : 'Everything is paused: nothing is opened or merged'
      }
      description={
        <>
          <PauseWords pause={pause} />
          {withFleet && (
            <Link href={fleet()} variant="body-medium">
              All applications, where it can be resumed
            </Link>
          )}
        </>
      }
    />
  );
}

/** Says so while everything is paused. Not knowing is said as well: an approval means nothing during a pause. */
export function EverythingPaused(props: {
  /** Link to where it can be resumed. */
  withFleet?: boolean;
}) {
  const { pauses, error } = usePauses();
  const now = useNow();
  const pause = pauses && everythingPaused(pauses, now);
  return (
    <div role="status" aria-label="Pause of everything">
      {pauses === undefined && error && (
        <Alert
          status="warning"
          icon
          title="Whether the operator is paused could not be read"
          description={errorMessage(error)}
        />
      )}
      {pause && <Banner pause={pause} withFleet={props.withFleet} />}
    </div>
  );
}

/** Says so while this application is paused. */
export function ApplicationPaused(props: { application: ApplicationKey }) {
  const { pauses } = usePauses();
  const now = useNow();
  const pause = pauses && applicationPaused(pauses, props.application, now);
  return (
    <div role="status" aria-label={`Pause of ${props.application.name}`}>
      {pause && <Banner pause={pause} />}
    </div>
  );
}
