import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A delivery as it arrived. */
export interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
  // Wire formats: the tests say what they expect in them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** Something webhooks can be sent to. */
export interface Receiver {
  url: string;
  received: Received[];
  /** `pull_request opened`, in the order of arrival. */
  events(): string[];
  /** How it answers from now on; `hang` = not at all. */
  answer: number | 'hang';
  close(): Promise<void>;
}

/** Starts a server that remembers what is sent to it. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer();
  const receiver: Receiver = {
    url: '',
    received: [],
    events: () =>
      receiver.received.map(({ headers, body }) =>
        [headers['x-github-event'], body.action].filter(Boolean).join(' '),
      ),
    answer: 202,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  server.on('request', (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      receiver.received.push({
        headers: request.headers,
        raw,
        body: JSON.parse(raw),
      });
      if (receiver.answer !== 'hang') {
        response.writeHead(receiver.answer).end('{}');
      }
    });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  receiver.url = `http://127.0.0.1:${port}/hook`;
  return receiver;
}
