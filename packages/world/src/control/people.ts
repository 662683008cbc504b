import { InputError } from '@backstage/errors';
import type { CastDefinition } from '../cast/types';
import type { GitHubServer } from '../github';
import type { EventLog } from './eventLog';
import { Findings } from './findings';
import type { LabelOptions, PeopleControl } from './peopleTypes';
import type { Targets } from './targets';

/** Who does what nobody in particular is asked to do. */
const MAINTAINER = 'alice';

/** Builds what people can be made to do in GitHub. */
export function createPeopleControl(options: {
  cast: CastDefinition;
  github: GitHubServer;
  targets: Targets;
  log: EventLog;
}): PeopleControl {
  const { cast, github, targets, log } = options;
  const { acting, webhooks } = github;
  const findings = new Findings(cast, github, targets);

  function note(
    kind: string,
    at: { repository: string; number: number },
    by: string,
  ) {
    log.note(`world.${kind}`, `${at.repository}#${at.number} by ${by}`);
    return { repository: at.repository, number: at.number };
  }

  function pullOf(target: { service?: string; number?: number }) {
    const { repository, pull } = findings.openPull(target);
    return { repository, number: pull.number };
  }

  async function setLabel(
    {
      label,
      by = MAINTAINER,
      issue,
      repository,
      service,
      number,
    }: LabelOptions,
    present: boolean,
  ) {
    targets.person(by);
    const at =
      issue === undefined && repository === undefined
        ? pullOf({ service, number })
        : findings.issue({ repository, number: issue ?? number });
    acting.setLabel(by, at.repository, at.number, label, present);
    return note(present ? 'label' : 'unlabel', at, by);
  }

  return {
    async closePullRequest({ by = MAINTAINER, ...target }) {
      targets.person(by);
      const at = pullOf(target);
      await github.closePullRequest(at.repository, at.number, by);
      return { number: note('close-pr', at, by).number };
    },
    async mergePullRequest({ by = MAINTAINER, ...target }) {
      targets.person(by);
      const at = pullOf(target);
      const { sha } = await github.mergePullRequestAs(
        at.repository,
        at.number,
        by,
      );
      return { number: note('merge-pr', at, by).number, sha };
    },
    async approve({ login, ...target }) {
      targets.person(login);
      const at = pullOf(target);
      acting.review(login, at.repository, at.number, { event: 'APPROVE' });
      return note('approve', at, login);
    },
    async requestChanges({ login, text = 'Not like this.', ...target }) {
      targets.person(login);
      const at = pullOf(target);
      acting.review(login, at.repository, at.number, {
        event: 'REQUEST_CHANGES',
        body: text,
      });
      return note('request-changes', at, login);
    },
    async dismiss({ login, by = MAINTAINER, ...target }) {
      targets.person(login);
      targets.person(by);
      const at = pullOf(target);
      acting.dismiss(by, at.repository, at.number, login);
      return note('dismiss', at, by);
    },
    async push({ login, ...target }) {
      targets.person(login);
      const at = pullOf(target);
      const sha = await acting.push(login, at.repository, at.number);
      return { ...note('push', at, login), sha };
    },
    async comment({ login, text, ...target }) {
      targets.person(login);
      const at = findings.issue(target);
      const { id, url } = acting.comment(login, at.repository, at.number, text);
      return { ...note('comment', at, login), id, url };
    },
    editComment({ id, text, by }) {
      acting.editComment(by && targets.person(by).login, id, text);
      log.note('world.edit-comment', `${id}${by ? ` by ${by}` : ''}`);
    },
    deleteComment({ id, by }) {
      acting.deleteComment(by && targets.person(by).login, id);
      log.note('world.delete-comment', `${id}${by ? ` by ${by}` : ''}`);
    },
    label: label => setLabel(label, true),
    unlabel: label => setLabel(label, false),
    team({ login, team, member }) {
      targets.person(login);
      const changed = acting.setTeamMember(
        cast.organization,
        team,
        login,
        member,
      );
      log.note(
        'world.team',
        `${login} is ${member ? 'in' : 'not in'} ${team}${
          changed ? '' : ', as before'
        }`,
      );
      return { changed };
    },
    mergeQueue({ on, ...target }) {
      const { git } = targets.application(target);
      if (!git) {
        throw new InputError(
          `${target.service} is not built from a repository of this world`,
        );
      }
      github.setProtection(git.repository, git.branch, {
        ...github.protection(git.repository, git.branch),
        mergeQueue: on,
      });
      log.note(
        'world.merge-queue',
        `${git.repository} ${git.branch}: ${on ? 'on' : 'off'}`,
      );
      return { branch: git.branch };
    },
    webhook(config) {
      webhooks.change(config);
      log.note('world.webhook', webhooks.target()?.url ?? 'off');
    },
    webhookOff() {
      webhooks.configure(undefined);
      log.note('world.webhook', 'off');
    },
    webhooks: () => ({
      target: webhooks.target(),
      deliveries: webhooks.deliveries(),
    }),
  };
}
