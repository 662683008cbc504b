import { Fact, PrometheusFacts } from '../facts';
import { judgeClock } from './clock';
import { Check, check, Finding } from './finding';

const SUBJECT = { area: 'prometheus' as const, name: 'Prometheus', path: '' };

/** Without figures CI alone decides whether a candidate was stable (SPEC §8). */
export function judgeNoPrometheus(): Finding {
  return check(SUBJECT, 'configured', 'Configured').warning(
    'No source of uptime figures is configured: CI alone decides whether an older revision was stable, and the records say so',
    'Set aiOperator.prometheus.url',
  );
}

/** An adopter's own source instead of Prometheus; `answer` is what asking it gave. */
export function judgeCustomMetrics(answer: Fact<unknown>): Finding {
  const { ok, failed } = check(SUBJECT, 'query', 'Answers a query');
  return answer.known
    ? ok('A metrics source of your own is installed, and it answers')
    : failed(
        answer,
        'Mend the metrics source that your backend installs; until then CI alone decides',
      );
}

/** Everything about Prometheus. */
export function judgePrometheus(facts: PrometheusFacts): Finding[] {
  return [
    judgeConnection(check(SUBJECT, 'connection', 'Connection'), facts),
    judgeReady(check(SUBJECT, 'ready', 'Ready'), facts),
    judgeQuery(check(SUBJECT, 'query', 'Answers a query'), facts),
    judgeClock(check(SUBJECT, 'clock', 'Clock'), facts.clock),
  ];
}

function judgeConnection(
  { ok, failed }: Check,
  { url, ready, query }: PrometheusFacts,
): Finding {
  // Something before it may say 503 on its behalf: that is no answer of its own.
  return query.known || (ready.known && ready.value)
    ? ok(`It answers at ${url}`)
    : failed(query);
}

function judgeReady(
  { ok, warning, unseen }: Check,
  { ready, query }: PrometheusFacts,
): Finding {
  if (!ready.known) {
    // Hosted services that speak PromQL often have no such page.
    return ready.failure === 'missing' && query.known
      ? ok('It has no page that says so, but it answers')
      : unseen(ready);
  }
  return ready.value
    ? ok('It says it is ready')
    : warning(
        'It says it is not ready yet',
        'Wait until it has read its log, or look at its own log if that takes long',
      );
}

function judgeQuery(
  { ok, failed, unseen }: Check,
  { query }: PrometheusFacts,
): Finding {
  if (query.known) {
    return ok('It answers the configured query');
  }
  if (query.failure === 'unreachable') {
    // That has a finding of its own.
    return unseen(query);
  }
  return failed(
    query,
    query.failure === 'misconfigured'
      ? 'Correct aiOperator.prometheus; until then CI alone decides whether an older revision was stable'
      : undefined,
  );
}
