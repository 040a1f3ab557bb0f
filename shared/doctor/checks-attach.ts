/** Whether Afterbuild can be attached to a bucket and a distribution that exist, and what it cannot do there. */

import type { CacheBehavior, CachePolicyConfig, DefaultCacheBehavior } from '@aws-sdk/client-cloudfront';
import { both, type Fact, type Finding, judge, ok, type Verdict, warn, wrong } from './checks.ts';
import { judgeAccess, type Policy, prefixOf } from './checks-access.ts';
import { type BucketFacts, judgeBucket } from './checks-bucket.ts';
import { type BuildFacts, judgeBuilds } from './checks-builds.ts';
import {
  changeBy,
  type Found,
  judgeDistribution,
  judgeErrorCaching,
  judgePlan,
} from './checks-distribution.ts';

export type AttachFacts = Readonly<{
  region: string;
  bucket: BucketFacts;
  policy: Fact<Policy>;
  distribution: Fact<Found>;
  /** Of all behaviours, by id. */
  cachePolicies: Fact<ReadonlyMap<string, CachePolicyConfig>>;
  builds?: BuildFacts;
}>;

/** Source: CloudFront developer guide, "Use managed cache policies". */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

export const judgeAttach = (facts: AttachFacts): readonly Finding[] => {
  const { bucket, policy, distribution, cachePolicies, builds, region } = facts;
  const name = bucket.bucket;
  const kind = judge('kind', distribution, judgeKind);
  // Of a tenant's template nothing else is worth saying.
  if (kind.state === 'wrong') return [kind];
  const prefix = distribution.kind === 'known' ? prefixOf(distribution.value.config) : '';
  return [
    kind,
    judge('distribution', distribution, judgeDistribution),
    judge('origin access', both(distribution, policy), ([value, allowed]) =>
      judgeAccess(name, value.config, value.arn, allowed),
    ),
    judge('cache key', both(distribution, cachePolicies), ([value, policies]) =>
      judgeCacheKey(value, policies),
    ),
    judge('legacy settings', distribution, judgeLegacy),
    judge('API caching', both(distribution, cachePolicies), ([value, policies]) =>
      judgeApiCaching(value, policies),
    ),
    judge('error caching', distribution, judgeErrorCaching),
    judge('flat-rate plan', distribution, (value) =>
      judgePlan(value, { stage: '', region, isOurs: false, namesWebAcl: false }),
    ),
    ...judgeBucket(bucket, false),
    ...(builds ? judgeBuilds(builds, { bucket: name, prefix }, region) : []),
  ];
};

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

type AnyBehaviour = DefaultCacheBehavior | CacheBehavior;

const hasQueries = (behaviour: AnyBehaviour, policies: ReadonlyMap<string, CachePolicyConfig>): boolean => {
  const policy = policies.get(behaviour.CachePolicyId ?? '');
  const inPolicy =
    policy?.ParametersInCacheKeyAndForwardedToOrigin?.QueryStringsConfig?.QueryStringBehavior ?? 'none';
  return inPolicy !== 'none' || behaviour.ForwardedValues?.QueryString === true;
};

/** A bare path does not purge what is cached with a query string. */
const judgeCacheKey = (distribution: Found, policies: ReadonlyMap<string, CachePolicyConfig>): Verdict => {
  const behaviour = distribution.config.DefaultCacheBehavior;
  return behaviour && hasQueries(behaviour, policies)
    ? warn(
        'query strings are part of the cache key: /page?a=1 stays old when /page is invalidated',
        changeBy(distribution, OPTIMIZED),
      )
    : ok('a URL is one cache entry, whatever its query string');
};

const OPTIMIZED = `.DefaultCacheBehavior |= (del(.ForwardedValues, .MinTTL, .DefaultTTL, .MaxTTL) + {CachePolicyId: "${CACHING_OPTIMIZED}"})`;

const judgeLegacy = (distribution: Found): Verdict =>
  distribution.config.DefaultCacheBehavior?.ForwardedValues
    ? warn(
        'the default behaviour has legacy cache settings (ForwardedValues): a header or cookie that is forwarded may split each URL into many copies',
        changeBy(distribution, OPTIMIZED),
      )
    : ok('the default behaviour has a cache policy');

/** `*` and `?` stand for what they do in a behaviour's path pattern. */
const isApi = ({ PathPattern: pattern = '' }: CacheBehavior): boolean => /^\/?api(?:[/*?]|$)/.test(pattern);

const isCached = (behaviour: AnyBehaviour, policies: ReadonlyMap<string, CachePolicyConfig>): boolean => {
  const id = behaviour.CachePolicyId;
  if (id === CACHING_DISABLED) return false;
  const longest = id === undefined ? behaviour.MaxTTL : policies.get(id)?.MaxTTL;
  return longest !== 0;
};

const judgeApiCaching = (distribution: Found, policies: ReadonlyMap<string, CachePolicyConfig>): Verdict => {
  const behaviours = (distribution.config.CacheBehaviors?.Items ?? []).filter(isApi);
  const [cached] = behaviours.filter((behaviour) => isCached(behaviour, policies));
  if (cached) {
    const pattern = cached.PathPattern ?? '';
    return warn(
      `${pattern} is cached: visitors may get each other's answers, and a check through the distribution an old one`,
      changeBy(
        distribution,
        `(.CacheBehaviors.Items[] | select(.PathPattern == ${JSON.stringify(pattern)})) |= (del(.ForwardedValues, .MinTTL, .DefaultTTL, .MaxTTL) + {CachePolicyId: "${CACHING_DISABLED}"})`,
      ),
    );
  }
  return ok(
    behaviours.length === 0 ? 'no behaviour for /api/*' : `${behaviours[0]?.PathPattern} is not cached`,
  );
};
