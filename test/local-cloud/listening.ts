/** A server of this machine's: where it listens, and its end. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `close` ends at once, whatever is under way. */
export type Listening = Readonly<{ url: string; port: number; close(): Promise<void> }>;

/** Port 0 takes any free one. Rejects when the port cannot be had. */
export const listenOn = async (server: Server, port: number, host = '127.0.0.1'): Promise<Listening> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${taken}`,
    port: taken,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
};
