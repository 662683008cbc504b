import { createServer } from 'node:net';
import { Problem } from './problem.mjs';

/** Can somebody listen there? Both loopback families count, browsers use either. */
async function canListen(port, host) {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', error => {
      // A machine without IPv6 has no such address to be taken.
      resolve(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT');
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

export async function isFree(port) {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'));
}

/**
 * The wanted port of each name, or, where that one is taken, the next free one.
 *
 * @param {Record<string, number>} wanted - for instance `{portal: 3000}`
 * @returns {Promise<{ports: Record<string, number>, moved: string[]}>} `moved`: one sentence for every port that differs
 */
export async function choosePorts(wanted) {
  const ports = {};
  const moved = [];
  const chosen = new Set();
  for (const [name, first] of Object.entries(wanted)) {
    let port = first;
    while (chosen.has(port) || !(await isFree(port))) {
      port += 1;
      if (port > first + 50) {
        throw new Problem(
          `No free port for the ${name} between ${first} and ${first + 50}`,
          { hint: 'End what listens there and try again.' },
        );
      }
    }
    chosen.add(port);
    ports[name] = port;
    if (port !== first) {
      moved.push(`Port ${first} is taken, so the ${name} listens on ${port}.`);
    }
  }
  return { ports, moved };
}

/** A port nobody listens on at this moment. */
export async function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
