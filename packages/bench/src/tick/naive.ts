import { fetchText, instanceUrl } from './access';

/** Requests under way at once, as a careful naive poller would choose. */
const CONCURRENCY = 20;

/** One GET per application, as most first versions do. */
export async function createNaive(worldUrl: string) {
  const list = await fetchText(
    `${instanceUrl(
      worldUrl,
    )}/api/v1/applications?fields=items.metadata.name,items.metadata.namespace`,
  );
  const { items } = JSON.parse(list) as {
    items: Array<{ metadata: { name: string; namespace: string } }>;
  };
  return {
    async tick(): Promise<{ applications: number; bytes: number }> {
      let next = 0;
      let bytes = 0;
      const worker = async () => {
        while (next < items.length) {
          const { name, namespace } = items[next].metadata;
          next += 1;
          const text = await fetchText(
            `${instanceUrl(
              worldUrl,
            )}/api/v1/applications/${name}?appNamespace=${namespace}`,
          );
          JSON.parse(text);
          bytes += Buffer.byteLength(text);
        }
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, worker));
      return { applications: items.length, bytes };
    },
    async close(): Promise<void> {},
  };
}
