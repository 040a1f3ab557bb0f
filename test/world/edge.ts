/** One edge location: its cache, and what it does with a request. Invalidations and updates reach it in time. */

import type { Behaviour } from './cloudfront-config.ts';
import { formsOf, type Matcher } from './cloudfront-items.ts';
import type { Switches } from './cloudfront-switches.ts';
import { errorTtlSeconds, objectTtlSeconds } from './cloudfront-ttl.ts';
import { answer, badGateway, madeHere, notAllowed, tagsOf } from './edge-answers.ts';
import type { Route, Routes } from './edge-route.ts';
import { createSchedule } from './edge-schedule.ts';
import type { Copy, EdgeRequest, EdgeResponse, OriginResponse, OriginServer, Peek } from './edge-types.ts';

/** Evicts what `matches` names, if its fetch from the origin began before `before`. */
export type Purge = Readonly<{ before: number; matches: Matcher }>;

export type EdgeOptions = Readonly<{
  now(): number;
  pop: string;
  switches: Switches;
  routes: Routes;
  origins: Readonly<Record<string, OriginServer>>;
  /** Whether copies are stored and reused at all, asked at each request. */
  caches(): boolean;
}>;

export type EdgeLocation = Readonly<{
  route(request: EdgeRequest): Route;
  get(request: EdgeRequest): EdgeResponse;
  peek(target: string): Peek;
  /** `at` is when the purge or the update takes effect here. */
  purge(purge: Purge, at: number): void;
  update(routes: Routes, at: number): void;
  /** Copies as of now, the expired among them. */
  copies(): Iterable<Copy>;
}>;

type Lookup = Extract<Route, { kind: 'look-up' }>;

export const createEdge = (options: EdgeOptions): EdgeLocation => {
  const { now, pop, switches, origins } = options;
  const copies = new Map<string, Copy>();
  const arriving = createSchedule();
  let routes = options.routes;
  let updatedBy = Number.NEGATIVE_INFINITY;
  let updates = 0;

  const fetchFrom = (
    behaviour: Behaviour,
    uri: string,
    request: EdgeRequest,
    query: string,
  ): OriginResponse => {
    const origin = routes.originOf(behaviour);
    const server = origins[behaviour.originId];
    if (!origin || !server) return badGateway(`no origin ${behaviour.originId}`);
    const { method = 'GET', headers = {}, body } = request;
    const sentAs = { method, uri: origin.path + uri, query, headers, ...(body ? { body } : {}) };
    return server(behaviour.cachedMethods.includes(method) ? { ...sentAs, method: 'GET' } : sentAs);
  };

  const fetchCopy = ({ urls, uri, query, headers, behaviour }: Lookup, request: EdgeRequest): Copy => {
    const fetchedAt = now();
    const response = fetchFrom(behaviour, uri, { ...request, headers }, query);
    const isError = response.status >= 400;
    const { served, ttlSeconds } = isError
      ? errorAnswer(response, fetchedAt)
      : { served: response, ttlSeconds: objectTtlSeconds(response, behaviour.cachePolicy, fetchedAt) };
    return {
      forms: formsOf(urls, switches.matching),
      tags: tagsOf(response, routes.config.cacheTagHeader),
      fetchedAt,
      expiresAt: fetchedAt + ttlSeconds * 1_000,
      status: served.status,
      headers: { ...served.headers, 'content-length': String(served.body.byteLength), 'x-amz-cf-pop': pop },
      body: served.body,
      isError,
    };
  };

  /** The origin's error, or the custom page in its place; the page is fetched for each requested URL. */
  const errorAnswer = (
    response: OriginResponse,
    at: number,
  ): { served: OriginResponse; ttlSeconds: number } => {
    const { responsePage, responseCode, errorCachingMinTtlSeconds } = routes.errorResponse(response.status);
    const ttlSeconds = errorTtlSeconds(response, errorCachingMinTtlSeconds, at);
    if (responsePage === undefined) return { served: response, ttlSeconds };
    const behaviour = routes.behaviourOf(responsePage);
    const page = fetchFrom(behaviour, responsePage, { target: responsePage }, '');
    if (page.status >= 400) return { served: page, ttlSeconds };
    const served = { ...page, status: responseCode ?? response.status };
    return switches.errorPageTtl === 'error'
      ? { served, ttlSeconds }
      : { served, ttlSeconds: Math.max(ttlSeconds, objectTtlSeconds(page, behaviour.cachePolicy, at)) };
  };

  const advance = (): number => {
    const at = now();
    if (at >= arriving.next()) arriving.run(at);
    return at;
  };

  const fresh = (route: Lookup, at: number): Copy | undefined => {
    const copy = options.caches() ? copies.get(route.urls[0]) : undefined;
    return copy && at < copy.expiresAt ? copy : undefined;
  };

  const get = (request: EdgeRequest): EdgeResponse => {
    const at = advance();
    const method = request.method ?? 'GET';
    const route = routes.route(request);
    if (route.kind !== 'look-up') return madeHere(route, pop);
    const finish = routes.finishOf(route.behaviour);
    if (!route.behaviour.allowedMethods.includes(method)) return finish(request, notAllowed(method, pop));
    if (!route.behaviour.cachedMethods.includes(method))
      return finish(request, answer(fetchCopy(route, request), method, undefined));
    const hit = fresh(route, at);
    if (hit) return finish(request, answer(hit, method, Math.floor((at - hit.fetchedAt) / 1_000)));
    const copy = fetchCopy(route, request);
    if (options.caches() && copy.expiresAt > at) copies.set(route.urls[0], copy);
    else copies.delete(route.urls[0]);
    return finish(request, answer(copy, method, undefined));
  };

  const peek = (target: string): Peek => {
    const at = advance();
    const route = routes.route({ target });
    const copy = route.kind === 'look-up' ? fresh(route, at) : undefined;
    if (!copy) return { cached: false };
    const { status, headers, body, fetchedAt, expiresAt } = copy;
    return { cached: true, status, etag: headers['etag'], body, fetchedAt, expiresAt };
  };

  return {
    route: (request) => {
      advance();
      return routes.route(request);
    },
    get,
    peek,
    purge: ({ before, matches }, at) =>
      arriving.add(at, () => {
        for (const [key, copy] of copies) if (copy.fetchedAt < before && matches(copy)) copies.delete(key);
      }),
    update: (next, at) => {
      const number = ++updates;
      // A later update may overtake an earlier one on its way here.
      arriving.add(at, () => {
        if (number < updatedBy) return;
        routes = next;
        updatedBy = number;
      });
    },
    copies: () => {
      advance();
      return copies.values();
    },
  };
};
