import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { isOpen, shortRevision } from '../../model';
import { Ago, Elapsed, formatDuration } from '../../time';
import { AuditTrail } from '../audit/AuditTrail';
import { Columns, Facts, OutLink, Revision, Section, Stack } from '../basics';
import { Approval, needsApproval } from '../people/Approval';
import { Decisions } from '../people/Decisions';
import { CandidateTable } from './CandidateTable';
import { Checklist, countVerdicts } from './Checklist';
import { CiChecks } from './CiChecks';
import { DiffView } from './DiffView';
import { Latest } from './Latest';
import { Stepper } from './Stepper';

function Times({ rollback }: { rollback: RollbackDetail }) {
  const { openedAt, endedAt } = rollback;
  return (
    <>
      opened <Ago at={openedAt} />
      {endedAt !== undefined && `, took ${formatDuration(endedAt - openedAt)}`}
      {endedAt === undefined && isOpen(rollback) && (
        <>
          , running <Elapsed since={openedAt} />
        </>
      )}
    </>
  );
}

function Progress({ rollback }: { rollback: RollbackDetail }) {
  const { pullRequest, repositoryUrl } = rollback;
  return (
    <Section title="Rollback" aside={<Times rollback={rollback} />}>
      <Stack>
        <Stepper steps={rollback.steps} needsHuman={rollback.needsHuman} />
        <Facts
          facts={[
            {
              name: 'From',
              value: (
                <Revision
                  revision={rollback.currentRevision}
                  repositoryUrl={repositoryUrl}
                />
              ),
            },
            {
              name: 'To',
              value: rollback.targetRevision && (
                <Revision
                  revision={rollback.targetRevision}
                  repositoryUrl={repositoryUrl}
                />
              ),
            },
            {
              name: pullRequest?.adopted
                ? 'Pull request (adopted)'
                : 'Pull request',
              value: pullRequest && (
                <OutLink href={pullRequest.url}>
                  #{pullRequest.number} {pullRequest.title}
                </OutLink>
              ),
            },
            {
              name: 'Branch',
              value: pullRequest && (
                <code>
                  {pullRequest.headBranch} → {pullRequest.baseBranch}
                </code>
              ),
            },
            {
              name: 'Correlation ID',
              value: <code>{rollback.correlationId}</code>,
            },
          ]}
        />
      </Stack>
    </Section>
  );
}

function Invariants({ verdicts }: Required<Pick<RollbackDetail, 'verdicts'>>) {
  const head = verdicts.headSha;
  return (
    <Section
      title="Invariants"
      aside={
        <>
          {countVerdicts(verdicts.invariants)}; checked{' '}
          <Ago at={verdicts.evaluatedAt} />
          {head && (
            <>
              {' '}
              on <code title={head}>{shortRevision(head)}</code>
            </>
          )}
        </>
      }
    >
      <Checklist name="Invariants" items={verdicts.invariants} wide />
    </Section>
  );
}

/** Everything about one rollback below its verdict. */
export function RollbackView(props: {
  rollback: RollbackDetail;
  /** Tell only the latest, and link to the rollback's own page, which tells the whole story. */
  withPage?: boolean;
}) {
  const { rollback, withPage } = props;
  const { correlationId, verdicts, ci, change, candidates } = rollback;
  const guards = verdicts?.guards ?? [];
  return (
    <Stack>
      <Progress rollback={rollback} />
      {needsApproval(rollback) && <Approval rollback={rollback} />}
      <Decisions commands={rollback.commands} />
      {verdicts && <Invariants verdicts={verdicts} />}
      {(ci || guards.length > 0) && (
        <Columns>
          {ci && <CiChecks ci={ci} />}
          {guards.length > 0 && (
            <Section title="Guards" aside={countVerdicts(guards)}>
              <Checklist name="Guards" items={guards} />
            </Section>
          )}
        </Columns>
      )}
      {change && <DiffView change={change} />}
      {candidates && <CandidateTable candidates={candidates} />}
      {withPage ? (
        <Latest correlationId={correlationId} timeline={rollback.timeline} />
      ) : (
        <AuditTrail key={correlationId} rollback={rollback} />
      )}
    </Stack>
  );
}
