import { DoctorFinding } from '@ai-operator/backstage-plugin-ai-operator-common';
import { DatabaseFacts } from '../core/doctor/facts';
import {
  AuditTrailFacts,
  Finding,
  judgeArgoCd,
  judgeAuditTrail,
  judgeConfiguration,
  judgeCustomMetrics,
  judgeDatabase,
  judgeElasticsearch,
  judgeLoops,
  judgeNoPrometheus,
  judgePauses,
  judgePeople,
  judgePrometheus,
  judgeSurvey,
  judgeTelling,
} from '../core/doctor/judges';
import { argoQuestions } from '../core/doctor/leastPrivilege';
import { toPolicy } from '../config';
import {
  silentArgo,
  silentElasticsearch,
  silentPrometheus,
} from '../core/doctor/silence';
import {
  countOverdue,
  Database,
  getAuditCheck,
  listAuditSinks,
  listInstances,
  listPauses,
  readDatabaseTime,
} from '../persistence';
import { PortError } from '../ports';
import { lookAtClusters } from './clusters';
import { InUse, readInUse } from './inUse';
import { Look } from './Look';
import { DOCTOR_LIMITS, DoctorParts } from './parts';
import { lookAtGitHub } from './repositories';

/** An application nobody has: the question is only whether the source answers. */
const NOBODY = { application: 'ai-operator-doctor', revision: '0'.repeat(40) };

/**
 * Looks at everything the operator needs and says what it found, ok included
 * (SPEC §12 `GET /v1/doctor`). It only reads. Systems are looked at side by
 * side, 10 s each and 20 s in all; what did not answer is `unknown`. Ids of
 * findings stay the same from look to look. Never throws because something
 * outside is broken.
 */
export async function runDoctor(parts: DoctorParts): Promise<DoctorFinding[]> {
  const { clock, config, problems } = parts;
  const look = new Look(
    { ...DOCTOR_LIMITS, ...parts.limits },
    parts.logger,
    parts.record,
  );
  const inUse = await look.at('the applications under watch', () =>
    reading(readInUse(parts.db)),
  );
  const known: InUse = inUse.known
    ? inUse.value
    : { samples: new Map(), repositories: [], destinations: [] };
  const sections = await Promise.all(
    [
      async () => [...judgeConfiguration(problems), ...judgeSurvey(inUse)],
      () => lookAtDatabase(parts, look),
      () => lookAtAuditTrail(parts, look),
      () => lookAtElasticsearch(parts, look),
      ...config.argocd.instances.map(
        instance => () => lookAtArgo(parts, instance, known, look),
      ),
      () => lookAtClusters(parts, known.destinations, look),
      () =>
        inUse.known || config.escalation.repository !== undefined
          ? lookAtGitHub(parts, known.repositories, look)
          : Promise.resolve([]),
      () => lookAtMetrics(parts, look),
      () => lookAtPeople(parts, look),
    ].map(async section => {
      const findings = await section();
      return findings.map(finding => ({ ...finding, checkedAt: clock.now() }));
    }),
  );
  return withUniqueIds(sections.flat());
}

/** Two mistakes may have one key. */
function withUniqueIds(findings: DoctorFinding[]): DoctorFinding[] {
  const seen = new Map<string, number>();
  return findings.map(finding => {
    const times = (seen.get(finding.id) ?? 0) + 1;
    seen.set(finding.id, times);
    return times === 1 ? finding : { ...finding, id: `${finding.id}#${times}` };
  });
}

async function lookAtArgo(
  { port }: DoctorParts,
  instance: { name: string; url: string },
  inUse: InUse,
  look: Look,
): Promise<Finding[]> {
  const questions = argoQuestions(inUse.samples.get(instance.name) ?? []);
  const facts = await look.at(`Argo CD '${instance.name}'`, call =>
    port.argocd({ instance: instance.name, questions }, call),
  );
  return judgeArgoCd(
    facts.known ? facts.value : silentArgo(instance, questions, facts),
  );
}

