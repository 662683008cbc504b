import { Alert, Button, Flex, Skeleton, VisuallyHidden } from '@backstage/ui';
import { ResponseError } from '@backstage/errors';
import type { ReactNode } from 'react';
import type { Polled } from '../../polling';
import { Ago, formatClock, ServerClock } from '../../time';

function explain(error: Error): string {
  if (error instanceof ResponseError) {
    return `${error.body.error.message || error.message} (HTTP ${
      error.response.status
    })`;
  }
  return error.message;
}

function Retry({ onPress }: { onPress(): void }) {
  return (
    <Button size="small" variant="secondary" onPress={onPress}>
      Try again
    </Button>
  );
}

/** Says what could not be loaded and why. */
export function ErrorNotice(props: {
  what: string;
  error: Error;
  onRetry(): void;
}) {
  return (
    <Alert
      role="alert"
      status="danger"
      icon
      title={`Could not load ${props.what}`}
      description={explain(props.error)}
      customActions={<Retry onPress={props.onRetry} />}
    />
  );
}

function StaleNotice(props: {
  error: Error;
  receivedAt: number;
  onRetry(): void;
}) {
  return (
    <Alert
      role="status"
      status="warning"
      icon
      title={
        <>
          Stale since {formatClock(props.receivedAt)} (
          <Ago at={props.receivedAt} />
          ): the operator does not answer. What you see may have changed.
        </>
      }
      description={explain(props.error)}
      customActions={<Retry onPress={props.onRetry} />}
    />
  );
}

function LoadingView({ what }: { what: string }) {
  return (
    <Flex direction="column" gap="3" role="status">
      <VisuallyHidden>Loading {what}</VisuallyHidden>
      <Skeleton height={88} />
      <Skeleton height={160} />
    </Flex>
  );
}

/**
 * The three truths of polled data: not there yet, could not be had, had but
 * stale; and the data itself, drawn against the server's clock.
 */
export function PolledView<T extends { now?: number }>(props: {
  what: string;
  polled: Polled<T>;
  children(data: T): ReactNode;
}) {
  const { what, polled, children } = props;
  const { data, error, receivedAt } = polled;
  if (data === undefined) {
    return error ? (
      <ErrorNotice what={what} error={error} onRetry={polled.retry} />
    ) : (
      <LoadingView what={what} />
    );
  }
  return (
    <Flex direction="column" gap="4">
      {error && receivedAt !== undefined && (
        <StaleNotice
          error={error}
          receivedAt={receivedAt}
          onRetry={polled.retry}
        />
      )}
      <ServerClock serverNow={data.now} receivedAt={receivedAt}>
        {children(data)}
      </ServerClock>
    </Flex>
  );
}
