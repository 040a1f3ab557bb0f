/**
 * The edge port over HTTP.
 *
 * Not `fetch`: it would rewrite the path (and CloudFront keys its cache on the path as sent) and decode the
 * body (and an entity tag tells of the bytes as sent).
 */

import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Edge, EdgeAnswer } from '../ports.ts';

/** A longer body gives no hash, and its connection is closed. */
export const bodyBytesMax = 1_048_576;

/** `baseUrl` is the distribution's address, "https://d111111abcdef8.cloudfront.net"; its path is not used. */
export const edgeAdapter = (baseUrl: string): Edge => {
  const { protocol, hostname, port } = new URL(baseUrl);
  const request = protocol === 'http:' ? httpRequest : httpsRequest;
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'afterbuild' };

  return {
    get: (path, deadline) =>
      new Promise<EdgeAnswer>((resolve) => {
        const leftMs = deadline - Date.now();
        if (leftMs <= 0) return resolve({ kind: 'no-answer', because: 'the deadline had passed' });
        const noAnswer = (error: Error) => resolve({ kind: 'no-answer', because: error.message });
        try {
          const outgoing = request({ hostname: bare(hostname), port, path, headers });
          const timer = setTimeout(
            () => outgoing.destroy(new Error(`no answer within ${leftMs} ms`)),
            leftMs,
          );
          outgoing.on('error', noAnswer);
          outgoing.on('close', () => {
            clearTimeout(timer);
            noAnswer(new Error('the connection closed early'));
          });
          outgoing.on('response', (incoming) => read(incoming, resolve, noAnswer));
          outgoing.end();
        } catch (error) {
          // Node refuses a path with characters that no request line can carry.
          noAnswer(error instanceof Error ? error : new Error(String(error)));
        }
      }),
  };
};

/** URL gives IPv6 addresses in brackets, sockets take them without. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

const read = (
  incoming: IncomingMessage,
  resolve: (answer: EdgeAnswer) => void,
  noAnswer: (error: Error) => void,
) => {
  const hash = createHash('md5');
  let bytes = 0;
  incoming.on('error', noAnswer);
  incoming.on('data', (chunk: Uint8Array) => {
    bytes += chunk.byteLength;
    if (bytes <= bodyBytesMax) {
      hash.update(chunk);
      return;
    }
    resolve(answer(incoming));
    incoming.destroy();
  });
  incoming.on('end', () => resolve({ ...answer(incoming), md5: hash.digest('hex') }));
};

const answer = ({ statusCode = 0, headers }: IncomingMessage): Extract<EdgeAnswer, { kind: 'answer' }> => {
  const pop = headers['x-amz-cf-pop'];
  return {
    kind: 'answer',
    status: statusCode,
    ...(headers.etag === undefined ? {} : { etag: bareEtag(headers.etag) }),
    ...(typeof pop === 'string' ? { pop } : {}),
    cache: cacheOf(String(headers['x-cache'] ?? '')),
  };
};

/** Without `W/` and quotes: compression at the edge makes a strong entity tag weak. */
const bareEtag = (etag: string): string => etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');

const cacheOf = (xCache: string): 'hit' | 'miss' | 'other' =>
  xCache.startsWith('Hit') ? 'hit' : xCache.startsWith('Miss') ? 'miss' : 'other';
