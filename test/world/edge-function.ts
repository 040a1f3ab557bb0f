/**
 * Runs a CloudFront function on viewer-request or viewer-response.
 * Source: CloudFront developer guide, "CloudFront Functions event structure".
 */

import { createContext, Script } from 'node:vm';
import type { DistributionModel, ViewerFunction } from './cloudfront-config.ts';
import type { EdgeRequest, EdgeResponse, Headers } from './edge-types.ts';

/** `query` is undecoded. `respond` is an answer that the function made itself. */
export type Rewritten =
  | Readonly<{ kind: 'request'; uri: string; query: string; headers: Headers }>
  | Readonly<{ kind: 'respond'; status: number; headers: Headers; body: string }>
  | Readonly<{ kind: 'failed'; because: string }>;

/** Headers of an answer, as the function left them; the body is out of its reach. */
export type Amended =
  | Readonly<{ kind: 'response'; status: number; headers: Headers }>
  | Readonly<{ kind: 'failed'; because: string }>;

export type RunFunction = (uri: string, query: string, request: EdgeRequest) => Rewritten;

type Value = { value: string; multiValue?: { value: string }[] };
type Values = Record<string, Value>;
type Returned = {
  uri?: unknown;
  querystring?: Values | string;
  headers?: Values;
  statusCode?: number;
  body?: string | { data?: string };
};
type Handler = (event: unknown) => Returned | null | undefined;

/** Compiled code by function: a context takes a millisecond to make, and simulations make thousands of worlds. */
const compiled = new WeakMap<ViewerFunction, Handler>();

const handlerOf = (viewerFunction: ViewerFunction): Handler => {
  const known = compiled.get(viewerFunction);
  if (known) return known;
  const { name, code } = viewerFunction;
  const context = createContext({});
  new Script(code, { filename: `${name}.js` }).runInContext(context);
  const handler: unknown = new Script("typeof handler === 'function' ? handler : undefined").runInContext(
    context,
  );
  if (typeof handler !== 'function')
    throw new Error(`CloudFront function ${name}: expected a function "handler"`);
  compiled.set(viewerFunction, handler as Handler);
  return handler as Handler;
};

/** Throws at once when the code does not compile or has no `handler`. */
export const compileFunction = (viewerFunction: ViewerFunction, config: DistributionModel): RunFunction => {
  const handler = handlerOf(viewerFunction);
  return (uri, query, request) => {
    const querystring = parseQuery(query);
    const before = query === '' ? '{}' : JSON.stringify(querystring);
    try {
      const returned = handler(eventOf('viewer-request', config, { ...request, uri, querystring }));
      return read(returned, before, query);
    } catch (error) {
      // Errors come from another realm: they are no instance of this one's Error.
      return { kind: 'failed', because: String(error) };
    }
  };
};

export type AmendResponse = (request: EdgeRequest, response: EdgeResponse) => Amended;

/** Throws at once when the code does not compile or has no `handler`. */
export const compileResponseFunction = (
  viewerFunction: ViewerFunction,
  config: DistributionModel,
): AmendResponse => {
  const handler = handlerOf(viewerFunction);
  return (request, { status, headers }) => {
    const [uri = '', query = ''] = request.target.split(/\?(.*)/s);
    const event = {
      ...eventOf('viewer-response', config, { ...request, uri, querystring: parseQuery(query) }),
      response: { statusCode: status, statusDescription: '', headers: valuesOf(headers), cookies: {} },
    };
    try {
      const returned = handler(event);
      return typeof returned?.statusCode === 'number'
        ? { kind: 'response', status: returned.statusCode, headers: textsOf(returned.headers) }
        : { kind: 'failed', because: 'no response returned' };
    } catch (error) {
      return { kind: 'failed', because: String(error) };
    }
  };
};

type FunctionRequest = Pick<EdgeRequest, 'method' | 'headers'> &
  Readonly<{ uri: string; querystring: Values }>;

/** The request is the viewer's own, on viewer-response too. */
const eventOf = (eventType: string, { id, domainName }: DistributionModel, request: FunctionRequest) => ({
  version: '1.0',
  context: { distributionDomainName: domainName, distributionId: id, eventType, requestId: '' },
  viewer: { ip: '198.51.100.1' },
  request: {
    method: request.method ?? 'GET',
    uri: request.uri,
    querystring: request.querystring,
    headers: valuesOf(request.headers),
    cookies: {},
  },
});

const read = (returned: Returned | null | undefined, queryBefore: string, query: string): Rewritten => {
  if (typeof returned !== 'object' || returned === null)
    return { kind: 'failed', because: 'no request or response returned' };
  const headers = textsOf(returned.headers);
  if (returned.statusCode !== undefined) {
    const body = typeof returned.body === 'string' ? returned.body : (returned.body?.data ?? '');
    return { kind: 'respond', status: returned.statusCode, headers, body };
  }
  const { uri, querystring = {} } = returned;
  if (typeof uri !== 'string' || !uri.startsWith('/')) {
    return { kind: 'failed', because: `expected a uri that starts with a slash, got ${String(uri)}` };
  }
  return { kind: 'request', uri, query: writeQuery(querystring, queryBefore, query), headers };
};

const valuesOf = (headers: Headers = {}): Values =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));

const textsOf = (values: Values = {}): Headers =>
  Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name.toLowerCase(), value]));

const parseQuery = (query: string): Values => {
  const values: Values = {};
  if (query === '') return values;
  for (const part of query.split('&')) {
    const at = part.indexOf('=');
    const name = at < 0 ? part : part.slice(0, at);
    const value = at < 0 ? '' : part.slice(at + 1);
    const known = values[name];
    if (!known) values[name] = { value };
    else known.multiValue = [...(known.multiValue ?? [{ value: known.value }]), { value }];
  }
  return values;
};

/** The query as it was received, unless the function changed it. */
const writeQuery = (values: Values | string, before: string, query: string): string => {
  if (typeof values === 'string') return values;
  if (JSON.stringify(values) === before) return query;
  return Object.entries(values)
    .flatMap(([name, { value, multiValue }]) =>
      (multiValue ?? [{ value }]).map((one) => `${name}=${one.value}`),
    )
    .join('&');
};
