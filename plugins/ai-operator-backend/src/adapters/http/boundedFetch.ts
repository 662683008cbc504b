import { PortError } from '../../ports';
import { toPortError } from './errors';

export interface BoundedRequest {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** For this one request, body included. */
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal;
  /** What is asked of whom, for messages: `Argo CD 'staging': list of applications`. */
  asked: string;
}

/** A whole answer, whatever its status. */
export interface BoundedResponse {
  status: number;
  headers: Headers;
  text: string;
}

/** Reads a body up to a limit; a longer one is cancelled, not buffered. */
async function readBounded(
  response: Response,
  maxBytes: number,
  asked: string,
): Promise<string> {
  if (!response.body) {
    return '';
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> =
    response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw new PortError(
        'MISCONFIGURED',
        `${asked} answered more than ${maxBytes} bytes; raise maxResponseBytes if that is right`,
      );
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

/**
 * One HTTP request with a time limit and a size limit. Redirects are not
 * followed: they would carry credentials to another place.
 *
 * @throws PortError for everything that is not an HTTP answer
 */
export async function boundedFetch(
  request: BoundedRequest,
): Promise<BoundedResponse> {
  const { asked, timeoutMs } = request;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const signal = request.signal
    ? AbortSignal.any([request.signal, timeout.signal])
    : timeout.signal;
  try {
    const response = await fetch(request.url, {
      method: request.method ?? 'GET',
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      signal,
    });
    const text = await readBounded(response, request.maxBytes, asked);
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (request.signal?.aborted) {
      throw new PortError('CANCELLED', `${asked} was cancelled`, {
        cause: error,
      });
    }
    if (timeout.signal.aborted) {
      throw new PortError(
        'TIMEOUT',
        `${asked} did not answer within ${timeoutMs} ms`,
        { cause: error },
      );
    }
    throw toPortError(error, asked);
  } finally {
    clearTimeout(timer);
  }
}
