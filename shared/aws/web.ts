/**
 * The web port: POSTs to addresses that somebody else's settings name.
 *
 * Only https, only public addresses (checked on the URL and on the very answer of DNS that is connected to), no
 * redirects, one limit in time for all of it, and a limit on the answer.
 */

import { createHmac } from 'node:crypto';
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Web, WebAnswer, WebRequest } from '../ports.ts';
import { isPublicAddress, whyNotUrl } from './addresses.ts';

/** Of a longer answer the rest is not read. */
export const answerBytesMax = 65_536;

export type WebOptions = Readonly<{
  /** For the local cloud: http, and this machine. */
  allowLocal?: boolean;
  lookup?(host: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void): void;
}>;

class RefusedError extends Error {}

const dns: NonNullable<WebOptions['lookup']> = (host, done) =>
  dnsLookup(host, { all: true }, (error, addresses) => done(error, addresses ?? []));

/** Resolves to no address at all unless every one is public: which of them is taken is not ours to say. */
export const guarded =
  (lookup: NonNullable<WebOptions['lookup']>): LookupFunction =>
  (host, options, done) =>
    lookup(host, (error, addresses) => {
      const [first] = addresses;
      if (error || !first) return done(error ?? new Error('no address found'), '', 0);
      if (!addresses.every(({ address }) => isPublicAddress(address))) {
        return done(new RefusedError('its name leads to a private address'), '', 0);
      }
      return options.all ? done(null, [...addresses]) : done(null, first.address, first.family);
    });

/** Standard Webhooks writes a key of bytes as `whsec_` and base64; any other text is the key itself. */
const keyOf = (secret: string): string | Uint8Array =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;

/** `webhook-signature` over id, time and body. Source: Standard Webhooks, "Webhook headers". */
export const signature = (secret: string, id: string, timestamp: string, body: string): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

const headersOf = ({ headers, body, signedWith }: WebRequest): Readonly<Record<string, string>> => {
  const common = {
    'user-agent': 'afterbuild',
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
  };
  if (signedWith === undefined) return common;
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    ...common,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature(signedWith, headers['webhook-id'] ?? '', timestamp, body),
  };
};

/** What cannot be sent at all, such as a header with a line break in it, is thrown at once. */
const answered = (send: (resolve: (answer: WebAnswer) => void) => void): Promise<WebAnswer> =>
  new Promise(send).catch((error) => ({ kind: 'refused', because: reasonOf(error) }));

export const webAdapter = ({ allowLocal = false, lookup = dns }: WebOptions = {}): Web => ({
  post: (address, sent, deadline) =>
    answered((resolve) => {
      const because = whyNotUrl(address, allowLocal);
      if (because !== undefined) return resolve({ kind: 'refused', because });
      const url = new URL(address);
      const timeoutMs = deadline - Date.now();
      const fail = (error: Error): void =>
        resolve({ kind: error instanceof RefusedError ? 'refused' : 'no-answer', because: reasonOf(error) });
      if (timeoutMs <= 0) return fail(new Error('the deadline had passed'));
      const request = url.protocol === 'http:' ? httpRequest : httpsRequest;
      const outgoing = request(url, {
        method: sent.method ?? 'POST',
        agent: false,
        headers: headersOf(sent),
        ...(url.protocol === 'http:' ? {} : { lookup: guarded(lookup) }),
      });
      const timer = setTimeout(
        () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      outgoing.on('error', fail);
      outgoing.on('close', () => {
        clearTimeout(timer);
        fail(new Error('the connection closed early'));
      });
      outgoing.on('response', (incoming) => readAnswer(incoming, sent.wantsBody === true, resolve, fail));
      outgoing.end(sent.body);
    }),
});

/** Node's messages name the host, which may be a secret; its codes do not. */
const reasonOf = (error: NodeJS.ErrnoException): string => error.code ?? error.message;

const readAnswer = (
  incoming: IncomingMessage,
  wantsBody: boolean,
  resolve: (answer: WebAnswer) => void,
  fail: (error: Error) => void,
): void => {
  const retryAfterMs = retryAfterOf(incoming.headers);
  let bytes = 0;
  const kept: Uint8Array[] = [];
  const finish = (): void =>
    resolve({
      kind: 'answer',
      status: incoming.statusCode ?? 0,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(wantsBody ? { body: Buffer.concat(kept).toString('utf8') } : {}),
    });
  incoming.on('error', fail);
  incoming.on('data', (chunk: Uint8Array) => {
    bytes += chunk.byteLength;
    if (bytes <= answerBytesMax) return void (wantsBody && kept.push(chunk));
    finish();
    incoming.destroy();
  });
  incoming.on('end', finish);
};

/**
 * `Retry-After` in seconds or as a date; or else when a limit that is used up begins anew, as GitHub says it.
 *
 * Source: RFC 9110, 10.2.3; GitHub REST API, "Rate limits".
 */
const retryAfterOf = (headers: IncomingHttpHeaders): number | undefined => {
  const value = headers['retry-after'];
  if (value === undefined) {
    const reset = Number(headers['x-ratelimit-reset']);
    const isUsedUp = headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset);
    return isUsedUp ? Math.max(0, reset * 1000 - Date.now()) : undefined;
  }
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
};
