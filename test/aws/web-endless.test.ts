/** Servers that never come to an end: of what they send little is read, nothing is kept, and nobody waits for more. */

import { createServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answerBytesMax, webAdapter } from '../../shared/aws/web.ts';
import type { WebRequest } from '../../shared/ports.ts';

const MIB = 1_048_576;
const REQUESTS = 20;
/** Linux lets the buffers of a connection's two ends grow to 4 and 6 MiB. */
const SENT_BYTES_MOST = 10 * MIB;
/** The allocator keeps some of what was freed; of the buffers each one is counted. */
const GROWTH_BYTES_MOST = { rss: 4 * MIB, arrayBuffers: MIB };
/** Far more than is needed: a request that lasts until then was not ended by the cap. */
const ENDLESS_LIMIT_MS = 5_000;
const CLOSED_WITHIN_MS = 1_000;
/** Forty requests with a collection of all garbage after each: on a busy machine more than the five seconds of a test. */
const MEMORY_TIMEOUT_MS = 60_000;

const SENT: WebRequest = { headers: { 'content-type': 'a/b' }, body: '{}' };

const opened: (Server | TcpServer)[] = [];
const sockets = new Set<Socket>();
const drips: NodeJS.Timeout[] = [];
afterAll(() => {
  drips.forEach(clearInterval);
  for (const server of opened) server.close();
  for (const socket of sockets) socket.destroy();
});

const listening = async (server: Server | TcpServer): Promise<string> => {
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
};

const { post } = webAdapter({ allowLocal: true });

describe('an answer without an end', () => {
  /** How much went out to each client until its connection was closed. */
  const sentTo: number[] = [];
  let rssMost = 0;
  const chunk = Buffer.alloc(65_536, 'x');
  /** As fast as the client takes it, and for as long. */
  const endless: RequestListener = (_request, response) => {
    const { socket } = response;
    const pour = (): void => {
      while (response.write(chunk));
      rssMost = Math.max(rssMost, process.memoryUsage.rss());
    };
    response.on('drain', pour);
    response.on('close', () => sentTo.push((socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0)));
    response.writeHead(200);
    pour();
  };
  let url = '';
  beforeAll(async () => {
    url = await listening(createServer(endless));
  });
  const ask = (wantsBody?: true) =>
    post(url, { ...SENT, ...(wantsBody ? { wantsBody } : {}) }, Date.now() + ENDLESS_LIMIT_MS);

  const closed = async (connections: number): Promise<void> => {
    const until = Date.now() + CLOSED_WITHIN_MS;
    while (sentTo.length < connections && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test.each([
    ['is wanted: no more than the limit of it is given', true as const],
    ['is not wanted: nothing of it is given', undefined],
  ])('whose text %s, and the connection is closed', async (_what, wantsBody) => {
    const before = sentTo.length;
    const answer = await ask(wantsBody);
    expect(answer).toMatchObject({ kind: 'answer', status: 200 });
    const { body } = answer as { body?: string };
    if (wantsBody) {
      expect(body).toMatch(/^x*$/);
      expect(body?.length).toBeLessThanOrEqual(answerBytesMax);
    } else expect(body).toBeUndefined();
    await closed(before + 1);
    expect(sentTo.slice(before)).toEqual([expect.any(Number)]);
    expect(sentTo.at(-1)).toBeGreaterThan(answerBytesMax);
    expect(sentTo.at(-1)).toBeLessThan(SENT_BYTES_MOST);
  });

  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  /** Memory that nobody holds any more is none of the measurement. */
  const used = async (): Promise<NodeJS.MemoryUsage> => {
    // What was closed in this turn is let go of in the next.
    for (let turn = 0; turn < 2; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    return process.memoryUsage();
  };

  const askOften = async (): Promise<void> => {
    const before = sentTo.length;
    for (let count = 0; count < REQUESTS; count += 1) {
      expect(await ask(true)).toMatchObject({ kind: 'answer', status: 200 });
      await closed(before + count + 1);
      await used();
    }
    expect(sentTo.slice(before)).toHaveLength(REQUESTS);
  };

  test(
    `leaves memory as it was, during and after ${REQUESTS} of them`,
    async () => {
      // The first ones compile what the others run.
      await askOften();
      const before = await used();
      rssMost = 0;
      await askOften();
      const after = await used();
      expect(Math.max(...sentTo)).toBeLessThan(SENT_BYTES_MOST);
      expect(rssMost - before.rss).toBeLessThan(GROWTH_BYTES_MOST.rss);
      expect(after.rss - before.rss).toBeLessThan(GROWTH_BYTES_MOST.rss);
      expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(GROWTH_BYTES_MOST.arrayBuffers);
    },
    MEMORY_TIMEOUT_MS,
  );
});

/** Answers once a connection is there, and then again and again, slowly. */
const dripping = (first: string, drip: string) =>
  createTcpServer((socket) => {
    // The one who asked goes away in the middle of it.
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(first);
    const timer = setInterval(() => socket.write(drip), DRIP_EVERY_MS);
    drips.push(timer);
    socket.on('close', () => clearInterval(timer));
  });

const DRIP_EVERY_MS = 10;
const LIMIT_MS = 300;

describe('at the deadline, within a tenth, ends', () => {
  test.each([
    ['a connection on which nothing comes', dripping('', '')],
    ['an answer whose status line drips', dripping('HTTP/1.1 200 O', 'K')],
    ['an answer whose headers drip', dripping('HTTP/1.1 200 OK\r\n', 'x-drip: 1\r\n')],
    ['an answer that is announced for ever', dripping('', 'HTTP/1.1 102 Processing\r\n\r\n')],
    ['an answer whose text drips', dripping('HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n', 'x')],
    [
      'an answer whose text drips without an end',
      dripping('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\nx\r\n'),
    ],
  ])('%s', async (_what, server) => {
    const url = await listening(server);
    const late: number[] = [];
    // The best of some tries, because the machine may be busy.
    for (let tries = 0; tries < 5 && !late.some((ms) => ms <= LIMIT_MS / 10); tries += 1) {
      const startedAt = Date.now();
      const answer = await post(url, { ...SENT, wantsBody: true }, startedAt + LIMIT_MS);
      const elapsedMs = Date.now() - startedAt;
      expect(answer).toMatchObject({
        kind: 'no-answer',
        because: expect.stringMatching(/^no answer within \d+ ms$/),
      });
      // A timer may come a moment early by the clock, and never by a tenth.
      expect(elapsedMs).toBeGreaterThanOrEqual(LIMIT_MS * 0.9);
      late.push(elapsedMs - LIMIT_MS);
    }
    expect(Math.min(...late)).toBeLessThanOrEqual(LIMIT_MS / 10);
    await new Promise((resolve) => setTimeout(resolve, 2 * DRIP_EVERY_MS));
    const open = await new Promise<number>((resolve) =>
      server.getConnections((_error, count) => resolve(count)),
    );
    expect(open).toBe(0);
  });
});
