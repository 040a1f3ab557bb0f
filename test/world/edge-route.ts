/** Where a request goes before any cache is looked at: behaviour, function, cache key. */

import type { Behaviour, CustomErrorResponse, DistributionModel, Origin } from './cloudfront-config.ts';
import { errorCachingDefaultSeconds } from './cloudfront-config.ts';
import type { Switches } from './cloudfront-switches.ts';
import { compileFunction, type Rewritten, type RunFunction } from './edge-function.ts';
import { compileFinish, type Finish } from './edge-response.ts';
import type { EdgeRequest, Headers } from './edge-types.ts';

/** `urls` are the names an invalidation may use for the copy; the first is its cache key. */
export type Route =
  | Readonly<{
      kind: 'look-up';
      urls: readonly [string, ...string[]];
      uri: string;
      query: string;
      headers: Headers;
      behaviour: Behaviour;
    }>
  | Exclude<Rewritten, { kind: 'request' }>;

/** A distribution's configuration, ready to serve. */
export type Routes = Readonly<{
  config: DistributionModel;
  route(request: EdgeRequest): Route;
  behaviourOf(uri: string): Behaviour;
  originOf(behaviour: Behaviour): Origin | undefined;
  errorResponse(status: number): CustomErrorResponse;
  /** What the behaviour adds to an answer on its way to the viewer. */
  finishOf(behaviour: Behaviour): Finish;
}>;

/** `*` stands for any characters, `?` for one; a leading slash may be left out. */
export const pathPatternMatcher = (pattern: string): ((uri: string) => boolean) => {
  const escaped = pattern.replace(/^\//, '').replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const expression = new RegExp(`^/${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  return (uri) => expression.test(uri);
};

/** Throws when a function's code does not compile. */
export const compileRoutes = (config: DistributionModel, switches: Switches): Routes => {
  const matchers = config.behaviours.map((behaviour) => ({
    behaviour,
    matches: pathPatternMatcher(behaviour.pathPattern),
  }));
  const behaviourOf = (uri: string) =>
    matchers.find(({ matches }) => matches(uri))?.behaviour ?? config.defaultBehaviour;
  const functions = new Map<Behaviour, RunFunction>();
  const finishes = new Map<Behaviour, Finish>();
  for (const behaviour of [config.defaultBehaviour, ...config.behaviours]) {
    finishes.set(behaviour, compileFinish(behaviour, config));
    if (behaviour.viewerRequest) functions.set(behaviour, compileFunction(behaviour.viewerRequest, config));
  }
  const origins = new Map(config.origins.map((origin) => [origin.id, origin]));
  const errors = new Map(config.customErrorResponses.map((response) => [response.code, response]));

  const route = (request: EdgeRequest): Route => {
    const { uri: viewerUri, query: viewerQuery } = splitTarget(request.target);
    const behaviour = behaviourOf(viewerUri);
    const rewritten: Rewritten = functions.get(behaviour)?.(viewerUri, viewerQuery, request) ?? {
      kind: 'request',
      uri: viewerUri,
      query: viewerQuery,
      headers: request.headers ?? {},
    };
    if (rewritten.kind !== 'request') return rewritten;
    const { query, headers } = rewritten;
    const isRoot = rewritten.uri === '/' && config.defaultRootObject !== '';
    const uri = isRoot ? `/${config.defaultRootObject}` : rewritten.uri;
    const keyUri = switches.root === 'two' ? rewritten.uri : uri;
    const keyQuery = queryInKey(query, behaviour);
    const key = keyUri + keyQuery;
    const sent = viewerUri + keyQuery;
    const urls = switches.rewritten === 'either' && sent !== key ? ([key, sent] as const) : ([key] as const);
    return { kind: 'look-up', urls, uri, query, headers, behaviour };
  };

  return {
    config,
    route,
    behaviourOf,
    originOf: (behaviour) => origins.get(behaviour.originId),
    errorResponse: (code) =>
      errors.get(code) ?? { code, errorCachingMinTtlSeconds: errorCachingDefaultSeconds },
    finishOf: (behaviour) => finishes.get(behaviour) ?? asItIs,
  };
};

const asItIs: Finish = (_request, response) => response;

const splitTarget = (target: string): { uri: string; query: string } => {
  const at = target.indexOf('?');
  return at < 0 ? { uri: target, query: '' } : { uri: target.slice(0, at), query: target.slice(at + 1) };
};

/** With its question mark, or empty. */
const queryInKey = (query: string, { cachePolicy: { queryStrings } }: Behaviour): string => {
  if (query === '' || queryStrings === 'none') return '';
  if (queryStrings === 'all') return `?${query}`;
  const kept = query.split('&').filter((part) => queryStrings.includes(part.split('=', 1)[0] ?? ''));
  return kept.length > 0 ? `?${kept.join('&')}` : '';
};
