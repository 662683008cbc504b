import { LoggerService } from '@backstage/backend-plugin-api';
import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { AuditSubject, callRecord, errorRecord } from '../audit';
import { clockTime } from '../core/time';
import { ClaimedSink, SetAside } from '../persistence';
import { CallRecord } from '../ports';
import { UntoldAlert } from './alertTeller';
import { ShippingResult } from './shippingResult';

/** What a try has changed about a sink; absent parts stayed as they were. */
export interface ShippingNews {
  /** It takes no records from now on. */
  began?: { because: string };
  /** It takes records again. */
  recovered?: { since: number; failures: number };
  /** People are told that it fails. */
  tellFailing?: { since: number; because: string };
  /** People were told, and are told that it is over. */
  tellRecovered?: { since: number };
  /** Records it refuses, when that is worth telling. */
  refused?: readonly SetAside[];
}

/** @param stopAfter - after how long people are told that a sink fails, ms */
export function newsOf(
  claimed: ClaimedSink,
  { failingSince, problem, setAside }: ShippingResult,
  options: { now: number; stopAfter: number; tellRefused: boolean },
): ShippingNews {
  const because = problem?.because ?? '';
  const { failingSince: before, failures, toldAt } = claimed;
  const isTime =
    failingSince !== undefined &&
    toldAt === undefined &&
    options.now - failingSince >= options.stopAfter;
  const isOver = before !== undefined && failingSince === undefined;
  return {
    began:
      before === undefined && failingSince !== undefined
        ? { because }
        : undefined,
    recovered: isOver ? { since: before, failures } : undefined,
    tellFailing: isTime ? { since: failingSince, because } : undefined,
    tellRecovered:
      isOver && toldAt !== undefined ? { since: before } : undefined,
    refused: options.tellRefused && setAside.length > 0 ? setAside : undefined,
  };
}

function entries(refused: readonly SetAside[]): string {
  const [{ seq, because }] = refused;
  return refused.length === 1
    ? `entry ${seq} of the audit trail: ${because}`
    : `${refused.length} entries of the audit trail, the first of them ${seq}: ${because}`;
}

/**
 * Shipping leaves a record when it begins to fail and when it works again, and
 * none in between: a record of every shipped batch would have to be shipped, too,
 * and so on without an end. For the same reason what a sink refuses is told at
 * most once in a while: the record of it may be refused like the others.
 */
export function auditShipping(
  sink: string,
  news: ShippingNews,
  calls: readonly CallRecord[],
  now: number,
): AuditRecord[] {
  const subject: AuditSubject = { metadata: { sink } };
  const { began, recovered, refused } = news;
  const call: CallRecord | undefined = calls[calls.length - 1];
  const told = (because: string): AuditRecord =>
    call
      ? { ...callRecord(subject, call), reasoning: because }
      : errorRecord(subject, now, because, 'WARN');
  return [
    ...(began
      ? [
          told(
            `${sink} takes no records of the audit trail at present, so they wait in the database: ${began.because}.`,
          ),
        ]
      : []),
    ...(recovered
      ? [
          told(
            `${sink} takes records of the audit trail again. It had taken none since ${clockTime(
              recovered.since,
              now,
            )} (failed tries: ${
              recovered.failures
            }); what waited is being shipped.`,
          ),
        ]
      : []),
    ...(refused
      ? [
          errorRecord(
            subject,
            now,
            `${sink} refused ${entries(refused)}`,
            'WARN',
          ),
        ]
      : []),
  ];
}

/** What people on call are told. Of one sink failing and recovering is one thread. */
export function alertsOf(
  sink: string,
  { refused, tellFailing, tellRecovered }: ShippingNews,
  options: { now: number; link: string; stopsProduction: boolean },
): UntoldAlert[] {
  const { link, now, stopsProduction } = options;
  const scope = `audit-sink:${sink}`;
  return [
    ...(tellFailing
      ? [
          {
            scope,
            link,
            urgent: true,
            title: 'AI Operator: the audit trail cannot be shipped',
            description: `${sink} takes no records since ${clockTime(
              tellFailing.since,
              now,
            )}: ${
              tellFailing.because
            }. They wait in the database, and none is lost. ${
              stopsProduction
                ? 'Until they are shipped nothing is merged in production; staging goes on.'
                : 'Merges do not wait for them.'
            }`,
          },
        ]
      : []),
    ...(tellRecovered
      ? [
          {
            scope,
            link,
            urgent: false,
            title: 'AI Operator: the audit trail is shipped again',
            description: `${sink} takes records again; it had taken none since ${clockTime(
              tellRecovered.since,
              now,
            )}. What waited is being shipped.`,
          },
        ]
      : []),
    ...(refused
      ? [
          {
            scope: `audit-set-aside:${sink}`,
            link,
            urgent: false,
            title: 'AI Operator: the audit trail is not shipped as a whole',
            description: `${sink} refuses ${entries(
              refused,
            )}. They stay in the database, are shown under the audit status, and are tried again every hour.`,
          },
        ]
      : []),
  ];
}

/** When it begins and when it is over; never once for each try. */
export function logShipping(
  logger: LoggerService,
  sink: string,
  { began, recovered, refused }: ShippingNews,
): void {
  if (began) {
    logger.warn(
      `${sink} takes no records of the audit trail at present; they wait in the database: ${began.because}`,
    );
  }
  if (recovered) {
    logger.info(
      `${sink} takes records of the audit trail again after ${recovered.failures} failed tries`,
    );
  }
  if (refused) {
    logger.warn(
      `${sink} refuses ${refused.length} records of the audit trail, which stay in the database and are tried again every hour: ${refused[0].because}`,
    );
  }
}
