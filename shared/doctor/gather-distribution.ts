/** What CloudFront says of a distribution. */

import {
  type CachePolicyConfig,
  type CloudFrontClient,
  GetCachePolicyCommand,
  GetDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import { cdnAdapter } from '../aws/cdn.ts';
import { type Fact, known } from './checks.ts';
import { type Found, foundOf } from './checks-distribution.ts';
import { attempt } from './gather-parts.ts';

export const gatherDistribution = (client: CloudFrontClient, id: string): Promise<Fact<Found>> =>
  attempt(async () => {
    const { Distribution: distribution, ETag: etag = '' } = await client.send(
      new GetDistributionCommand({ Id: id }),
    );
    const found = distribution && foundOf(distribution, etag);
    if (!found) throw new Error(`expected the configuration of distribution ${id}, got none`);
    return found;
  });

/** Made as a pass makes it, so that the two can be compared. */
export const gatherFingerprint = (client: CloudFrontClient, id: string): Promise<Fact<string>> =>
  attempt(async () => (await cdnAdapter(client, client, id).distribution()).fingerprint);

/** The policies of all behaviours, by id; one that cannot be read leaves all of it open. */
export const gatherCachePolicies = async (
  client: CloudFrontClient,
  distribution: Fact<Found>,
): Promise<Fact<ReadonlyMap<string, CachePolicyConfig>>> => {
  if (distribution.kind === 'unknown') return distribution;
  const { DefaultCacheBehavior: main, CacheBehaviors: others } = distribution.value.config;
  const ids = [main, ...(others?.Items ?? [])].flatMap((behaviour) => behaviour?.CachePolicyId || []);
  const policies = new Map<string, CachePolicyConfig>();
  for (const id of new Set(ids)) {
    const policy = await attempt(() => client.send(new GetCachePolicyCommand({ Id: id })));
    if (policy.kind === 'unknown') return policy;
    const config = policy.value.CachePolicy?.CachePolicyConfig;
    if (config) policies.set(id, config);
  }
  return known(policies);
};
