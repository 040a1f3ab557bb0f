/** Whether Afterbuild can be attached to a bucket and a distribution that exist, and what it cannot do there. */

import { both, type Fact, type Finding, judge, ok, type Verdict, warn, wrong } from './checks.ts';
import { judgeAccess, type Policy, prefixOf } from './checks-access.ts';
import { type BucketFacts, judgeBucket } from './checks-bucket.ts';
import { type BuildFacts, judgeBuilds } from './checks-builds.ts';
import { judgeCaching, type Policies } from './checks-caching.ts';
import { type Found, judgeDistribution, judgeErrorCaching, judgePlan } from './checks-distribution.ts';

export type AttachFacts = Readonly<{
  /** Where doctor looks, and where the bucket is. */
  region: string;
  bucketRegion: Fact<string>;
  bucket: BucketFacts;
  policy: Fact<Policy>;
  distribution: Fact<Found>;
  cachePolicies: Fact<Policies>;
  builds?: BuildFacts;
}>;

export const judgeAttach = (facts: AttachFacts): readonly Finding[] => {
  const { bucket, policy, distribution, cachePolicies, builds, region } = facts;
  const name = bucket.bucket;
  const kind = judge('kind', distribution, judgeKind);
  // Of a tenant's template nothing else is worth saying.
  if (kind.state === 'wrong') return [kind];
  const prefix = distribution.kind === 'known' ? prefixOf(distribution.value.config) : '';
  return [
    kind,
    judge('region', facts.bucketRegion, (found) => judgeRegion(name, found, region)),
    judge('distribution', distribution, judgeDistribution),
    judge('origin access', both(distribution, policy), ([value, allowed]) =>
      judgeAccess(name, value.config, value.arn, allowed),
    ),
    ...judgeCaching(distribution, cachePolicies),
    judge('error caching', distribution, judgeErrorCaching),
    judge('flat-rate plan', distribution, (value) =>
      judgePlan(value, { stage: '', region, isOurs: false, namesWebAcl: false }),
    ),
    ...judgeBucket(bucket, false),
    ...(builds ? judgeBuilds(builds, { bucket: name, prefix }, region) : []),
  ];
};

/** Events of the bucket and of builds are heard in their own region only. */
const judgeRegion = (bucket: string, found: string, region: string): Verdict =>
  found === region
    ? ok(`${bucket} is in ${region}, where the stack and the build project have to be`)
    : warn(
        `${bucket} is in ${found}, where the stack has to be, and a build project was looked for in ${region}`,
        `# again, with --region ${found}`,
      );

const judgeKind = ({ id, config }: Found): Verdict => {
  if (config.ConnectionMode === 'tenant-only') {
    return wrong(
      `${id} is the template of distribution tenants: it serves nothing itself, and tenants are invalidated one by one`,
      '# Afterbuild follows one bucket at one distribution: attach to one whose connection mode is direct',
    );
  }
  if (config.Staging === true) {
    return wrong(
      `${id} is a staging distribution: its visitors are a part of another one's`,
      '# attach to the primary distribution',
    );
  }
  return ok(`${id} is a distribution of its own`);
};
