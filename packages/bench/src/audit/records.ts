import { randomUUID } from 'node:crypto';
import { StoredAuditRecord } from '@ai-operator/backstage-plugin-ai-operator-backend/src/persistence';

type AuditRecord = NonNullable<StoredAuditRecord['record']>;

/** Records of one rollback from the first look to the end. */
export const STORY_LENGTH = 60;

/** Rollbacks under way at once: their records stand between each other's. */
const UNDER_WAY = 8;

const INVARIANTS = [
  'I1_environment',
  'I2_single_pull_request',
  'I3_target_is_candidate',
  'I4_only_revision_changes',
  'I5_no_conflicts',
  'I6_ci_success',
  'I7_approved',
  'I8_still_degraded',
];

function callOf(step: number): Partial<AuditRecord> {
  return {
    actionType: 'MCP_CALL',
    reasoning: 'github.getPullRequestStatus answered in 120 ms.',
    mcpCall: {
      name: 'github.getPullRequestStatus',
      parameters: { repository: 'my-org/payment-service', number: 42, step },
      result: 'success',
      response: {
        state: 'open',
        headSha: '0123456789abcdef0123456789abcdef01234567',
        mergeableState: 'clean',
        approvals: 1,
      },
      durationMs: 120.25,
      retryCount: 0,
    },
  };
}

function checkOf(): Partial<AuditRecord> {
  return {
    actionType: 'INVARIANT_CHECK',
    reasoning: 'I6_ci_success is unknown: the check test is still running.',
    invariantsChecked: INVARIANTS.map(id => ({
      id,
      result:
        id === 'I6_ci_success' ? ('unknown' as const) : ('holds' as const),
      because:
        'The pull request changes targetRevision in .argocd/application.yaml and nothing else.',
    })),
  };
}

function moveOf(): Partial<AuditRecord> {
  return {
    actionType: 'FSM_TRANSITION',
    reasoning: 'The pull request #42 was opened against the branch staging.',
    fsmState: { before: 'CandidateResolved', after: 'PRCreated' },
  };
}

function commandOf(): Partial<AuditRecord> {
  return {
    actionType: 'HUMAN_COMMAND',
    actor: 'user:default/alice',
    reasoning: 'The fix is on its way, so the rollback is not needed.',
  };
}

/** What a record in the middle of a rollback is about. */
function bodyOf(step: number): Partial<AuditRecord> {
  if (step === STORY_LENGTH - 1) {
    return commandOf();
  }
  if (step % 10 === 0) {
    return moveOf();
  }
  return step % 5 === 0 ? checkOf() : callOf(step);
}

/** Records as a busy operator writes them, without end, and the rollbacks they belong to. */
export class RecordSource {
  /** Correlation ids of all rollbacks so far, oldest first. */
  readonly stories: string[] = [];
  #count = 0;
  readonly #from: number;

  /** @param from - time of the first record, ms epoch; each is one ms later */
  constructor(from: number) {
    this.#from = from;
  }

  next(count: number): AuditRecord[] {
    return Array.from({ length: count }, () => this.#one());
  }

  #one(): AuditRecord {
    const number = this.#count;
    this.#count += 1;
    const step = Math.floor(number / UNDER_WAY) % STORY_LENGTH;
    const round = Math.floor(number / (UNDER_WAY * STORY_LENGTH));
    const story = round * UNDER_WAY + (number % UNDER_WAY);
    const correlationId = (this.stories[story] ??= randomUUID());
    return {
      version: 1,
      timestamp: this.#from + number,
      correlationId,
      level: 'INFO',
      actor: 'ai-operator',
      ...bodyOf(step),
      metadata: {
        application: 'main/argocd/payment-service',
        environment: 'staging',
      },
    } as AuditRecord;
  }
}
