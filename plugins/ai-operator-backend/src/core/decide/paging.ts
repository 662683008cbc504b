import { judgeApproval } from '../approval/judgeApproval';
import { Decision } from '../decision';
import { pageEffect } from '../explain/notification';
import { Facts } from './context';

/** True while nobody has said what was asked for, and nobody has taken it in hand. */
function isUnanswered(facts: Facts, { next, verdicts }: Decision): boolean {
  const { rollback, application, observation, now, policy } = facts;
  switch (next.name) {
    case 'AwaitingHumanReview':
      return (
        judgeApproval(rollback, observation, now, policy, next.enteredAt)
          .result !== 'holds'
      );
    case 'AwaitingMergeApproval':
      return (
        rollback.environment === 'production' &&
        verdicts?.approval?.result !== 'holds'
      );
    case 'Abort':
      return (
        next.reason !== 'MANUAL_TAKEOVER' &&
        next.reason !== 'ABORTED_BY_HUMAN' &&
        application?.lastCheck.health !== 'Healthy'
      );
    default:
      return false;
  }
}

/**
 * An escalation that stays unanswered wakes somebody up: 60 minutes after people
 * were first asked about this rollback, and once (SPEC §2, §9). In mode
 * `observe` nobody was asked.
 */
export function withPage(facts: Facts, decision: Decision): Decision {
  const { rollback, now, policy } = facts;
  const asked = decision.escalation ?? rollback.escalation;
  if (
    !asked ||
    asked.pagedAt !== undefined ||
    now - asked.firstAt < policy.timing.escalationPage ||
    policy.modes[rollback.environment] === 'observe' ||
    !isUnanswered(facts, decision)
  ) {
    return decision;
  }
  return {
    ...decision,
    effects: [...decision.effects, pageEffect(rollback, asked, now, policy)],
    escalation: { ...asked, pagedAt: now },
  };
}
