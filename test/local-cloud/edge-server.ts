/** One edge of the CloudFront model as an HTTP server. */

import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { CloudFront, EdgeRequest, Route } from '../world/cloudfront.ts';
import { type Listening, listenOn } from './listening.ts';

export type EdgeServerOptions = Readonly<{
  cloudfront: CloudFront;
  /** Servers behind HTTP by the id of their origin; what goes there is passed on and never cached. */
  servers?: Readonly<Record<string, string>>;
  /** Counted from 0. */
  edge: number;
  /** 0 takes any free port. */
  port: number;
  host?: string;
}>;

export type EdgeServer = Listening;

/** Rejects when the port cannot be had. */
export const serveEdge = async (options: EdgeServerOptions): Promise<EdgeServer> => {
  const server = createServer((incoming, outgoing) => {
    answer(options, incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'x-cache': 'Error from cloudfront' });
      outgoing.end(String(error));
    });
  });
  return listenOn(server, options.port, options.host);
};

const answer = async (
  { cloudfront, edge, servers = {} }: EdgeServerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  const body: Uint8Array[] = [];
  for await (const chunk of incoming) body.push(chunk);
  const request: EdgeRequest = {
    target: incoming.url ?? '/',
    method: incoming.method ?? 'GET',
    headers: headersOf(incoming),
    ...(body.length > 0 ? { body: Buffer.concat(body) } : {}),
  };
  const route = cloudfront.route(edge, request);
  const server = route.kind === 'look-up' ? servers[route.behaviour.originId] : undefined;
  if (server !== undefined && route.kind === 'look-up') return pass(server, route, request, outgoing);
  const response = cloudfront.get(edge, request);
  outgoing.writeHead(response.status, response.headers);
  outgoing.end(response.body);
};

/** A header sent more than once is joined with commas, as CloudFront does. */
const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value = '']) => [name, [value].flat().join(', ')]));

/** CloudFront waits so long for an origin's answer by default. */
const ORIGIN_TIMEOUT_MS = 30_000;

type LookUp = Extract<Route, { kind: 'look-up' }>;

/** All of the viewer's headers but Host go on, and whatever the server answers comes back. */
const pass = (
  server: string,
  { behaviour, uri, query, headers }: LookUp,
  { method = 'GET', body }: EdgeRequest,
  outgoing: ServerResponse,
): Promise<void> =>
  new Promise((resolve) => {
    const fail = (status: number, because: string): void => {
      if (!outgoing.headersSent) outgoing.writeHead(status, { 'x-cache': 'Error from cloudfront' });
      outgoing.end(because);
      resolve();
    };
    if (!behaviour.allowedMethods.includes(method)) return fail(403, `the method ${method} is not allowed`);
    const { host: _host, connection: _connection, ...sent } = headers;
    const target = new URL(server);
    const path = query === '' ? uri : `${uri}?${query}`;
    const passed = httpRequest({ hostname: target.hostname, port: target.port, method, path, headers: sent });
    passed.setTimeout(ORIGIN_TIMEOUT_MS, () => passed.destroy(new Error('no answer in time')));
    passed.on('error', ({ message }) => fail(message === 'no answer in time' ? 504 : 502, message));
    passed.on('response', (incoming) => {
      const status = incoming.statusCode ?? 502;
      const cache = status >= 400 ? 'Error from cloudfront' : 'Miss from cloudfront';
      outgoing.writeHead(status, { ...endToEnd(incoming.headers), 'x-cache': cache });
      incoming.pipe(outgoing);
      incoming.on('end', resolve);
      incoming.on('error', ({ message }) => fail(502, message));
    });
    outgoing.on('close', () => {
      passed.destroy();
      resolve();
    });
    passed.end(body);
  });

/** What belongs to one connection is not passed on. */
const endToEnd = (headers: OutgoingHttpHeaders): OutgoingHttpHeaders => {
  const { connection: _connection, 'keep-alive': _alive, 'transfer-encoding': _framing, ...rest } = headers;
  return rest;
};
