import { Policy } from '../core/policy';
import { OperatorConfig } from './types';

/** The part of the configuration that decisions depend on. */
export function toPolicy(config: OperatorConfig): Policy {
  const { instanceFailures, instanceBackoffMax, ...timing } = config.timing;
  const { uptimeWindow, ...candidates } = config.candidates;
  return {
    timing,
    candidates,
    limits: config.limits,
    githubBudget: config.githubBudget,
    auditTrail: {
      requiredInProduction: config.audit.productionMergesNeedTrail,
      stopAfter: config.audit.stopMergesAfter,
      index: config.audit.elasticsearch?.indexPrefix,
    },
    freezes: config.freezes,
    portalUrl: config.portalUrl,
    mention: config.escalation.mention,
    modes: {
      staging: config.environments.staging.mode,
      production: config.environments.production.mode,
    },
    escalationRepository: config.escalation.repository,
    holdLabel: config.holdLabel,
  };
}
