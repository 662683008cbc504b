import type {
  AuditProblem,
  AuditStatus,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  CHAIN_LOOKS,
  problemsWords,
  verificationWords,
  type Look,
} from '../../model';
import type { Polled } from '../../polling';
import { Ago } from '../../time';
import { Status } from '../basics';
import classes from './ChainLine.module.css';
import type { ChainCheck } from './useChainCheck';

const CHECKING: Look = { tone: 'active', icon: 'working', word: 'Checking' };

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
      {problems.map(({ kind, seq, because }) => (
        <li key={`${kind} ${seq}`}>{because}</li>
      ))}
    </ul>
  );
}

function Line(props: { look: Look; words?: string; at?: number }) {
  const { look, words, at } = props;
  return (
    <span className={classes.line}>
      <Status look={look} />
      {(words || at !== undefined) && (
        <span>
          {words}
          {words && at !== undefined && ', '}
          {at !== undefined && <Ago at={at} />}
        </span>
      )}
    </span>
  );
}

/** Whether the whole trail is what was written, as the operator found by itself. */
export function WholeChain({ status }: { status: AuditStatus }) {
  const { result, checkedAt } = status.chain;
  return (
    <Line
      look={CHAIN_LOOKS[result]}
      words={chainWords(status)}
      at={checkedAt}
    />
  );
}

const NOT_KNOWN: Look = { tone: 'warning', icon: 'unknown', word: 'Not known' };

/** Whether the records of one rollback are what was written: by the person's own check, else by the operator's. */
export function ChainLine(props: {
  check: ChainCheck;
  status: Polled<AuditStatus>;
}) {
  const { check } = props;
  const { data, error } = props.status;
  if (check.name === 'checking') {
    return <Line look={CHECKING} words="recomputing the records" />;
  }
  if (check.name === 'checked') {
    const { verification } = check;
    return (
      <Line
        look={CHAIN_LOOKS[verification.result]}
        words={verificationWords(verification)}
        at={verification.now}
      />
    );
  }
  if (data) return <WholeChain status={data} />;
  return error ? (
    <Line look={NOT_KNOWN} words="the backend did not say" />
  ) : (
    <Line look={CHAIN_LOOKS.unknown} />
  );
}
