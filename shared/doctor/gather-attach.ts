/** Gathers what is checked before Afterbuild is attached to what exists. */

import { mapFact } from './checks.ts';
import { prefixOf } from './checks-access.ts';
import type { AttachFacts } from './checks-attach.ts';
import { gatherBucket, gatherPolicy, gatherRegion } from './gather-bucket.ts';
import { gatherBuilds } from './gather-builds.ts';
import { gatherCachePolicies, gatherDistribution } from './gather-distribution.ts';
import type { Clients } from './gather-parts.ts';

/** `buildProject` is empty where none is to be followed. */
export type AttachTarget = Readonly<{ bucket: string; distributionId: string; buildProject: string }>;

/** `region` is where the clients look. */
export const gatherAttach = async (
  clients: Clients,
  { bucket, distributionId, buildProject }: AttachTarget,
  region: string,
): Promise<AttachFacts> => {
  const distribution = await gatherDistribution(clients.cloudfront, distributionId);
  const prefix = mapFact(distribution, ({ config }) => prefixOf(config));
  const [bucketFacts, policy, cachePolicies, bucketRegion, builds] = await Promise.all([
    gatherBucket(clients.s3, bucket, prefix.kind === 'known' ? prefix.value : ''),
    gatherPolicy(clients.s3, bucket),
    gatherCachePolicies(clients.cloudfront, distribution),
    gatherRegion(clients.s3, bucket),
    buildProject === '' ? undefined : gatherBuilds(clients.codebuild, buildProject),
  ]);
  return {
    region,
    bucketRegion,
    bucket: bucketFacts,
    policy,
    distribution,
    cachePolicies,
    ...(builds ? { builds } : {}),
  };
};
