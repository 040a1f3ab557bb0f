/** What an edge answers: a copy, or something it made itself. */

import type { Route } from './edge-route.ts';
import type { Copy, EdgeResponse, Headers, OriginResponse } from './edge-types.ts';

const noBytes = new Uint8Array();
const text = new TextEncoder();

export const tagsOf = ({ headers }: OriginResponse, header: string | undefined): readonly string[] =>
  header === undefined ? [] : (headers[header] ?? '').split(',').map((tag) => tag.trim().toLowerCase());

/** `ageSeconds` says that the copy came from the cache. */
export const answer = (copy: Copy, method: string, ageSeconds: number | undefined): EdgeResponse => {
  const cache = copy.isError ? 'other' : ageSeconds === undefined ? 'miss' : 'hit';
  const xCache = copy.isError ? 'Error' : ageSeconds === undefined ? 'Miss' : 'Hit';
  const headers: Record<string, string> = { ...copy.headers, 'x-cache': `${xCache} from cloudfront` };
  if (ageSeconds !== undefined) headers['age'] = String(ageSeconds);
  return { status: copy.status, headers, body: method === 'HEAD' ? noBytes : copy.body, cache };
};

export const madeHere = (route: Exclude<Route, { kind: 'look-up' }>, pop: string): EdgeResponse => {
  const failed = route.kind === 'failed';
  const xCache = failed
    ? 'FunctionExecutionError from cloudfront'
    : 'FunctionGeneratedResponse from cloudfront';
  const headers: Headers = { ...(failed ? {} : route.headers), 'x-cache': xCache, 'x-amz-cf-pop': pop };
  return failed
    ? { status: 503, headers, body: text.encode(route.because), cache: 'other' }
    : { status: route.status, headers, body: text.encode(route.body), cache: 'other' };
};

export const notAllowed = (method: string, pop: string): EdgeResponse => ({
  status: 403,
  headers: { 'x-cache': 'Error from cloudfront', 'x-amz-cf-pop': pop },
  body: text.encode(`This distribution is not configured to allow the HTTP request method ${method}.`),
  cache: 'other',
});

export const badGateway = (because: string): OriginResponse => ({
  status: 502,
  headers: {},
  body: text.encode(because),
});
