/** What the CloudFront model is made of: a distribution's configuration, its open questions, its times. */

/** Ids that AWS gives its managed cache policies. Source: CloudFront developer guide, "Managed cache policies". */
export const cachingOptimizedId = '658327ea-f89d-4fab-a63d-7e88639e58f6';
export const cachingDisabledId = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

/** Which query strings are part of the cache key: a list names the parameters. */
export type QueryStrings = 'none' | 'all' | readonly string[];

export type CachePolicy = Readonly<{
  id: string;
  minTtlSeconds: number;
  defaultTtlSeconds: number;
  maxTtlSeconds: number;
  queryStrings: QueryStrings;
  gzip: boolean;
  brotli: boolean;
}>;

/** A CloudFront function; `etag` is that of its LIVE stage and changes with the code. */
export type ViewerFunction = Readonly<{ name: string; arn: string; code: string; etag: string }>;

/** `name` in lower case. With `overrides` the value replaces that of the origin. */
export type PolicyHeader = Readonly<{ name: string; value: string; overrides: boolean }>;

/** `pathPattern` is `*` in the default behaviour. */
export type Behaviour = Readonly<{
  pathPattern: string;
  originId: string;
  cachePolicy: CachePolicy;
  originRequestPolicyId?: string;
  responseHeadersPolicyId?: string;
  /** What that policy adds, where it is one of the template's own. */
  responseHeaders?: readonly PolicyHeader[];
  viewerRequest?: ViewerFunction;
  viewerResponse?: ViewerFunction;
  allowedMethods: readonly string[];
  cachedMethods: readonly string[];
}>;

/**
 * `path` is CloudFront's OriginPath: a leading and no trailing slash, or empty. `kind` is "s3" unless said otherwise;
 * `accessControlId` names what signs the requests to a bucket.
 */
export type Origin = Readonly<{
  id: string;
  domainName: string;
  path: string;
  kind?: 's3' | 'custom';
  accessControlId?: string;
}>;

/** `responsePage` starts with a slash; `responseCode` is the origin's own where it is absent. */
export type CustomErrorResponse = Readonly<{
  code: number;
  responsePage?: string;
  responseCode?: number;
  errorCachingMinTtlSeconds: number;
}>;

export type DistributionModel = Readonly<{
  id: string;
  domainName: string;
  origins: readonly Origin[];
  /** Without a leading slash; empty when there is none. */
  defaultRootObject: string;
  defaultBehaviour: Behaviour;
  /** In CloudFront's order: the first whose pattern matches is used. */
  behaviours: readonly Behaviour[];
  customErrorResponses: readonly CustomErrorResponse[];
  /** The origin response header that carries cache tags, in lower case (CacheTagConfig.HeaderName). */
  cacheTagHeader?: string;
}>;

/** How long CloudFront keeps an error where the distribution does not say. */
export const errorCachingDefaultSeconds = 10;

export const cachingOptimized: CachePolicy = {
  id: cachingOptimizedId,
  minTtlSeconds: 1,
  defaultTtlSeconds: 86_400,
  maxTtlSeconds: 31_536_000,
  queryStrings: 'none',
  gzip: true,
  brotli: true,
};

export const cachingDisabled: CachePolicy = {
  id: cachingDisabledId,
  minTtlSeconds: 0,
  defaultTtlSeconds: 0,
  maxTtlSeconds: 0,
  queryStrings: 'none',
  gzip: false,
  brotli: false,
};

export const managedCachePolicies: ReadonlyMap<string, CachePolicy> = new Map(
  [cachingOptimized, cachingDisabled].map((policy) => [policy.id, policy]),
);

/** A site bucket behind CachingOptimized and nothing else; errors live for 1 s. For tests without a template. */
export const defaultDistribution = (overrides: Partial<DistributionModel> = {}): DistributionModel => ({
  id: 'EDFDVBD6EXAMPLE',
  domainName: 'd111111abcdef8.cloudfront.net',
  origins: [{ id: 'site', domainName: 'site.s3.amazonaws.com', path: '' }],
  defaultRootObject: 'index.html',
  defaultBehaviour: {
    pathPattern: '*',
    originId: 'site',
    cachePolicy: cachingOptimized,
    allowedMethods: ['GET', 'HEAD'],
    cachedMethods: ['GET', 'HEAD'],
  },
  behaviours: [],
  customErrorResponses: [
    { code: 403, errorCachingMinTtlSeconds: 1 },
    { code: 404, errorCachingMinTtlSeconds: 1 },
  ],
  ...overrides,
});
