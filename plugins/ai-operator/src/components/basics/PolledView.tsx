import { Alert, Button, Flex, Skeleton, VisuallyHidden } from '@backstage/ui';
import { createContext, useContext, type ReactNode } from 'react';
import { errorMessage } from '../../api/errors';
import type { Polled } from '../../polling';
import { Ago, formatClock, ServerClock } from '../../time';

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
      description={errorMessage(props.error)}
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
      description={errorMessage(props.error)}
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

const RefreshContext = createContext<() => Promise<void>>(
  async () => undefined,
);

/** Asks anew for what the view around shows, so that a change is seen at once; resolves when the answer is there. */
export function useRefresh(): () => Promise<void> {
  return useContext(RefreshContext);
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
      <RefreshContext.Provider value={polled.retry}>
        <ServerClock serverNow={data.now} receivedAt={receivedAt}>
          {children(data)}
        </ServerClock>
      </RefreshContext.Provider>
    </Flex>
  );
}
