/** What the distribution keeps, and under which key: an invalidation reaches no more than the URL that it names. */

import type { CacheBehavior, CachePolicyConfig, DefaultCacheBehavior } from '@aws-sdk/client-cloudfront';
import { both, type Fact, type Finding, judge, ok, type Verdict, warn } from './checks.ts';
import { changeBy, type Found } from './checks-distribution.ts';

/** Source: CloudFront developer guide, "Use managed cache policies". */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

/** AllViewerExceptHostHeader: what is not in the key would otherwise not reach the API. */
const ALL_BUT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** Of all behaviours, by their ids. */
export type Policies = ReadonlyMap<string, CachePolicyConfig>;

export const judgeCaching = (distribution: Fact<Found>, policies: Fact<Policies>): readonly Finding[] => [
  judge('cache key', both(distribution, policies), ([value, known]) => judgeCacheKey(value, known)),
  judge('legacy settings', distribution, judgeLegacy),
  judge('API caching', both(distribution, policies), ([value, known]) => judgeApiCaching(value, known)),
];

type AnyBehaviour = DefaultCacheBehavior | CacheBehavior;

const hasQueries = (behaviour: AnyBehaviour, policies: Policies): boolean => {
  const policy = policies.get(behaviour.CachePolicyId ?? '');
  const inPolicy =
    policy?.ParametersInCacheKeyAndForwardedToOrigin?.QueryStringsConfig?.QueryStringBehavior ?? 'none';
  return inPolicy !== 'none' || behaviour.ForwardedValues?.QueryString === true;
};

/** A bare path does not purge what is cached with a query string. */
const judgeCacheKey = (distribution: Found, policies: Policies): Verdict => {
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

/** By its path, or by the name that this stack gives the API's origin. */
const isApi = ({ PathPattern: pattern = '', TargetOriginId: origin }: CacheBehavior): boolean =>
  origin === 'api' || /^\/?api(?:[/*?]|$)/.test(pattern);

const isCached = (behaviour: AnyBehaviour, policies: Policies): boolean => {
  const id = behaviour.CachePolicyId;
  if (id === CACHING_DISABLED) return false;
  const longest = id === undefined ? behaviour.MaxTTL : policies.get(id)?.MaxTTL;
  return longest !== 0;
};

const judgeApiCaching = (distribution: Found, policies: Policies): Verdict => {
  const behaviours = (distribution.config.CacheBehaviors?.Items ?? []).filter(isApi);
  const [cached] = behaviours.filter((behaviour) => isCached(behaviour, policies));
  if (cached) {
    const pattern = cached.PathPattern ?? '';
    return warn(
      `${pattern} is cached: visitors may get each other's answers, and a check through the distribution an old one`,
      changeBy(
        distribution,
        `(.CacheBehaviors.Items[] | select(.PathPattern == ${JSON.stringify(pattern)})) |= (del(.ForwardedValues, .MinTTL, .DefaultTTL, .MaxTTL) + {CachePolicyId: "${CACHING_DISABLED}", OriginRequestPolicyId: (.OriginRequestPolicyId // "${ALL_BUT_HOST}")})`,
      ),
    );
  }
  return ok(
    behaviours.length === 0 ? 'no behaviour for /api/*' : `${behaviours[0]?.PathPattern} is not cached`,
  );
};
