import express, { RequestHandler } from 'express';
import { Server } from 'http';
import { AddressInfo } from 'net';

/** A server on this machine for one test; `requests` lists `METHOD path` in order of arrival. */
export interface LocalServer {
  url: string;
  requests: string[];
  close(): Promise<void>;
}

export async function startLocalServer(
  handler: RequestHandler,
): Promise<LocalServer> {
  const requests: string[] = [];
  const app = express();
  app.use(express.json());
  app.use((request, _response, next) => {
    requests.push(`${request.method} ${request.path}`);
    next();
  });
  app.use(handler);
  const server = await new Promise<Server>(resolve => {
    const listening: Server = app.listen(0, '127.0.0.1', () =>
      resolve(listening),
    );
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An address on this machine where nothing listens. */
export async function closedAddress(): Promise<string> {
  const server = await startLocalServer((_request, response) => response.end());
  await server.close();
  return server.url;
}
