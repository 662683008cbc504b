import type { ReactNode } from 'react';
import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { isOpen, pendingCommand, type Headline } from '../../model';
import { OutLink, Verdict } from '../basics';
import { Decide } from '../decide/Decide';
import { EscalationNote } from './EscalationNote';
import { RollbackLinks } from './RollbackLinks';

/** What to do stands below in its own line; it need not be said twice. */
function withoutAction(headline: Headline, action: string): Headline {
  const detail = headline.detail?.replace(action, '').replace(/ {2,}/g, ' ');
  return { ...headline, detail: detail?.trim() };
}

/** What a person is asked; not while the operator has yet to act on what somebody decided. */
function escalationOf(rollback: RollbackDetail | undefined) {
  if (pendingCommand(rollback?.commands)) return undefined;
  return rollback?.needsHuman || rollback?.state === 'Abort'
    ? rollback.escalation
    : undefined;
}

function thenOf(rollback: RollbackDetail | undefined): string | undefined {
  return rollback && isOpen(rollback)
    ? rollback.steps.find(step => step.status === 'current')?.atDeadline
    : undefined;
}

/**
 * The verdict on an application, with its rollback if it has one: what happens,
 * until when, and what a person does now. One component for both, so that the
 * live region stays the same when a rollback begins or ends.
 */
export function RollbackVerdict(props: {
  rollback?: RollbackDetail;
  headline: Headline;
  subject?: ReactNode;
  argoUrl?: string;
  withPage?: boolean;
}) {
  const { rollback, headline, subject, argoUrl, withPage } = props;
  const asks = escalationOf(rollback);
  return (
    <Verdict
      headline={
        asks ? withoutAction(headline, asks.recommendedAction) : headline
      }
      subject={subject}
      atDeadline={thenOf(rollback)}
    >
      {asks && (
        <EscalationNote
          escalation={asks}
          said={headline.detail}
          takesCommands={rollback !== undefined && isOpen(rollback)}
        />
      )}
      {rollback ? (
        <RollbackLinks
          rollback={rollback}
          argoUrl={argoUrl}
          withPage={withPage}
        />
      ) : (
        argoUrl && <OutLink href={argoUrl}>Open in Argo CD</OutLink>
      )}
      <Decide rollback={rollback} />
    </Verdict>
  );
}
