/** Name of the daily Elasticsearch index for records of that time (ms epoch, UTC): `ai-operator-audit-2026.02.27`. */
export function auditIndex(prefix: string, at: number): string {
  const [day] = new Date(at).toISOString().split('T');
  return `${prefix}-${day.replaceAll('-', '.')}`;
}
