/** A small HTTP server of JSON routes on this machine, for what steers the local cloud. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Listening, listenOn } from './listening.ts';

/** Given the parsed body; what it returns is answered, what it throws is a 400 that says why. */
export type JsonRoute = (body: unknown) => unknown;

/** By method and path: "POST /faults". */
export type JsonRoutes = Readonly<Record<string, JsonRoute>>;

export type JsonServer = Listening;

const bodyBytesMax = 65_536;

/** Rejects when the port cannot be had. */
export const serveJson = async (
  routes: JsonRoutes,
  port: number,
  host = '127.0.0.1',
): Promise<JsonServer> => {
  const server = createServer((incoming, outgoing) => {
    answer(routes, incoming).then(
      ({ status, body }) => reply(outgoing, status, body),
      (error: unknown) => reply(outgoing, 500, { error: String(error) }),
    );
  });
  return listenOn(server, port, host);
};

type Answer = Readonly<{ status: number; body: unknown }>;

const refuse = (status: number, error: string): Answer => ({ status, body: { error } });

/** A page of another site can send neither JSON nor a DELETE here: a browser asks for leave first, and gets none. */
const answer = async (routes: JsonRoutes, incoming: IncomingMessage): Promise<Answer> => {
  const { method = 'GET', url = '/', headers } = incoming;
  const path = url.split('?', 1)[0] ?? '/';
  const route = Object.hasOwn(routes, `${method} ${path}`) ? routes[`${method} ${path}`] : undefined;
  if (!route) return refuse(404, `expected one of: ${Object.keys(routes).join(', ')}; got ${method} ${path}`);
  if (Number(headers['content-length'] ?? 0) > bodyBytesMax) {
    return refuse(413, `expected at most ${bodyBytesMax} bytes`);
  }
  const sent = await text(incoming);
  const type = headers['content-type'] ?? 'none';
  if (method === 'POST' && !/^application\/json\b/i.test(type)) {
    return refuse(415, `expected the content type application/json, got ${type}`);
  }
  try {
    return { status: 200, body: (await route(sent === '' ? {} : JSON.parse(sent))) ?? {} };
  } catch (error) {
    return refuse(400, error instanceof Error ? error.message : String(error));
  }
};

const reply = (outgoing: ServerResponse, status: number, body: unknown): void => {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  outgoing.end(bytes);
};
