import { useApi } from '@backstage/core-plugin-api';
import type {
  CommandResult,
  HumanCommandName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { useEffect, useRef, useState } from 'react';
import { aiOperatorApiRef } from '../../api';
import { errorCode, errorMessage, errorStatus } from '../../api/errors';
import { useGithubConsent } from './useGithubConsent';

/** Where a decision is on its way to the operator. */
export type DecisionPhase =
  | { name: 'asking' }
  /** GitHub's window is open. */
  | { name: 'consent' }
  /** The request is on its way and cannot be called back. */
  | { name: 'sending' }
  /** GitHub gave no token; nothing has been sent. */
  | { name: 'no_consent'; because: string }
  | {
      name: 'failed';
      because: string;
      /** False when no answer came: it may have been recorded all the same. */
      certain: boolean;
    };

/** How a decision ended. */
export type DecisionOutcome =
  | { kind: 'recorded'; result: CommandResult }
  /** Somebody was faster (409): the person decided about something that is not there any more. */
  | { kind: 'overtaken'; because: string };

/** What a person decided. */
export interface DecisionRequest {
  correlationId: string;
  action: HumanCommandName;
  reason: string;
  /** `version` of the rollback when the person began to decide. */
  version: number;
  /** Submit the person's own review on GitHub as well. */
  withReview: boolean;
}

const isConflict = (error: Error) => errorStatus(error) === 409;

/** Whether the backend itself said that it recorded nothing; a gateway that gave up does not know. */
function isCertain(error: Error): boolean {
  const status = errorStatus(error);
  if (status === undefined) return false;
  return status < 500 || (status === 503 && errorCode(error) !== undefined);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * Sends a person's decision. The GitHub token lives in one local variable
 * between consent and request. A dialog that is closed while GitHub asks for
 * consent sends nothing, whatever the person does in GitHub's window later.
 */
export function useDecision(onEnd: (outcome: DecisionOutcome) => void) {
  const api = useApi(aiOperatorApiRef);
  const askConsent = useGithubConsent();
  const [phase, setPhase] = useState<DecisionPhase>({ name: 'asking' });
  const closed = useRef(false);
  useEffect(() => {
    closed.current = false;
    return () => {
      closed.current = true;
    };
  }, []);

  async function send(request: DecisionRequest, githubToken?: string) {
    const { correlationId, action, version, reason } = request;
    setPhase({ name: 'sending' });
    try {
      const result = await api.command(
        correlationId,
        action,
        { reason: reason.trim() || undefined, expectedVersion: version },
        githubToken === undefined ? undefined : { githubToken },
      );
      onEnd({ kind: 'recorded', result });
    } catch (e) {
      const error = toError(e);
      if (isConflict(error)) {
        onEnd({ kind: 'overtaken', because: errorMessage(error) });
        return;
      }
      setPhase({
        name: 'failed',
        because: errorMessage(error),
        certain: isCertain(error),
      });
    }
  }

  async function decide(request: DecisionRequest) {
    if (!request.withReview) {
      await send(request);
      return;
    }
    setPhase({ name: 'consent' });
    let token: string;
    try {
      token = await askConsent();
    } catch (e) {
      setPhase({ name: 'no_consent', because: toError(e).message });
      return;
    }
    if (!closed.current) await send(request, token);
  }

  return { phase, decide };
}
