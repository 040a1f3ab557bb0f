/**
 * The sample's API, on Node's own HTTP server. Run as `node api/server.ts`, which reads these of the environment:
 *
 * - PORT: 8080 by default, 0 takes any free one. HOST: 127.0.0.1 by default, 0.0.0.0 in a container.
 * - CODEBUILD_RESOLVED_SOURCE_VERSION: the build that /api/health names.
 *
 * While it listens on this machine only, it can be broken, slowed and mended:
 *
 *     curl 127.0.0.1:8080/control -H 'content-type: application/json' -d '{"mode":"slow","delayMs":2000}'
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, answer, DOWN } from './answers.ts';
import { type Mode, parseMode } from './mode.ts';

export type ApiOptions = Readonly<{
  /** 0 takes any free port. */
  port: number;
  host?: string;
  build?: string;
  now?(): Date;
  /** Ends early, by rejecting, when the caller is gone. */
  wait?(ms: number, signal: AbortSignal): Promise<unknown>;
}>;

/** `close` ends at once, whatever is under way. */
export type Api = Readonly<{ url: string; port: number; close(): Promise<void> }>;

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost'];
const controlBytesMax = 1_024;

/** Rejects when the port cannot be had. */
export const startApi = async (options: ApiOptions): Promise<Api> => {
  const { host = '127.0.0.1', build = 'development', now = () => new Date() } = options;
  const wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  const controllable = LOOPBACK.includes(host);
  let mode: Mode = { mode: 'ok' };

  const respond = async (request: IncomingMessage, path: string, signal: AbortSignal): Promise<Answer> => {
    if (path === '/control' && controllable) {
      const controlled = await control(request, mode);
      mode = controlled.mode;
      return controlled.answer;
    }
    // Read once: a request under way ends as it began.
    const current = mode;
    if (current.mode === 'down') return DOWN;
    if (current.mode === 'slow') await wait(current.delayMs, signal);
    return answer(request.method ?? '', path, { build, now: now() });
  };

  const server = createServer(async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const path = request.url?.split('?', 1)[0] ?? '';
    try {
      send(response, await respond(request, path, gone.signal));
    } catch (error) {
      if (gone.signal.aborted) return;
      console.error(`${request.method} ${path}:`, error);
      send(response, { status: 500, body: { error: 'internal error' } });
    }
  });
  await listen(server, options.port, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () => close(server),
  };
};

/** A page on another site cannot post JSON here: a browser would first ask for leave, which nobody gives. */
const control = async (request: IncomingMessage, mode: Mode): Promise<{ mode: Mode; answer: Answer }> => {
  const stays = (status: number, error: string) => ({ mode, answer: { status, body: { error } } });
  if (request.method === 'GET') return { mode, answer: { status: 200, body: mode } };
  if (request.method !== 'POST') return stays(405, `expected GET or POST, got ${request.method}`);
  const type = request.headers['content-type'] ?? 'none';
  if (!/^application\/json\b/i.test(type)) return stays(415, `expected application/json, got ${type}`);
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!(length <= controlBytesMax))
    return stays(413, `expected a length of at most ${controlBytesMax} bytes`);
  try {
    const parsed = parseMode(await text(request));
    return { mode: parsed, answer: { status: 200, body: parsed } };
  } catch (error) {
    return stays(400, error instanceof Error ? error.message : String(error));
  }
};

const send = (response: ServerResponse, { status, body, headers = {} }: Answer): void => {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(bytes);
};

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** What the environment says; throws when PORT is no port. */
export const optionsFrom = (env: Readonly<Record<string, string | undefined>>): ApiOptions => {
  const port = Number(env['PORT'] || 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT: expected 0 to 65535, got '${env['PORT']}'`);
  }
  const build = env['CODEBUILD_RESOLVED_SOURCE_VERSION'];
  return { port, host: env['HOST'] || '127.0.0.1', ...(build ? { build } : {}) };
};

if (import.meta.main) {
  const api = await startApi(optionsFrom(process.env));
  console.log(`The sample's API listens on ${api.url}`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => api.close());
}
