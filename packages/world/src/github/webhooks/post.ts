import { isError } from '@backstage/errors';
import { createHmac } from 'node:crypto';
import { type WebhookConfig, type WebhookDelivery } from './types';

/** As long as GitHub waits for an answer. Real time: it is somebody else's server. */
const TIMEOUT_MS = 10_000;

/** The one webhook there is. */
const HOOK_ID = '1';

/** Signs and posts a body; answers how that went, and never throws. */
export async function post(
  config: WebhookConfig,
  delivery: Pick<WebhookDelivery, 'id' | 'event'>,
  body: string,
  closed: AbortSignal,
): Promise<{ status: number } | { because: string }> {
  try {
    const response = await fetch(config.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/world',
        'x-github-event': delivery.event,
        'x-github-delivery': delivery.id,
        'x-github-hook-id': HOOK_ID,
        'x-github-hook-installation-target-id': HOOK_ID,
        'x-github-hook-installation-target-type': 'organization',
        ...(config.secret !== '' && {
          'x-hub-signature-256': signature(config.secret, body),
        }),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closed, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return { status: response.status };
  } catch (error) {
    return { because: reasonOf(error) };
  }
}

function signature(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const inner = isError(error) && isError(error.cause) ? error.cause : error;
  if (!isError(inner)) {
    return String(inner);
  }
  return typeof inner.code === 'string' ? inner.code : inner.message;
}
