import type { ReactNode } from 'react';
import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { isOpen, type Headline } from '../../model';
import { Verdict } from '../basics';
import { EscalationNote } from './EscalationNote';
import { RollbackLinks } from './RollbackLinks';

/** The verdict on an application with a rollback: what happens, until when, and what a person does now. */
export function RollbackVerdict(props: {
  rollback: RollbackDetail;
  headline: Headline;
  subject?: ReactNode;
  argoUrl?: string;
  withPage?: boolean;
}) {
  const { rollback, headline, subject, argoUrl, withPage } = props;
  const asks =
    rollback.escalation && (rollback.needsHuman || rollback.state === 'Abort');
  const current = rollback.steps.find(step => step.status === 'current');
  return (
    <Verdict
      headline={headline}
      subject={subject}
      atDeadline={isOpen(rollback) ? current?.atDeadline : undefined}
    >
      {asks && rollback.escalation && (
        <EscalationNote
          escalation={rollback.escalation}
          headline={headline.detail}
        />
      )}
      <RollbackLinks
        rollback={rollback}
        argoUrl={argoUrl}
        withPage={withPage}
      />
    </Verdict>
  );
}
