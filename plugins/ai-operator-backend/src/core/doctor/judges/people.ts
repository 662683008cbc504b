import { PersonRef } from '../../people';
import { Fact } from '../facts';
import { check, Finding, listed } from './finding';

const SUBJECT = { area: 'people' as const, name: 'Roles', path: '' };

/** Longest list of people in one sentence. */
const MAX_NAMED = 5;

/** A mistake in the role table. */
export interface RoleProblem {
  key: string;
  because: string;
  howToMend: string;
}

/**
 * The role table: does everything it names exist, and is there somebody who can
 * approve a production rollback (RB-04) in every place where that is done?
 */
export function judgePeople(options: {
  problems: Fact<RoleProblem[]>;
  seniorMaintainers: Fact<PersonRef[]>;
}): Finding[] {
  return [
    ...judgeTable(options.problems),
    judgeSeniorMaintainers(options.seniorMaintainers),
  ];
}

function judgeTable(problems: Fact<RoleProblem[]>): Finding[] {
  const table = check(SUBJECT, 'table', 'Role table');
  if (!problems.known) {
    return [table.failed(problems)];
  }
  return problems.value.length === 0
    ? [table.ok('Everything it names exists')]
    : problems.value.map(({ key, because, howToMend }) =>
        check({ area: 'people', name: key }, 'table', 'Role table').warning(
          because,
          howToMend,
        ),
      );
}

function judgeSeniorMaintainers(people: Fact<PersonRef[]>): Finding {
  const about = check(SUBJECT, 'senior-maintainer', 'A senior maintainer');
  if (!people.known) {
    return about.unseen(people);
  }
  if (people.value.length === 0) {
    return about.problem(
      'Nobody is senior maintainer: no production rollback can be approved, and no aborted one reset',
      'Name a group, a GitHub team or people in aiOperator.roles.seniorMaintainer',
    );
  }
  const linked = people.value.flatMap(({ login }) => login ?? []);
  if (linked.length === 0) {
    return about.problem(
      'No senior maintainer has a GitHub login: nobody could approve on the pull request or command on the issue',
      'Add the annotation github.com/user-login to their User entities',
    );
  }
  const named = linked.slice(0, MAX_NAMED);
  const more = linked.length - named.length;
  return about.ok(
    `${listed([
      ...named,
      ...(more > 0 ? [`${more} more`] : []),
    ])} can approve production rollbacks`,
  );
}
