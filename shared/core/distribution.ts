/** What the flows need to know of the distribution, as the CDN port gives it. */

/** `ttlSeconds` is ErrorCachingMinTTL (CloudFront's default is 10); `page` the custom page's path, if any. */
export type ErrorResponse = Readonly<{ code: number; ttlSeconds: number; page?: string }>;

/** `cached` is false where the behaviour's policy never caches (CachingDisabled). */
export type OtherBehaviour = Readonly<{ pathPattern: string; cached: boolean }>;

/**
 * `fingerprint` changes whenever origins, behaviours, policies, functions or error responses do, and with
 * nothing else; `deployed` says that every edge has this configuration.
 */
export type DistributionFacts = Readonly<{
  deployed: boolean;
  fingerprint: string;
  /** Without a leading slash; empty when there is none. */
  defaultRootObject: string;
  errorResponses: readonly ErrorResponse[];
  otherBehaviours: readonly OtherBehaviour[];
  /** Prefix of the site's keys in the bucket, with a leading and no trailing slash; empty at the root. */
  originPath: string;
  /** The longest time an edge may keep an object of the default behaviour, in seconds. */
  maxTtlSeconds: number;
}>;
