import type {
  AuditEntry,
  AuditProblem,
  AuditRecord,
  AuditSinkStatus,
  AuditStatus,
  AuditVerification,
  Person,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import type { Look } from './tone';

const number = new Intl.NumberFormat(undefined);

/** `1 record`, `1,204 records`. */
export function recordCount(count: number): string {
  return `${number.format(count)} ${count === 1 ? 'record' : 'records'}`;
}

export const CHAIN_LOOKS: Record<AuditStatus['chain']['result'], Look> = {
  intact: { tone: 'positive', icon: 'ok', word: 'Untouched' },
  broken: { tone: 'negative', icon: 'failed', word: 'Broken' },
  unknown: { tone: 'neutral', icon: 'none', word: 'Not checked yet' },
};

export const SINK_LOOKS: Record<AuditSinkStatus['status'], Look> = {
  ok: { tone: 'positive', icon: 'ok', word: 'OK' },
  waiting: { tone: 'warning', icon: 'waiting', word: 'Waiting' },
};

/** In short; the name of a sink says where it is as well. */
export const SINK_TITLES: Record<AuditSinkStatus['kind'], string> = {
  elasticsearch: 'Elasticsearch',
  file: 'the file',
};

/** `record 17 was changed`, `records 17 to 19 are missing`. */
export function problemWords({ kind, seq, toSeq }: AuditProblem): string {
  const several = toSeq !== undefined && toSeq > seq;
  const which = several ? `records ${seq} to ${toSeq}` : `record ${seq}`;
  switch (kind) {
    case 'changed':
      return `${which} ${several ? 'were' : 'was'} changed`;
    case 'missing':
      return `${which} ${several ? 'are' : 'is'} missing`;
    case 'added':
      return `${which} ${several ? 'were' : 'was'} added`;
    default:
      return `${which} ${
        several ? 'stand' : 'stands'
      } at another place than written at`;
  }
}

/** Problems in one sentence: the first, and how many more. */
export function problemsWords(
  problems: readonly AuditProblem[],
  moreProblems = false,
): string {
  const [first, ...others] = problems;
  if (!first) return 'a record is not what was written';
  if (moreProblems) return `${problemWords(first)}, and there is more`;
  return others.length === 0
    ? problemWords(first)
    : `${problemWords(first)}, and ${others.length} more`;
}

/**
 * What recomputing the records of one rollback showed. That is a part of the
 * trail, of which much less can be known than of the whole: the backend's
 * sentence says what.
 */
export function storyCheckWords(verification: AuditVerification): string {
  const { result, because, checked, problems, moreProblems } = verification;
  if (result === 'broken') return problemsWords(problems, moreProblems);
  if (checked === 0) return because;
  const each =
    checked === 1
      ? 'Its one record is as it was written.'
      : `Each of these ${recordCount(checked)} is as it was written.`;
  return `${each} ${because}`;
}

const STORY_LOOKS: Record<AuditVerification['result'], Look> = {
  intact: { tone: 'positive', icon: 'ok', word: 'As written' },
  broken: CHAIN_LOOKS.broken,
};

/** How the check of one rollback looks. Nothing is green while the whole trail is broken. */
export function storyCheckLook(
  result: AuditVerification['result'],
  whole: AuditStatus['chain']['result'] | undefined,
): Look {
  const look = STORY_LOOKS[result];
  return result === 'intact' && whole === 'broken'
    ? { ...look, tone: 'neutral', icon: 'none' }
    : look;
}

/** The problems of several looks, each told once. */
export function joinProblems(
  ...looks: ReadonlyArray<readonly AuditProblem[] | undefined>
): AuditProblem[] {
  const all = looks.flatMap(problems => problems ?? []);
  return [
    ...new Map(
      all.map(problem => {
        const { kind, seq, toSeq = seq } = problem;
        return [`${kind} ${seq} ${toSeq}`, problem] as const;
      }),
    ).values(),
  ];
}

/** Whether it is this sink that production merges wait for: the sentence about it names it in full. */
export function stopsMerges(
  { productionMergesStopped }: Pick<AuditStatus, 'productionMergesStopped'>,
  name: string,
): boolean {
  return [' ', ': '].some(end =>
    productionMergesStopped?.includes(` ${name}${end}`),
  );
}

/** An answer and the one that goes on where it ended, as one. */
export function joinVerifications(
  before: AuditVerification | undefined,
  next: AuditVerification,
): AuditVerification {
  if (!before) return next;
  const broken = before.result === 'broken' ? before : next;
  return {
    ...next,
    result: broken.result,
    because: broken.because,
    checked: before.checked + next.checked,
    from: before.from ?? next.from,
    problems: [...before.problems, ...next.problems],
    moreProblems: before.moreProblems || next.moreProblems,
  };
}

/** What is wrong with a record, by the problems that were found; undefined when nothing is. */
export function problemOf(
  seq: number,
  problems: readonly AuditProblem[],
): AuditProblem | undefined {
  return problems.find(
    problem =>
      problem.kind !== 'missing' &&
      seq >= problem.seq &&
      seq <= (problem.toSeq ?? problem.seq),
  );
}

const ENTITY_REF = /^[^:/\s]+:[^:/\s]+\/[^:/\s]+$/;
const GITHUB = 'github:';

/** Who acted, where it was a person. */
export function personOf(actor: AuditRecord['actor']): Person | undefined {
  if (ENTITY_REF.test(actor)) return { entityRef: actor };
  return actor.startsWith(GITHUB)
    ? { login: actor.slice(GITHUB.length) }
    : undefined;
}

/** What is stored, laid out for reading; undefined where it is no JSON. Its hash is made of the exact text. */
export function formattedText({ text }: AuditEntry): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return undefined;
  }
}
