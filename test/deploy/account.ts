/** An account of AWS on this machine, as far as a deployment sees it: stacks, buckets with objects, and nothing else. */

import { randomUUID } from 'node:crypto';
import {
  cloudformationAccount,
  ecrService,
  lambdaService,
  stsService,
} from '../local-cloud/cloudformation-account.ts';
import { s3Service } from '../local-cloud/s3.ts';
import { serveAws } from '../local-cloud/server.ts';
import type { Call } from '../local-cloud/wire.ts';
import { type CloudFormation, createCloudFormation } from '../world/cloudformation.ts';
import { createS3, type S3 } from '../world/s3.ts';

export type Account = Readonly<{
  url: string;
  cloudformation: CloudFormation;
  s3: S3;
  buckets(): readonly string[];
  /** Calls that nobody here answers, as they came. */
  unanswered(): readonly string[];
  close(): Promise<void>;
}>;

export const startAccount = async (): Promise<Account> => {
  const now = Date.now;
  const id = (): string => randomUUID();
  const s3 = createS3({ now, id, onEvent: () => undefined });
  const buckets = new Set<string>();
  const unanswered: string[] = [];
  const cloudformation = createCloudFormation({
    now,
    id,
    buckets: {
      create: (name, properties) => {
        const { VersioningConfiguration: versioning } = properties as {
          VersioningConfiguration?: { Status?: string };
        };
        s3.createBucket(name, {
          versioning: versioning?.Status === 'Enabled' ? 'enabled' : 'off',
          eventBridge: false,
        });
        buckets.add(name);
      },
      isEmpty: (name) => s3.listObjectVersions(name, {}).entries.length === 0,
      remove: (name) => {
        s3.removeBucket(name);
        buckets.delete(name);
      },
    },
  });
  /** `https://s3.amazonaws.com/BUCKET/KEY`, which is never asked for over the network. */
  const templateAt = (url: string): string | undefined => {
    const [, bucket = '', key = ''] = /^https:\/\/[^/]+\/([^/]+)\/(.+)$/.exec(url) ?? [];
    return buckets.has(bucket)
      ? new TextDecoder().decode(s3.get(bucket, decodeURIComponent(key)).body)
      : undefined;
  };
  const server = await serveAws({
    port: 0,
    services: {
      cloudformation: cloudformationAccount(cloudformation, templateAt, now),
      sts: stsService,
      lambda: lambdaService(cloudformation, now),
      ecr: ecrService,
      s3: s3Service(s3),
    },
    onCall: ({ service, operation, status }: Call) => {
      if (status === 501 || operation === 'Unknown') unanswered.push(`${service} ${operation}`);
    },
  });
  return {
    url: server.url,
    cloudformation,
    s3,
    buckets: () => [...buckets],
    unanswered: () => unanswered,
    close: server.close,
  };
};
