import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { DEMO_ACCESS } from '@ai-operator/world';

/** Stands in for the kubernetes plugin's `/proxy` route: adds the cluster's credentials and passes on. */
export async function startKubernetesProxy(
  worldUrl: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const path = request.url?.replace('/api/kubernetes/proxy', '') ?? '';
    const cluster = request.headers['backstage-kubernetes-cluster'];
    try {
      const answer = await fetch(
        `${worldUrl}/kubernetes/${String(cluster)}${path}`,
        {
          method: request.method,
          headers: { authorization: `Bearer ${DEMO_ACCESS.kubernetes.token}` },
        },
      );
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain',
      });
      response.end(await answer.text());
    } catch {
      response.writeHead(502).end();
    }
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
