import type {
  AuditProblem,
  AuditStatus,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  CHAIN_LOOKS,
  problemsWords,
  storyCheckLook,
  storyCheckWords,
  type Look,
} from '../../model';
import type { Polled } from '../../polling';
import { Ago, UtcTime } from '../../time';
import { Status } from '../basics';
import classes from './ChainLine.module.css';
import type { ChainCheck } from './useChainCheck';

const CHECKING: Look = { tone: 'active', icon: 'working', word: 'Checking' };
const LOADING: Look = { tone: 'active', icon: 'working', word: 'Loading' };
const NOT_KNOWN: Look = { tone: 'warning', icon: 'unknown', word: 'Not known' };

/** What the operator's own regular look at the whole trail showed. */
function chainWords({ chain, head }: AuditStatus): string {
  if (chain.result === 'broken') return problemsWords(chain.problems);
  if (chain.result === 'intact') return 'the whole trail was recomputed';
  return head ? '' : 'nothing has been recorded';
}

/** Every problem with what was compared, while there is any. */
export function ChainProblems(props: { problems: readonly AuditProblem[] }) {
  const { problems } = props;
  return problems.length === 0 ? null : (
    <ul className={classes.problems} aria-label="What is wrong with the trail">
      {problems.map(({ kind, seq, toSeq, because }) => (
        <li key={`${kind} ${seq} ${toSeq}`}>{because}</li>
      ))}
    </ul>
  );
}

function Line(props: {
  /** What was looked at. */
  of?: string;
  look: Look;
  words?: string;
  at?: number;
  /** When the latest look that was answered was, where a later one failed. */
  staleSince?: number;
}) {
  const { of, look, words, at, staleSince } = props;
  return (
    <span className={classes.line}>
      {of && <span className={classes.of}>{of}</span>}
      <Status look={look} />
      {(words || at !== undefined) && (
        <span>
          {words}
          {words &&
            at !== undefined &&
            (words.endsWith('.') ? ' Checked ' : ', ')}
          {at !== undefined && <Ago at={at} />}
        </span>
      )}
      {staleSince !== undefined && (
        <span className={classes.stale}>
          as of <UtcTime at={staleSince} /> UTC; the latest look failed
        </span>
      )}
    </span>
  );
}

/** Whether the whole trail is what was written, as the operator found by itself. */
export function WholeChain(props: {
  status: Polled<AuditStatus>;
  of?: string;
}) {
  const { of, status } = props;
  const { data, error, receivedAt } = status;
  if (data) {
    const { result, checkedAt } = data.chain;
    return (
      <Line
        of={of}
        look={CHAIN_LOOKS[result]}
        words={chainWords(data)}
        at={checkedAt}
        staleSince={error && receivedAt}
      />
    );
  }
  return error ? (
    <Line of={of} look={NOT_KNOWN} words="the backend did not say" />
  ) : (
    <Line of={of} look={LOADING} words="asking what was found" />
  );
}

function StoryCheck(props: {
  check: ChainCheck;
  whole: AuditStatus['chain']['result'] | undefined;
}) {
  const { check, whole } = props;
  const of = 'This rollback';
  if (check.name === 'checking') {
    return <Line of={of} look={CHECKING} words="recomputing the records" />;
  }
  if (check.name !== 'checked') return null;
  const { verification } = check;
  return (
    <Line
      of={of}
      look={storyCheckLook(verification.result, whole)}
      words={storyCheckWords(verification)}
      at={verification.now}
    />
  );
}

/**
 * Whether the records are what was written: what the operator's own look at
 * the whole trail says, and what the check of this rollback says. Neither
 * hides the other.
 */
export function ChainLine(props: {
  check: ChainCheck;
  status: Polled<AuditStatus>;
}) {
  const { check, status } = props;
  return (
    <div className={classes.lines}>
      <WholeChain of="Whole trail" status={status} />
      <StoryCheck check={check} whole={status.data?.chain.result} />
    </div>
  );
}
