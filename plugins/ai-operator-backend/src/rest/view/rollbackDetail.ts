import {
  RollbackDetail,
  VerdictSetView,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  ApplicationRecord,
  GUARDS,
  INVARIANTS,
  patch,
  Rollback,
  VerdictSet,
} from '../../core';
import { githubDemands } from '../../core/commands/demands';
import {
  countAudit,
  Database,
  getApplicationRecord,
  listAudit,
  listChecks,
  listCommands,
  listTransitions,
} from '../../persistence';
import { viewCheck } from './application';
import { viewCommand } from './command';
import { repositoryUrl } from './context';
import { DetailContext } from './detailContext';
import { viewRollback } from './rollback';
import { viewSteps } from './steps';
import { viewTimeline } from './timeline';

const MAX_TIMELINE = 500;
const MAX_TRANSITIONS = 200;
const MAX_CHECKS = 200;
const MAX_COMMANDS = 200;
/** Of what is shown of the timeline; transitions come from their own table. */
const TIMELINE_KINDS = [
  'MCP_CALL',
  'INVARIANT_CHECK',
  'ESCALATION',
  'HUMAN_COMMAND',
  'ERROR',
] as const;

function titleIn(
  rules: ReadonlyArray<{ id: string; title: string }>,
  id: string,
): string {
  return rules.find(rule => rule.id === id)?.title ?? id;
}

function viewVerdicts(verdicts: VerdictSet): VerdictSetView {
  return {
    evaluatedAt: verdicts.evaluatedAt,
    headSha: verdicts.headSha,
    invariants: verdicts.invariants.map(
      ({ id, result, because, evidence }) => ({
        id,
        title: titleIn(INVARIANTS, id),
        result,
        because,
        evidence,
      }),
    ),
    guards: verdicts.guards.map(({ id, result, because, evidence }) => ({
      id,
      title: titleIn(GUARDS, id),
      result,
      because,
      evidence,
    })),
    approval: verdicts.approval,
  };
}

function viewEscalation({
  escalation,
}: Rollback): RollbackDetail['escalation'] {
  if (!escalation) {
    return undefined;
  }
  const { reason, because, recommendedAction, issueUrl, at } = escalation;
  return { reason, because, recommendedAction, issueUrl, at };
}

function repositoryOf(
  { state }: Rollback,
  application: ApplicationRecord | undefined,
): string | undefined {
  if ('source' in state && state.source) {
    return state.source.repository;
  }
  return application?.source.known
    ? application.source.value.repository
    : undefined;
}

/** Everything about one rollback; `rollback` is complete, as `getRollback` reads it. */
export async function viewRollbackDetail(
  db: Database,
  rollback: Rollback,
  context: DetailContext,
): Promise<RollbackDetail> {
  const { correlationId, application: key, openedAt, state } = rollback;
  const { links, now, policy } = context;
  const summary = viewRollback(rollback, context);
  const kinds = [...TIMELINE_KINDS];
  const [
    transitions,
    audit,
    auditCount,
    checks,
    application,
    commands,
    allowedActions,
  ] = await Promise.all([
    listTransitions(db, { correlationId, limit: MAX_TRANSITIONS }),
    listAudit(db, { correlationId, limit: MAX_TIMELINE, actionTypes: kinds }),
    countAudit(db, { correlationId, actionTypes: kinds }),
    listChecks(db, {
      key,
      since: openedAt,
      until: summary.endedAt,
      limit: MAX_CHECKS,
    }),
    getApplicationRecord(db, key),
    listCommands(db, { correlationId, limit: MAX_COMMANDS }),
    context.allowedActions(rollback),
  ]);
  const repository = repositoryOf(rollback, application);
  const change = 'change' in state ? state.change : undefined;
  return {
    ...summary,
    now,
    argoUrl: links.application(key),
    repositoryUrl: repository && repositoryUrl(links, repository),
    entityRefs: application
      ? context.entitiesOf(application).map(selection => selection.entityRef)
      : [],
    currentRevision: rollback.currentRevision,
    targetRevision: 'target' in state ? state.target?.sha : undefined,
    steps: viewSteps(rollback, transitions, policy),
    checks: checks.map(viewCheck),
    candidates: rollback.candidates && {
      ...rollback.candidates,
      currentRevision: rollback.currentRevision,
    },
    verdicts: rollback.verdicts && viewVerdicts(rollback.verdicts),
    change: change && {
      files: change.files.map(({ path, before, after }) => ({
        path,
        patch: patch(before, after),
      })),
    },
    ci: rollback.ci && {
      observedAt: rollback.ci.observedAt,
      checks: rollback.ci.checks,
    },
    escalation: viewEscalation(rollback),
    allowedActions,
    commands: commands.map(viewCommand),
    githubDemands: githubDemands(rollback),
    timeline: viewTimeline(transitions, audit),
    timelineOmitted: Math.max(0, auditCount - audit.length),
  };
}
