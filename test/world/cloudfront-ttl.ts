/**
 * How long an edge keeps an answer.
 * Source: CloudFront developer guide, "Manage how long content stays in the cache (expiration)".
 */

import type { CachePolicy } from './cloudfront-config.ts';
import type { OriginResponse } from './edge-types.ts';

/** Seconds that the origin asks for: s-maxage, else max-age, else Expires; undefined when it says nothing. */
const askedSeconds = ({ headers }: OriginResponse, now: number): number | undefined => {
  const control = headers['cache-control'] ?? '';
  const age =
    /(?:^|[\s,])s-maxage\s*=\s*"?(\d+)/i.exec(control) ?? /(?:^|[\s,])max-age\s*=\s*"?(\d+)/i.exec(control);
  if (age) return Number(age[1]);
  const expires = Date.parse(headers['expires'] ?? '');
  return Number.isNaN(expires) ? undefined : Math.max(0, (expires - now) / 1_000);
};

const forbids = ({ headers }: OriginResponse): boolean =>
  /(?:^|[\s,])(?:no-cache|no-store|private)(?:$|[\s,=])/i.test(headers['cache-control'] ?? '');

/** For an answer below 400. Where the origin forbids caching, the policy's minimum still holds. */
export const objectTtlSeconds = (response: OriginResponse, policy: CachePolicy, now: number): number => {
  if (forbids(response)) return policy.minTtlSeconds;
  const asked = askedSeconds(response, now) ?? policy.defaultTtlSeconds;
  return Math.min(
    Math.max(asked, policy.minTtlSeconds),
    Math.max(policy.minTtlSeconds, policy.maxTtlSeconds),
  );
};

/** For an answer of 400 and above. */
export const errorTtlSeconds = (
  response: OriginResponse,
  errorCachingMinTtlSeconds: number,
  now: number,
): number => Math.max(errorCachingMinTtlSeconds, forbids(response) ? 0 : (askedSeconds(response, now) ?? 0));
