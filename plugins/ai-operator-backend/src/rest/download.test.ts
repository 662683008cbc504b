import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { get, IncomingMessage } from 'node:http';
import express from 'express';
import { listen } from './__testUtils__/trail';
import { sendDownload } from './download';

/** Sends these pieces to whoever asks; `ended` is how sending the first one ended. */
async function serve(parts: () => AsyncIterable<string>, longestMs?: number) {
  let settle: (whole: Promise<boolean>) => void;
  const ended = new Promise<boolean>(resolve => {
    settle = resolve;
  });
  const app = express().use((_request, response) => {
    settle(
      sendDownload(
        response,
        { filename: 'trail.jsonl', parts: parts() },
        { longestMs },
      ),
    );
  });
  const { close, url } = await listen(app);
  return { close, ended, url };
}

async function ask(url: string, method = 'GET'): Promise<IncomingMessage> {
  const request = get(url, { method });
  const [response] = await once(request, 'response');
  response.on('error', () => {});
  return response;
}

async function* few() {
  yield '1\n';
  yield '2\n';
}

describe('sendDownload', () => {
  it('says that all of it was handed over', async () => {
    const { close, ended, url } = await serve(few);
    expect(await text(await ask(url))).toBe('1\n2\n');
    await expect(ended).resolves.toBe(true);
    await close();
  });

  it('says that only the headers were', async () => {
    const { close, ended, url } = await serve(few);
    (await ask(url, 'HEAD')).resume();
    await expect(ended).resolves.toBe(false);
    await close();
  });

  it.each([
    ['the client goes away', undefined],
    ['it takes too long', 300],
  ])('says that it was not when %s, and makes no more', async (_how, ms) => {
    const made = { count: 0, isOver: false };
    async function* endless() {
      try {
        for (;;) {
          made.count += 1;
          yield 'x'.repeat(65_536);
        }
      } finally {
        made.isOver = true;
      }
    }
    const { close, ended, url } = await serve(endless, ms);
    const response = await ask(url);
    response.pause();
    if (ms === undefined) {
      response.destroy();
    }
    await expect(ended).resolves.toBe(false);
    expect(made.isOver).toBe(true);
    expect(response.complete).toBe(false);
    await close();
  });

  it('throws what went wrong on the way', async () => {
    async function* failing() {
      yield '1\n';
      throw new Error('gone');
    }
    const { close, ended, url } = await serve(failing);
    const failed = ended.catch((error: Error) => error.message);
    await expect(text(await ask(url))).rejects.toThrow('aborted');
    await expect(failed).resolves.toBe('gone');
    await close();
  });
});
