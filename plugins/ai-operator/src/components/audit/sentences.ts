import type { AuditEntry } from '@ai-operator/backstage-plugin-ai-operator-common';

/** What a title has said already need not be said again. */
export function withoutTitle(title: string, sentence: string): string {
  return sentence.startsWith(title)
    ? sentence.slice(title.length).trim()
    : sentence;
}

/** The reasoning of a record without what its title has said already; why there is none where it cannot be read. */
export function restOf({ title, record, unreadable }: AuditEntry): string {
  return withoutTitle(title, record?.reasoning ?? unreadable ?? '');
}
