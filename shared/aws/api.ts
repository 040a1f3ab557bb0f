/** The API port over HTTP: one GET with one limit for all of it, redirects not followed. */

import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Api, ApiAnswer, ApiRoute } from '../ports.ts';

/** Of a longer body the rest is not read. */
export const apiBodyBytesMax = 65_536;

/** `addresses` are those of both routes, "https://api.example.com"; `path` is encoded and starts with a slash. */
export const apiAdapter = (addresses: Readonly<Record<ApiRoute, string>>, path: string): Api => ({
  probe: (route, deadline) => probe(new URL(path, addresses[route]), deadline),
});

const probe = (url: URL, deadline: number): Promise<ApiAnswer> =>
  new Promise((resolve) => {
    const startedAt = Date.now();
    const latencyMs = (): number => Date.now() - startedAt;
    const timeoutMs = deadline - startedAt;
    // Node's messages name hosts and addresses, and this is published; its codes do not.
    const fail = ({ code, message }: NodeJS.ErrnoException): void =>
      resolve({ kind: 'no-answer', latencyMs: latencyMs(), because: code ?? message });
    if (timeoutMs <= 0) return fail(new Error('the deadline had passed'));
    const request = url.protocol === 'http:' ? httpRequest : httpsRequest;
    // A connection of its own: how long that takes is part of what visitors wait for.
    const outgoing = request(url, { agent: false, headers: { 'user-agent': 'afterbuild' } });
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    outgoing.on('error', fail);
    outgoing.on('close', () => {
      clearTimeout(timer);
      fail(new Error('the connection closed early'));
    });
    outgoing.on('response', (incoming) => {
      const certificateEndsAt = certificateEnd(incoming);
      readBody(incoming, fail, (body) =>
        resolve({
          kind: 'answer',
          status: incoming.statusCode ?? 0,
          latencyMs: latencyMs(),
          headers: headersOf(incoming),
          body,
          ...(certificateEndsAt === undefined ? {} : { certificateEndsAt }),
        }),
      );
    });
    outgoing.end();
  });

const readBody = (
  incoming: IncomingMessage,
  fail: (error: Error) => void,
  done: (body: string) => void,
): void => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const finish = (): void => done(Buffer.concat(chunks).subarray(0, apiBodyBytesMax).toString('utf8'));
  incoming.on('error', fail);
  incoming.on('data', (chunk: Uint8Array) => {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes < apiBodyBytesMax) return;
    finish();
    incoming.destroy();
  });
  incoming.on('end', finish);
};

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value = '']) => [name, [value].flat().join(', ')]));

const certificateEnd = ({ socket }: IncomingMessage): number | undefined => {
  if (!(socket instanceof TLSSocket)) return undefined;
  const end = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isNaN(end) ? undefined : end;
};
