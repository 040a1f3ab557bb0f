/** S3 over HTTP for a test: one bucket with versions, the model behind it, and the real client. */

import { S3Client } from '@aws-sdk/client-s3';
import { createS3, type S3 } from '../world/s3.ts';
import { s3Service } from './s3.ts';
import { serveAws } from './server.ts';
import type { Service, WireRequest } from './wire.ts';

export const Bucket = 'bucket';

/** What is written at first is as old as this; `later` makes the clock go on. */
export const WRITTEN_AT = Date.UTC(2026, 0, 2, 3, 4, 5);

export type Served = Readonly<{
  s3: S3;
  client: S3Client;
  url: string;
  /** The headers of the requests so far, trailers among them. */
  sent: WireRequest['headers'][];
  /** The reasons of the events so far. */
  reasons: unknown[];
  later(ms: number): void;
  close(): Promise<void>;
}>;

export const serveS3 = async (): Promise<Served> => {
  let now = WRITTEN_AT;
  let ids = 0;
  const reasons: unknown[] = [];
  const s3 = createS3({
    now: () => now,
    id: () => `id${ids++}`,
    onEvent: ({ detail }) => reasons.push(detail['reason']),
  });
  s3.createBucket(Bucket, { versioning: 'enabled', eventBridge: true });
  const { operation, answer } = s3Service(s3, [Bucket]);
  const sent: WireRequest['headers'][] = [];
  const recorded: Service = {
    operation,
    answer: (request, name) => {
      sent.push(request.headers);
      return answer(request, name);
    },
  };
  const { url, close } = await serveAws({ port: 0, services: { s3: recorded } });
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return {
    s3,
    client,
    url,
    sent,
    reasons,
    later: (ms) => {
      now += ms;
    },
    close: () => {
      client.destroy();
      return close();
    },
  };
};
