import { trailStops } from '../../guards/auditTrail';
import { Policy } from '../../policy';
import { clockTime, duration } from '../../time';
import { SinkNow, trailOf } from '../../trail';
import { Fact } from '../facts';
import { Check, check, count, Finding } from './finding';

/** The audit trail: whether it is whole, and whether it gets where it should. Times in ms epoch. */
export interface AuditTrailFacts {
  /** What the operator's own last look at the chain showed. */
  chain: {
    result: 'intact' | 'broken' | 'unknown';
    because: string;
    checkedAt?: number;
  };
  /** Sinks it was ever shipped to. */
  sinks: Array<
    SinkNow & {
      backlog: number;
      shippedAt?: number;
      setAside: number;
      /** The latest records it refuses. */
      setAsideLatest: Array<{ seq: number; because: string }>;
    }
  >;
}

export interface AuditTrailExpectations {
  /** Configured sinks. */
  sinks: ReadonlyArray<{ kind: 'elasticsearch' | 'file'; name: string }>;
  policy: Policy;
  /** How often the operator looks at the chain, ms. */
  verifyInterval: number;
  now: number;
}

const TRAIL = { area: 'audit' as const, name: 'Audit trail', path: '' };

/** Looks at the chain that may be missed before somebody should wonder. */
const MISSED_LOOKS = 3;

const RUNBOOK =
  'Find out with `GET /v1/audit/verify` or the command line tool which entries it is about, keep a copy of the database, and find out who can write to it. Elasticsearch has the entries as they were, if they were shipped before';

/** The trail itself, and each sink it is shipped to. */
export function judgeAuditTrail(
  facts: Fact<AuditTrailFacts>,
  expected: AuditTrailExpectations,
): Finding[] {
  const chain = check(TRAIL, 'chain', 'Chain of the audit trail');
  const sinks = expected.sinks.map(({ kind, name }) => ({
    name,
    backlog: check(
      { area: 'audit', name, path: kind },
      'backlog',
      'Records that wait',
    ),
    setAside: check(
      { area: 'audit', name, path: kind },
      'set-aside',
      'Records that are refused',
    ),
  }));
  if (!facts.known) {
    return [
      chain.unseen(facts),
      ...sinks.flatMap(({ backlog, setAside }) => [
        backlog.unseen(facts),
        setAside.unseen(facts),
      ]),
    ];
  }
  const found = facts.value;
  return [
    judgeChain(chain, found.chain, expected),
    ...(sinks.length === 0
      ? [
          check(TRAIL, 'shipped', 'Where it is shipped to').ok(
            'The whole audit trail is in this database; it is shipped nowhere else',
          ),
        ]
      : []),
    ...sinks.flatMap(({ backlog, name, setAside }) => {
      const sink = found.sinks.find(each => each.name === name);
      return [
        judgeBacklog(backlog, sink, expected),
        judgeSetAside(setAside, sink),
      ];
    }),
  ];
}

function judgeChain(
  { ok, problem, unknown, warning }: Check,
  { because, checkedAt, result }: AuditTrailFacts['chain'],
  { now, verifyInterval }: AuditTrailExpectations,
): Finding {
  if (result === 'broken') {
    return problem(because, RUNBOOK);
  }
  if (result === 'unknown' || checkedAt === undefined) {
    return unknown(
      because,
      'Wait for the first look; if none ends, look into the log of the backend',
    );
  }
  const age = now - checkedAt;
  return age > MISSED_LOOKS * verifyInterval
    ? warning(
        `The last look at it ended ${duration(age)} ago: ${because}`,
        'Check that a backend with the operator runs, and its log for errors of its loops',
      )
    : ok(because);
}

function judgeBacklog(
  { ok, problem, unknown, warning }: Check,
  sink: AuditTrailFacts['sinks'][number] | undefined,
  { now, policy }: AuditTrailExpectations,
): Finding {
  if (!sink) {
    return unknown(
      'Nothing was shipped to it yet',
      'Check that a backend with the operator runs, and its log for errors of its loops',
    );
  }
  const { backlog, failingSince, setAside, shippedAt, waitingSince } = sink;
  const waiting = count(backlog, 'record waits', 'records wait');
  if (failingSince !== undefined) {
    const all = count(backlog + setAside, 'record waits', 'records wait');
    const trail = trailOf([sink]);
    const stops = trailStops('production', trail, now, policy);
    return problem(
      `It takes no records since ${clockTime(failingSince, now)}: ${
        sink.problem ?? 'it does not say why'
      }. ${all} in the database, and none is lost${
        stops === undefined
          ? ''
          : '. Until they are shipped nothing is merged in production'
      }`,
      'Mend what it says. Shipping goes on by itself, at most a minute later',
    );
  }
  const late = waitingSince === undefined ? 0 : now - waitingSince;
  if (late < policy.auditTrail.stopAfter) {
    return ok(
      backlog === 0 ? 'It has everything' : `${waiting}, none for long`,
    );
  }
  const words = `${waiting}, the oldest for ${duration(late)}`;
  return shippedAt !== undefined &&
    now - shippedAt < policy.auditTrail.stopAfter
    ? warning(
        `${words}: it is catching up`,
        'Wait. If the backlog does not become smaller, give the sink more room',
      )
    : problem(
        words,
        'Check that a backend with the operator runs, and its log for errors of its loops',
      );
}

function judgeSetAside(
  { ok, unknown, warning }: Check,
  sink: AuditTrailFacts['sinks'][number] | undefined,
): Finding {
  if (!sink) {
    return unknown('Nothing was shipped to it yet', 'Look again in a minute');
  }
  const [latest] = sink.setAsideLatest;
  return latest === undefined
    ? ok('It refuses none')
    : warning(
        `It refuses ${count(sink.setAside, 'record')}, the latest entry ${
          latest.seq
        }: ${latest.because}. They stay in the database`,
        'Mend what it says, such as a mapping that somebody has changed. They are tried again every hour',
      );
}
