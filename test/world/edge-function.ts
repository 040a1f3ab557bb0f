/**
 * Runs a CloudFront function on viewer-request.
 * Source: CloudFront developer guide, "CloudFront Functions event structure".
 */

import { createContext, Script } from 'node:vm';
import type { DistributionModel, ViewerFunction } from './cloudfront-config.ts';
import type { EdgeRequest, Headers } from './edge-types.ts';

/** `query` is undecoded. `respond` is an answer that the function made itself. */
export type Rewritten =
  | Readonly<{ kind: 'request'; uri: string; query: string; headers: Headers }>
  | Readonly<{ kind: 'respond'; status: number; headers: Headers; body: string }>
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
export const compileFunction = (
  viewerFunction: ViewerFunction,
  { id, domainName }: DistributionModel,
): RunFunction => {
  const handler = handlerOf(viewerFunction);
  return (uri, query, request) => {
    const querystring = parseQuery(query);
    const before = query === '' ? '{}' : JSON.stringify(querystring);
    try {
      const returned = handler({
        version: '1.0',
        context: {
          distributionDomainName: domainName,
          distributionId: id,
          eventType: 'viewer-request',
          requestId: '',
        },
        viewer: { ip: '198.51.100.1' },
        request: {
          method: request.method ?? 'GET',
          uri,
          querystring,
          headers: valuesOf(request.headers),
          cookies: {},
        },
      });
      return read(returned, before, query);
    } catch (error) {
      // Errors come from another realm: they are no instance of this one's Error.
      return { kind: 'failed', because: String(error) };
    }
  };
};

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
