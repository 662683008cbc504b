import type {
  HumanCommandView,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  COMMAND_LOOKS,
  SOURCE_WORDS,
  VERDICT_LOOKS,
  whoCould,
  type Look,
} from '../../model';
import { Ago, TimeLeft } from '../../time';
import { Evidence, Section, Status } from '../basics';
import { DemandList } from './Demands';
import classes from './people.module.css';
import { PersonName } from './PersonName';

const WAITING: Look = {
  tone: 'warning',
  icon: 'waiting',
  word: 'Not approved',
};

const LOOKS: Record<'holds' | 'broken' | 'unknown', Look> = {
  holds: { ...VERDICT_LOOKS.holds, word: 'Approved' },
  broken: WAITING,
  unknown: { ...VERDICT_LOOKS.unknown, word: 'Not known' },
};

/** States in which an approval can still change something. */
const OPEN: Array<RollbackDetail['state']> = [
  'PRCreated',
  'AwaitingMergeApproval',
  'AwaitingHumanReview',
];

function Approvals({ approvals }: { approvals: HumanCommandView[] }) {
  return (
    <ul className={classes.list} aria-label="Approvals">
      {approvals.map(approval => (
        <li key={approval.id}>
          <PersonName person={approval.person} />{' '}
          {SOURCE_WORDS[approval.source]}, <Ago at={approval.at} />{' '}
          <Status look={COMMAND_LOOKS[approval.result]} />
        </li>
      ))}
    </ul>
  );
}

/** What GitHub says about the merge; what is not known is not called nothing. */
function Github({ rollback }: { rollback: RollbackDetail }) {
  const { githubDemands, verdicts } = rollback;
  const protection = verdicts?.invariants.find(
    ({ id }) => id === 'I8_branch_protection',
  );
  if (githubDemands.length > 0) {
    return <DemandList demands={githubDemands} />;
  }
  return protection?.result === 'holds' ? (
    <>Nothing more: GitHub lets it be merged.</>
  ) : (
    <>{protection?.because ?? 'Not known yet.'}</>
  );
}

/** Only production needs the approval of a person (RB-08). */
export function needsApproval({
  environment,
  state,
  verdicts,
}: RollbackDetail): boolean {
  return (
    environment === 'production' &&
    (verdicts?.approval !== undefined || state === 'AwaitingMergeApproval')
  );
}

/** Who has approved a rollback of production, what is missing, what GitHub demands, and how long there is. */
export function Approval({ rollback }: { rollback: RollbackDetail }) {
  const { commands, verdicts, pullRequest, state, deadlineAt } = rollback;
  const verdict = verdicts?.approval;
  const open = OPEN.includes(state);
  const approvals = commands.filter(
    ({ command, result }) =>
      command === 'APPROVE' && (result === 'accepted' || result === 'pending'),
  );
  const asked = state === 'AwaitingMergeApproval' ? deadlineAt : undefined;
  return (
    <Section
      title="Approval"
      aside={asked !== undefined && <TimeLeft until={asked} />}
    >
      <dl className={classes.approval}>
        <dt>Approval</dt>
        <dd>
          <Status look={LOOKS[verdict?.result ?? 'unknown']} />{' '}
          {verdict?.because ?? 'The operator has not looked yet.'}
          {verdict && <Evidence evidence={verdict.evidence} />}
        </dd>
        {approvals.length > 0 && (
          <>
            <dt>Approved by</dt>
            <dd>
              <Approvals approvals={approvals} />
            </dd>
          </>
        )}
        {open && verdict?.result !== 'holds' && (
          <>
            <dt>What counts</dt>
            <dd>
              The approval of {whoCould('APPROVE')} who did not write the
              change: as a review of pull request #{pullRequest?.number} on
              GitHub, here, or as a comment APPROVE on the escalation issue. A
              new commit on the branch makes it void.
            </dd>
          </>
        )}
        {open && (
          <>
            <dt>GitHub demands</dt>
            <dd>
              <Github rollback={rollback} />
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}