/** The database, and what is in it: pauses, and whether the loops do their work. */
async function lookAtDatabase(
  parts: DoctorParts,
  look: Look,
): Promise<Finding[]> {
  const { config, clock, db, problems } = parts;
  const [facts, pauses] = await Promise.all([
    look.at('the database', () => reading(readDatabase(parts))),
    look.at('pauses', () => reading(listPauses(db, { now: clock.now() }))),
  ]);
  const now = clock.now();
  return [
    ...judgePauses(pauses, now),
    ...judgeLoops(facts, {
      instances: config.argocd.instances.map(({ name }) => name),
      isHalted: problems.some(({ severity }) => severity === 'fatal'),
      healthCheckInterval: config.timing.healthCheckInterval,
      instanceBackoffMax: config.timing.instanceBackoffMax,
      now,
    }),
    ...judgeDatabase(facts, parts.isProduction),
  ];
}

/** What the operator's own looks and the sinks have left in the database. */
async function lookAtAuditTrail(
  { auditSinks, clock, config, db }: DoctorParts,
  look: Look,
): Promise<Finding[]> {
  const facts = await look.at('the audit trail', () =>
    reading(readAuditTrail(db)),
  );
  return judgeAuditTrail(facts, {
    sinks: auditSinks,
    policy: toPolicy(config),
    verifyInterval: config.audit.verifyInterval,
    now: clock.now(),
  });
}

/** Where the trail is shipped to; no findings when that is nowhere. */
async function lookAtElasticsearch(
  { auditSinks, port }: DoctorParts,
  look: Look,
): Promise<Finding[]> {
  const sink = auditSinks.find(({ kind }) => kind === 'elasticsearch');
  if (!sink) {
    return [];
  }
  const facts = await look.at(sink.name, call => port.elasticsearch(call));
  if (!facts.known) {
    return judgeElasticsearch(silentElasticsearch(sink.name, facts));
  }
  return facts.value ? judgeElasticsearch(facts.value) : [];
}

async function readAuditTrail(db: Database): Promise<AuditTrailFacts> {
  const [chain, sinks] = await Promise.all([
    getAuditCheck(db),
    listAuditSinks(db),
  ]);
  return { chain, sinks };
}

/** A database that cannot be read is something to find, not a fault of ours. */
async function reading<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new PortError(
      'UNAVAILABLE',
      `The database cannot be read: ${
        cause instanceof Error ? cause.message : String(cause)
      }`,
      { cause },
    );
  }
}

async function readDatabase({
  db,
  clock,
}: DoctorParts): Promise<DatabaseFacts> {
  const before = clock.now();
  const theirs = await readDatabaseTime(db);
  const after = clock.now();
  const [due, instances] = await Promise.all([
    countOverdue(db, { now: after }),
    listInstances(db),
  ]);
  return {
    dialect: db.dialect,
    roundTripMs: after - before,
    clock: { theirs, precision: 1, before, after },
    due,
    polling: instances.map(({ name, lastTickAt, lastOkAt, problem }) => ({
      instance: name,
      lastTickAt,
      lastOkAt,
      problem,
    })),
  };
}

async function lookAtMetrics(
  parts: DoctorParts,
  look: Look,
): Promise<Finding[]> {
  const { port, config, clock, customMetrics } = parts;
  if (customMetrics) {
    const answer = await look.at('the metrics source', call =>
      customMetrics.uptime(
        {
          ...NOBODY,
          environment: 'staging',
          at: clock.now(),
          windowMs: config.candidates.uptimeWindow,
        },
        call,
      ),
    );
    return [judgeCustomMetrics(answer)];
  }
  if (!config.prometheus) {
    return [judgeNoPrometheus()];
  }
  const { url } = config.prometheus;
  const facts = await look.at('Prometheus', call => port.prometheus(call));
  if (facts.known) {
    return facts.value ? judgePrometheus(facts.value) : [judgeNoPrometheus()];
  }
  return judgePrometheus(silentPrometheus(url, facts));
}

async function lookAtPeople(
  parts: DoctorParts,
  look: Look,
): Promise<Finding[]> {
  const { people, port, config, clock } = parts;
  const [problems, seniorMaintainers, notifications] = await Promise.all([
    look.at('the role table', call => people.problems(call)),
    look.at('the role table', call => parts.seniorMaintainers(call)),
    look.at('notifications', call => port.notifications(call)),
  ]);
  const { recipients, broadcast } = config.escalation.notify;
  return [
    ...judgePeople({ problems, seniorMaintainers }),
    ...judgeTelling({
      notify: { recipients: recipients.length, broadcast },
      notifications: notifications.known ? notifications.value : notifications,
      pager: { isConfigured: parts.hasPager },
      lastWebhookAt: parts.lastWebhookAt(),
      now: clock.now(),
    }),
  ];
}
