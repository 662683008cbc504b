import { LoggerService } from '@backstage/backend-plugin-api';
import { Database, wakeByPullRequest, wakeIssue } from '../persistence';
import { Clock } from '../ports';

/** What a delivery says it is about, in our words. */
export interface RepositoryNews {
  repository: string;
  pullRequest?: number;
  headSha?: string;
  /** Issue or pull request that was commented on or changed. */
  issue?: number;
}

export interface WebhookDoorOptions {
  db: Database;
  clock: Clock;
  logger: LoggerService;
  /** Something is due now. */
  onWoken: () => void;
}

/**
 * GitHub said that something has happened: whoever waits for it looks at once.
 * A delivery is never believed, only looked into, so those that come twice, out
 * of order, late or not at all change nothing; polling finds everything (SPEC §3).
 */
export class WebhookDoor {
  readonly #options: WebhookDoorOptions;
  #lastAt: number | undefined;

  constructor(options: WebhookDoorOptions) {
    this.#options = options;
  }

  /** When the latest delivery came, ms epoch; undefined: none since the start of this process. */
  get lastAt(): number | undefined {
    return this.#lastAt;
  }

  async receive(news: RepositoryNews): Promise<void> {
    const { clock, db, logger, onWoken } = this.#options;
    const { repository, pullRequest, headSha, issue } = news;
    const now = clock.now();
    this.#lastAt = now;
    // A pull request is an issue too, so a comment may be about either.
    const number = pullRequest ?? issue;
    const rollbacks =
      number === undefined && headSha === undefined
        ? 0
        : await wakeByPullRequest(db, { repository, number, headSha, now });
    const issues =
      issue === undefined
        ? 0
        : await wakeIssue(db, { repository, number: issue, now });
    if (rollbacks + issues > 0) {
      logger.debug(
        `A webhook of ${repository} made ${rollbacks} rollbacks and ${issues} issues due`,
      );
      onWoken();
    }
  }
}
