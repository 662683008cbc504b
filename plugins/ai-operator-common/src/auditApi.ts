import { z } from 'zod';
import { auditRecordSchema } from './audit';

/*
 * Shapes of the audit routes (SPEC §10, §12). Times are epoch milliseconds.
 *
 * The trail is a chain: `seq` counts up without gaps, and the hash of an entry is
 *
 *   SHA-256( prevHash + "\n" + canonical JSON of the record ), in lower-case hex
 *
 * where canonical JSON has sorted keys and no white space (RFC 8785), everything
 * is UTF-8, and `prevHash` of the first entry is 64 zeros.
 */

const instant = z.number().int().nonnegative();
const seq = z.number().int().positive();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** `prevHash` of the first entry of a trail. @public */
export const AUDIT_CHAIN_START = '0'.repeat(64);

/** A place in the trail, and what was there. @public */
export const auditMarkSchema = z.object({ seq, hash, at: instant });

/**
 * One entry of the trail with its place in the chain. What was tampered with is
 * shown as it is found: then numbers and hashes may be anything, and there is no
 * record.
 * @public
 */
export const auditEntrySchema = z.object({
  seq: z.number().int(),
  prevHash: z.string(),
  hash: z.string(),
  /** One line for people. */
  title: z.string(),
  /** Exactly what is stored: the text the hash was made of. */
  text: z.string(),
  /** The same, read; absent when the text is no audit record (any more). */
  record: auditRecordSchema.optional(),
  /** Why there is no record. */
  unreadable: z.string().optional(),
});

/** A page of the trail. @public */
export const auditListSchema = z.object({
  now: instant,
  items: z.array(auditEntrySchema),
  /** Hand this to the next request; absent on the last page. */
  nextCursor: z.string().optional(),
  /** The same story where the records are shipped to, such as in Kibana; only when one rollback was asked for. */
  elsewhere: z.object({ label: z.string(), url: z.string() }).optional(),
});

/** What is wrong with a trail: at least one of its entries is not what was written. @public */
export const auditProblemSchema = z.object({
  /**
   * `changed`: an entry is not what its hash says. `missing`: entries that were
   * written are not there. `added`: an entry that was never written. `reordered`:
   * an entry stands at another place than it was written at.
   */
  kind: z.enum(['changed', 'missing', 'added', 'reordered']),
  /** Any number: what was added may stand before the first entry. */
  seq: z.number().int(),
  /** Of several in a row, the last. */
  toSeq: z.number().int().optional(),
  /** One sentence: what was found, and what it was compared with. */
  because: z.string(),
});

/** Answer of `GET /v1/audit/verify`: what recomputing a part of the chain showed. @public */
export const auditVerificationSchema = z.object({
  now: instant,
  result: z.enum(['intact', 'broken']),
  because: z.string(),
  /** How many entries were recomputed. */
  checked: z.number().int().nonnegative(),
  from: seq.optional(),
  to: seq.optional(),
  /** Ask again from here; absent when the end of the trail was reached. */
  nextFrom: seq.optional(),
  problems: z.array(auditProblemSchema),
  /** More problems were found than are listed. */
  moreProblems: z.boolean(),
});

/** Where the trail is shipped to, and how that goes. @public */
export const auditSinkSchema = z.object({
  kind: z.enum(['elasticsearch', 'file']),
  name: z.string(),
  /** `waiting`: it takes no records at present; they wait. */
  status: z.enum(['ok', 'waiting']),
  because: z.string(),
  /** Records that wait to be shipped. */
  backlog: z.number().int().nonnegative(),
  /** When the oldest of them was written. */
  waitingSince: instant.optional(),
  /** Everything up to here was shipped or set aside. */
  shippedSeq: z.number().int().nonnegative(),
  shippedAt: instant.optional(),
  /** How many records it refuses for good: they stay here and are tried again now and then. */
  setAside: z.number().int().nonnegative(),
  /** The latest of them. */
  setAsideLatest: z.array(z.object({ seq, at: instant, because: z.string() })),
});

/** Answer of `GET /v1/audit/status`: whether the trail can be trusted, and whether it gets where it should. @public */
export const auditStatusSchema = z.object({
  now: instant,
  /** The newest entry; absent while there is none. */
  head: auditMarkSchema.optional(),
  /** Entries up to here were removed after their retention; the chain goes on from this hash. */
  anchor: auditMarkSchema.optional(),
  /** What the operator's own regular look at the chain showed. */
  chain: z.object({
    result: z.enum(['intact', 'broken', 'unknown']),
    because: z.string(),
    checkedAt: instant.optional(),
    problems: z.array(auditProblemSchema),
  }),
  sinks: z.array(auditSinkSchema),
  /** Set while production merges are held back because records wait (guard `audit_trail`). */
  productionMergesStopped: z.string().optional(),
});

/** @public */
export type AuditMark = z.infer<typeof auditMarkSchema>;
/** @public */
export type AuditEntry = z.infer<typeof auditEntrySchema>;
/** @public */
export type AuditList = z.infer<typeof auditListSchema>;
/** @public */
export type AuditProblem = z.infer<typeof auditProblemSchema>;
/** @public */
export type AuditVerification = z.infer<typeof auditVerificationSchema>;
/** @public */
export type AuditSinkStatus = z.infer<typeof auditSinkSchema>;
/** @public */
export type AuditStatus = z.infer<typeof auditStatusSchema>;
