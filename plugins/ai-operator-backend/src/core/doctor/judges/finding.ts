import { DoctorFinding } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Fact, Failure } from '../facts';
import { CheckId } from './checks';

/** What a judge says; when it was looked at is added by whoever looked. */
export type Finding = Omit<DoctorFinding, 'checkedAt'>;

type Unknown = Extract<Fact<unknown>, { known: false }>;

/** One check of one thing: makes its findings, under a stable id. */
export interface Check {
  ok(because: string): Finding;
  warning(because: string, howToMend: string): Finding;
  problem(because: string, howToMend: string): Finding;
  unknown(because: string, howToMend: string): Finding;
  /** It was asked for and did not come: a problem where the answer itself was bad, else unknown. */
  failed(fact: Unknown, howToMend?: string): Finding;
  /** The part could not be seen, which says nothing about it. */
  unseen(fact: Unknown, howToMend?: string): Finding;
}

const IS_PROBLEM: Record<Failure, boolean> = {
  unreachable: true,
  unauthenticated: true,
  forbidden: true,
  missing: true,
  misconfigured: true,
  odd: true,
  silent: false,
  limited: false,
  skipped: false,
};

const MENDS: Record<Failure, string> = {
  unreachable:
    'Check its address in the configuration, and that the backend can reach it through network policies and proxies.',
  unauthenticated: 'Replace the credentials: these are not accepted.',
  forbidden:
    'Give the account this right, or leave it if you check it yourself.',
  missing: 'Check the name and the address, and that our account may see it.',
  misconfigured: 'Correct the configuration as the message says.',
  odd: 'Check that the configured address is that system and not a proxy or login page before it.',
  silent:
    'Look again in a minute. If it stays silent, check its load and the network between it and the backend.',
  limited: 'Wait until the limit is over, then look again.',
  skipped: 'Mend what hinders the look first; it has a finding of its own.',
};

/** Sentences end with one full stop, wherever they come from. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** `1 repository`, `2 repositories`. */
export function count(
  amount: number,
  one: string,
  many: string = `${one}s`,
): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

/**
 * @param subject - what is looked at; with an empty `path` it is the only one of its area
 * @param id - name of the check, the last part of the finding's id
 */
export function check<A extends Finding['area']>(
  subject: { area: A; name: string; path?: string },
  id: CheckId<A>,
  title: string,
): Check {
  const { area, name, path = name } = subject;
  const base = {
    id: [area, path, id].filter(Boolean).join('/'),
    area,
    name,
    title,
  };
  const says =
    (status: 'warning' | 'problem' | 'unknown') =>
    (because: string, howToMend: string): Finding => ({
      ...base,
      status,
      because: sentence(because),
      howToMend: sentence(howToMend),
    });
  const unknown = says('unknown');
  return {
    ok: because => ({ ...base, status: 'ok', because: sentence(because) }),
    warning: says('warning'),
    problem: says('problem'),
    unknown,
    failed: ({ failure, because }, howToMend = MENDS[failure]) =>
      says(IS_PROBLEM[failure] ? 'problem' : 'unknown')(because, howToMend),
    unseen: ({ failure, because }, howToMend = MENDS[failure]) =>
      unknown(because, howToMend),
  };
}
