/** Wires the experiments to AWS, and takes away what they leave behind, however they end. */

import { randomUUID } from 'node:crypto';
import { CloudFrontClient, GetDistributionCommand } from '@aws-sdk/client-cloudfront';
import { DeleteObjectsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { cdnAdapter } from '../aws/cdn.ts';
import { ONCE, REPEATABLE } from '../aws/clients.ts';
import { clock } from '../aws/clock.ts';
import { edgeAdapter } from '../aws/edge.ts';
import { distributionFacts, siteOriginId } from '../core/distribution.ts';
import { originPrefix } from '../core/paths.ts';
import type { Clock } from '../ports.ts';
import type { Verdict } from './experiment-verdicts.ts';
import { settle } from './experiments.ts';
import type { Options } from './options.ts';

const FOLDER = 'afterbuild-conformance';

export type Conformance = Readonly<{
  /** Where the objects are put, and where the edge is asked. */
  bucket: string;
  prefix: string;
  edgeUrl: string;
  settle(): Promise<readonly Verdict[]>;
  /** Deletes what was put; may be called at any time, and more than once. */
  clean(): Promise<void>;
}>;

/** "my-site.s3.eu-west-1.amazonaws.com" to "my-site"; undefined for what is no bucket's domain. */
export const bucketOf = (domain: string): string | undefined =>
  /^(.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$/.exec(domain)?.[1];

/** Rejects with what was expected of the distribution where it cannot be used. */
export const prepare = async (
  { distributionId, bucket: given, edgeUrl: edge }: Options,
  tell: (line: string) => void,
  time: Clock = clock,
): Promise<Conformance> => {
  const cloudfront = new CloudFrontClient(REPEATABLE);
  const s3 = new S3Client(REPEATABLE);
  const { Distribution: found } = await cloudfront.send(new GetDistributionCommand({ Id: distributionId }));
  const config = found?.DistributionConfig;
  if (!config) throw new Error(`expected the configuration of distribution ${distributionId}, got none`);
  const facts = distributionFacts(config, found.Status ?? '', new Map(), 0);
  const siteId = siteOriginId(config);
  const main = config.Origins?.Items?.find(({ Id: id }) => id === siteId);
  const bucket = given || bucketOf(main?.DomainName ?? '');
  if (!bucket)
    throw new Error(
      `--bucket: expected the bucket behind ${distributionId}, whose origin is ${main?.DomainName}`,
    );
  const edgeUrl = edge || `https://${found.DomainName}`;
  const folder = `${FOLDER}/${randomUUID()}/`;
  const prefix = originPrefix(facts.originPath) + folder;
  const keys: string[] = [];
  return {
    bucket,
    prefix,
    edgeUrl,
    settle: () =>
      settle(
        {
          clock: time,
          random: { id: () => randomUUID() },
          cdn: cdnAdapter(cloudfront, new CloudFrontClient(ONCE), distributionId),
          edge: edgeAdapter(edgeUrl),
          put: async (key, body) => {
            const whole = originPrefix(facts.originPath) + key;
            keys.push(whole);
            await s3.send(
              new PutObjectCommand({ Bucket: bucket, Key: whole, Body: body, ContentType: 'text/plain' }),
            );
          },
          tell,
        },
        folder,
        facts,
      ),
    clean: async () => {
      const left = keys.splice(0);
      if (left.length === 0) return;
      const Objects = left.map((Key) => ({ Key }));
      await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    },
  };
};
