import { LIST_FIELDS_PARAMETER } from '@ai-operator/backstage-plugin-ai-operator-backend/src/adapters/argocd/listFields';
import { fetchText, instanceUrl } from './access';

/** The least anybody can do who wants to know: the same bytes, fetched and parsed. */
export function createFloor(worldUrl: string) {
  const url = `${instanceUrl(
    worldUrl,
  )}/api/v1/applications?fields=${encodeURIComponent(LIST_FIELDS_PARAMETER)}`;
  return {
    async tick(): Promise<{ applications: number; bytes: number }> {
      const text = await fetchText(url);
      const { items } = JSON.parse(text) as { items: unknown[] };
      return { applications: items.length, bytes: Buffer.byteLength(text) };
    },
    async close(): Promise<void> {},
  };
}
