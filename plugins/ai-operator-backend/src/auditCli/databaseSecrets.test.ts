import { once } from 'node:events';
import { AddressInfo, createServer } from 'node:net';
import { secretsIn } from './connectReadOnly';
import { verify } from './__testUtils__/cli';

describe('the password of a connection string', () => {
  it.each([
    ['postgresql://reader:hush@db/name', ['hush']],
    ['postgres://reader:hu%2Fsh%40x@db/name', ['hu%2Fsh%40x', 'hu/sh@x']],
    ['postgres://reader:hu sh@db/name', ['hu%20sh', 'hu sh']],
    ['postgres://reader:50%@db/name', ['50%']],
    ['postgres://reader:a@b@db/name', ['a%40b', 'a@b']],
    ['postgres://db/name?user=me&password=h%24sh', ['h$sh']],
    ['postgres://reader:hush@db:port/name', ['hush']],
    ['postgres://reader@db/name', []],
    ['/var/lib/a:b@c.sqlite', []],
  ])('is known in %s, however it is written', (connection, secrets) => {
    expect(secretsIn(connection).sort()).toEqual([...secrets].sort());
  });

  it.each([
    ['at once', ''],
    ['where the message is cut', 'x'.repeat(490)],
  ])('is not told when the server quotes it %s', async (_where, before) => {
    const password = 'hu/sh$&@secret';
    const written = encodeURIComponent(password);
    const server = createServer(socket => {
      socket.on('error', () => {});
      socket.once('data', () => {
        const said = `SFATAL\0C28P01\0M${before}${password} or ${written}\0\0`;
        const head = Buffer.alloc(5);
        head.write('E');
        head.writeInt32BE(Buffer.byteLength(said) + 4, 1);
        socket.end(Buffer.concat([head, Buffer.from(said)]));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const { because, code } = await verify(['--database-env', 'DATABASE'], {
        env: {
          DATABASE: `postgresql://reader:${written}@127.0.0.1:${port}/trail`,
        },
      });
      expect(code).toBe(2);
      expect(because).toContain(`127.0.0.1:${port}/trail cannot be read`);
      expect(because).not.toContain('hu');
    } finally {
      server.close();
    }
  });
});
