import { DEMO_ACCESS } from '@ai-operator/world';

/** The instance that holds all applications of the benchmark's world. */
export const INSTANCE = 'staging';

export function instanceUrl(worldUrl: string): string {
  return `${worldUrl}/argocd/${INSTANCE}`;
}

/** Fetches one answer of Argo CD as text; throws for anything but 200. */
export async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${DEMO_ACCESS.argocd.token}` },
    signal: AbortSignal.timeout(60_000),
  });
  if (response.status !== 200) {
    throw new Error(`GET ${url} answered ${response.status}`);
  }
  return response.text();
}
