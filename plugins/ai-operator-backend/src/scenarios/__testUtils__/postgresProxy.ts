import { AddressInfo, createServer, connect, Socket } from 'node:net';

/** In a query: the answer to the next COMMIT on this connection gets lost, together with the connection. */
export const LOSE_NEXT_COMMIT = 'the answer to the next COMMIT gets lost';

/** Stands between the operator and PostgreSQL, and is the network that fails. */
export interface PostgresProxy {
  port: number;
  /** All connections break, and no new one is let through. */
  cut(): void;
  mend(): void;
  /** Answers to COMMITs that were lost so far. */
  readonly lost: number;
  close(): Promise<void>;
}

export async function startPostgresProxy(
  connectionString: string,
): Promise<PostgresProxy> {
  const target = new URL(connectionString);
  const sockets = new Set<Socket>();
  let isCut = false;
  let lost = 0;

  function join(client: Socket): void {
    const server = connect(Number(target.port), target.hostname);
    let isMarked = false;
    let isLosing = false;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', chunk => {
      isMarked ||= chunk.includes(LOSE_NEXT_COMMIT);
      isLosing ||= isMarked && chunk.includes('COMMIT;');
      server.write(chunk);
    });
    server.on('data', chunk => {
      if (isLosing) {
        lost += 1;
        end();
      } else {
        client.write(chunk);
      }
    });
  }

  const listener = createServer(client => {
    if (isCut) {
      client.destroy();
    } else {
      join(client);
    }
  });
  await new Promise<void>(resolve => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  const breakAll = () => sockets.forEach(socket => socket.destroy());
  return {
    port: (listener.address() as AddressInfo).port,
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    get lost() {
      return lost;
    },
    close: () =>
      new Promise(resolve => {
        breakAll();
        listener.close(() => resolve());
      }),
  };
}
