import { execFile, spawnSync } from 'child_process';
import { mkdtemp, readFile, rm, writeFile } from 'fs/promises';
import { createServer, Server } from 'https';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { DEFAULTS } from '../../config/defaults';
import { startRecording } from '../__testUtils__/recording';
import { ElasticsearchSink } from './ElasticsearchSink';

const run = promisify(execFile);

interface Certificates {
  ca: string;
  key: string;
  cert: string;
}

/** An authority, and a certificate of it for `localhost`. */
async function makeCertificates(folder: string): Promise<Certificates> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  await writeFile(join(folder, 'san'), 'subjectAltName=DNS:localhost\n');
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  await openssl(
    ...['req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem'],
    ...['-days', '2', '-subj', '/CN=An authority of our own'],
  );
  await openssl(
    ...['req', ...newKey, '-keyout', 'key.pem', '-out', 'csr.pem'],
    ...['-subj', '/CN=localhost'],
  );
  await openssl(
    ...['x509', '-req', '-in', 'csr.pem', '-out', 'cert.pem', '-days', '2'],
    ...['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-extfile', 'san'],
  );
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  return {
    ca: await read('ca.pem'),
    key: await read('key.pem'),
    cert: await read('cert.pem'),
  };
}

describe('Elasticsearch over TLS', () => {
  if (spawnSync('openssl', ['version']).status !== 0) {
    // eslint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- there is nothing to make them with, and the title says why
    it.skip('there is no openssl to make certificates with', () => {});
    return;
  }

  let folder: string;
  let certificates: Certificates;
  let server: Server | undefined;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    certificates = await makeCertificates(folder);
    server = createServer(certificates, (_request, response) => {
      response.writeHead(200, {
        'x-elastic-product': 'Elasticsearch',
        'content-type': 'application/json',
      });
      response.end('{"hits":{"hits":[]}}');
    });
    const listening = server;
    await new Promise<void>(resolve => {
      listening.listen(0, '127.0.0.1', resolve);
    });
    url = `https://localhost:${(listening.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (ca: string | undefined, node = url) => {
    const recording = startRecording();
    const sink = new ElasticsearchSink(
      {
        ...DEFAULTS.auditElasticsearch,
        nodes: [node],
        auth: { kind: 'none' },
        ca,
      },
      recording.environment,
    );
    return sink.storedHashes({ from: 1, to: 2 }, recording.call);
  };
  it('trusts the authority that is configured', async () => {
    expect(await ask(certificates.ca)).toEqual(new Map());
  });

  it('trusts no other, and says what to do', async () => {
    await expect(ask(undefined)).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining('aiOperator.audit.elasticsearch.tls.ca'),
    });
  });

  it('wants the name to be right as well', async () => {
    await expect(
      ask(certificates.ca, url.replace('localhost', '127.0.0.1')),
    ).rejects.toMatchObject({
      code: 'MISCONFIGURED',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
  });
});
