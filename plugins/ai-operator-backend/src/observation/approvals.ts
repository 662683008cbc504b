import { Role } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApprovalFact, HumanCommand, PersonRef } from '../core/people';
import { Known, known, unknown } from '../core/verdict';
import { CallContext, GitHubPort, PeoplePort, PortError } from '../ports';
import { mapBounded } from './mapBounded';

/** People whose roles are looked up at the same time. */
const CONCURRENCY = 4;
/** A pull request with more reviewers than this is not decided by the operator. */
const MAX_WORDS = 200;

interface Ports {
  github: Pick<GitHubPort, 'getReviews'>;
  people: Pick<PeoplePort, 'find'>;
}

type Word = Omit<ApprovalFact, 'roles' | 'person'> & { who: PersonRef };

function sameLogin(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.toLowerCase() === b?.toLowerCase();
}

/** The same name under which the last word of a person is found, once per person. */
function nameOf({ entityRef, login }: PersonRef): string {
  return (entityRef ?? `github:${login}`).toLowerCase();
}

async function rolesOf(
  who: PersonRef,
  people: Ports['people'],
  call: CallContext,
  now: () => number,
): Promise<{ person: PersonRef; roles: Known<Role[]> }> {
  try {
    const { person, roles } = await people.find(who, call);
    return { person, roles: known(roles, now()) };
  } catch (error) {
    if (error instanceof PortError) {
      return { person: who, roles: unknown(error.message, now()) };
    }
    throw error;
  }
}

/**
 * What people said about merging this pull request: the latest review of each
 * reviewer on GitHub, and every APPROVE given in the portal or on the
 * escalation issue. Each comes with the roles the person has now, so that
 * nobody decides who may no longer (SPEC §7).
 */
export async function readApprovals(
  subject: {
    repository: string;
    number: number;
    commands: readonly HumanCommand[];
  },
  ports: Ports,
  call: CallContext,
  now: () => number,
): Promise<ApprovalFact[]> {
  const { repository, number, commands } = subject;
  const { author, reviews } = await ports.github.getReviews(
    repository,
    number,
    call,
  );
  const words: Word[] = [
    ...reviews.map(
      ({ login, isBot, state, headSha, at, url }): Word => ({
        source: 'review',
        who: { login },
        decision: state === 'APPROVED' ? 'approved' : 'withdrawn',
        at,
        headSha,
        isBot,
        isAuthor: sameLogin(login, author),
        url,
      }),
    ),
    ...commands
      .filter(
        ({ command, result }) => command === 'APPROVE' && result !== 'refused',
      )
      .map(
        ({ source, person, result, at, answeredAt, headSha }): Word => ({
          source,
          who: person,
          decision: result === 'withdrawn' ? 'withdrawn' : 'approved',
          at: result === 'withdrawn' ? answeredAt ?? at : at,
          headSha,
          isBot: false,
          isAuthor: sameLogin(person.login, author),
        }),
      ),
  ];
  if (words.length > MAX_WORDS) {
    throw new PortError(
      'VALIDATION',
      `${words.length} reviews and approvals of #${number} in ${repository}; more than ${MAX_WORDS} are not looked through`,
    );
  }
  const people = new Map(words.map(({ who }) => [nameOf(who), who]));
  const found = new Map(
    await mapBounded([...people], CONCURRENCY, async ([name, who]) => {
      return [name, await rolesOf(who, ports.people, call, now)] as const;
    }),
  );
  return words.map(({ who, ...word }) => {
    const { person, roles } = found.get(nameOf(who)) ?? {
      person: who,
      roles: unknown<Role[]>('Nobody has looked', now()),
    };
    return {
      ...word,
      person,
      roles,
      isAuthor: word.isAuthor || sameLogin(person.login, author),
    };
  });
}
