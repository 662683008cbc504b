import { createServer, type RequestListener, type Server } from 'node:http';
import type { Listening } from './types';

/**
 * Serves `listener` on a port (0 = any free one).
 * Rejects with the system's error when the port is taken.
 */
export async function listenOn(
  listener: RequestListener,
  port: number,
  host: string,
): Promise<Listening> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  return { url: urlOf(server, host), close: () => closeServer(server) };
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const name = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)
    ? 'localhost'
    : host;
  return `http://${name}:${port}`;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) {
    return;
  }
  await new Promise<void>(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
