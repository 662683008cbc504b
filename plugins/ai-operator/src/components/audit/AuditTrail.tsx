import { Alert } from '@backstage/ui';
import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { useMemo, useState } from 'react';
import { errorMessage } from '../../api/errors';
import { isOpen, joinProblems, recordCount } from '../../model';
import { Empty, PolledView, Section, Stack } from '../basics';
import { AUDIT_TRAIL_ANCHOR, useAnchor } from './anchor';
import { ChainCheckBar } from './ChainCheckBar';
import { Chapters } from './Chapters';
import { useTrailStatus } from './trailStatus';
import { useChainCheck } from './useChainCheck';
import { useStory } from './useStory';

/**
 * The audit of one rollback as a story: each move of the state machine with
 * why it was made, and below it everything that happened until the next one.
 * Mount it anew for another rollback.
 */
export function AuditTrail({ rollback }: { rollback: RollbackDetail }) {
  const { correlationId, application } = rollback;
  const { polled, story, earlier } = useStory(correlationId, isOpen(rollback));
  const { check, checkNow } = useChainCheck(correlationId);
  const anchor = useAnchor(story !== undefined);
  const [exportProblem, setExportProblem] = useState<Error>();
  const { data: status } = useTrailStatus();
  const ofWhole = status?.chain.problems;
  const ofStory =
    check.name === 'checked' ? check.verification.problems : undefined;
  const problems = useMemo(
    () => joinProblems(ofWhole, ofStory),
    [ofWhole, ofStory],
  );
  return (
    <div id={AUDIT_TRAIL_ANCHOR} ref={anchor}>
      <Section
        title="Audit trail"
        aside={
          story &&
          story.entries.length > 0 &&
          `${story.earlier === undefined ? '' : 'the latest '}${recordCount(
            story.entries.length,
          )}, in order, times in UTC`
        }
      >
        <Stack>
          <ChainCheckBar
            correlationId={correlationId}
            application={application.name}
            elsewhere={polled.data?.elsewhere}
            check={check}
            problems={problems}
            onCheck={checkNow}
            onExportProblem={setExportProblem}
          />
          {exportProblem && (
            <Alert
              role="alert"
              status="danger"
              icon
              title="The audit trail was not exported"
              description={errorMessage(exportProblem)}
            />
          )}
          <PolledView what="the audit trail" polled={polled}>
            {() =>
              story && story.entries.length > 0 ? (
                <Chapters
                  story={story}
                  state={rollback.state}
                  earlier={earlier}
                  problems={problems}
                />
              ) : (
                <Empty title="Nothing has been recorded yet">
                  Every call, check, decision and message about this rollback
                  will stand here.
                </Empty>
              )
            }
          </PolledView>
        </Stack>
      </Section>
    </div>
  );
}
