import type {
  CandidateView,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  CANDIDATE_CI_LOOKS,
  CANDIDATE_LOOKS,
  shortRevision,
} from '../../model';
import { Ago } from '../../time';
import { Empty, OutLink, Section, Status } from '../basics';
import classes from './CandidateTable.module.css';

function uptimeText(candidate: CandidateView): string {
  return candidate.uptime === undefined
    ? 'not measured'
    : `${(Math.floor(candidate.uptime * 10_000) / 100).toFixed(2)} %`;
}

function Candidate({ candidate }: { candidate: CandidateView }) {
  return (
    <tr className={classes.row} data-verdict={candidate.verdict}>
      <td className={classes.verdict}>
        <Status look={CANDIDATE_LOOKS[candidate.verdict]} />
        <div className={classes.because}>{candidate.because}</div>
      </td>
      <th scope="row" className={classes.commit}>
        <OutLink href={candidate.url}>
          <code title={candidate.sha}>{shortRevision(candidate.sha)}</code>
        </OutLink>{' '}
        <span className={classes.message}>
          {candidate.message.split('\n')[0]}
        </span>
        <div className={classes.author}>
          {candidate.author}, <Ago at={candidate.committedAt} />
        </div>
      </th>
      <td data-label="CI">
        <Status look={CANDIDATE_CI_LOOKS[candidate.ci]} />
      </td>
      <td data-label="Uptime" className={classes.figure}>
        {uptimeText(candidate)}
      </td>
      <td data-label="Deployed">
        {candidate.deployedAt === undefined ? (
          '–'
        ) : (
          <Ago at={candidate.deployedAt} />
        )}
      </td>
    </tr>
  );
}

/** Every revision that was considered, newest first, and why it was chosen or not. */
export function CandidateTable(
  props: Required<Pick<RollbackDetail, 'candidates'>>,
) {
  const { rows, searchedAt, currentRevision } = props.candidates;
  return (
    <Section
      title="Candidates"
      aside={
        <>
          {rows.length} older than{' '}
          <code title={currentRevision}>{shortRevision(currentRevision)}</code>,
          searched <Ago at={searchedAt} />
        </>
      }
    >
      {rows.length === 0 ? (
        <Empty title="No older revision was found">
          The search covers the ancestors of the current revision on the target
          branch.
        </Empty>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">Commit</th>
              <th scope="col">CI</th>
              <th
                scope="col"
                title="Share of the 24 hours after it was deployed"
              >
                Uptime in 24 h
              </th>
              <th scope="col">Deployed</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(candidate => (
              <Candidate key={candidate.sha} candidate={candidate} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
