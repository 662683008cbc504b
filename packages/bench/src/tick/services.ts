import {
  AuditorService,
  AuthService,
  DiscoveryService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { OperatorMetrics } from '@ai-operator/backstage-plugin-ai-operator-backend/src/metrics';

/** Prints what is wrong and nothing else. */
export function quietLogger(): LoggerService {
  const say = (message: string) => process.stderr.write(`${message}\n`);
  const logger: LoggerService = {
    error: (message, meta) => say(`${message} ${meta ? String(meta) : ''}`),
    warn: message => say(message),
    info: () => {},
    debug: () => {},
    child: () => logger,
  };
  return logger;
}

/** Nobody decides anything in a benchmark. */
export function quietAuditor(): AuditorService {
  return {
    createEvent: async () => ({
      success: async () => {},
      fail: async () => {},
    }),
  };
}

/** Healthy applications need no cluster: whoever asks for one here has found a fault. */
export function unusedServices(): {
  discovery: DiscoveryService;
  auth: AuthService;
} {
  const refuse = async () => {
    throw new Error('No cluster is read in this benchmark');
  };
  return {
    discovery: { getBaseUrl: refuse, getExternalBaseUrl: refuse },
    auth: {
      authenticate: refuse,
      isPrincipal: (_credentials, _type): _credentials is never => false,
      getNoneCredentials: refuse as never,
      getOwnServiceCredentials: refuse,
      getPluginRequestToken: refuse,
      getLimitedUserToken: refuse,
      listPublicServiceKeys: refuse,
    },
  };
}

/** The product's metrics, with a count of the calls they hear of. */
export function countRequests(metrics: OperatorMetrics): {
  metrics: OperatorMetrics;
  requests: () => number;
} {
  let requests = 0;
  return {
    metrics: {
      ...metrics,
      observe(name, durationMs, errorCode) {
        requests += 1;
        metrics.observe(name, durationMs, errorCode);
      },
    },
    requests: () => requests,
  };
}
