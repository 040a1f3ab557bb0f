/** One edge of the CloudFront model as an HTTP server. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFront, EdgeRequest } from '../world/cloudfront.ts';

export type EdgeServerOptions = Readonly<{
  cloudfront: CloudFront;
  /** Counted from 0. */
  edge: number;
  /** 0 takes any free port. */
  port: number;
  host?: string;
}>;

export type EdgeServer = Readonly<{ url: string; port: number; close(): Promise<void> }>;

/** Rejects when the port cannot be had. */
export const serveEdge = async (options: EdgeServerOptions): Promise<EdgeServer> => {
  const { cloudfront, edge, host = '127.0.0.1' } = options;
  const server = createServer((incoming, outgoing) => {
    answer(cloudfront, edge, incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'x-cache': 'Error from cloudfront' });
      outgoing.end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
};

const answer = async (
  cloudfront: CloudFront,
  edge: number,
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
  const response = cloudfront.get(edge, request);
  outgoing.writeHead(response.status, response.headers);
  outgoing.end(response.body);
};

/** A header sent more than once is joined with commas, as CloudFront does. */
const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value = '']) => [name, [value].flat().join(', ')]));
