/** What the flows need to know of the distribution, as the CDN port gives it. */

import { createHash } from 'node:crypto';

/** `ttlSeconds` is ErrorCachingMinTTL (CloudFront's default is 10); `page` the custom page's path, if any. */
export type ErrorResponse = Readonly<{ code: number; ttlSeconds: number; page?: string }>;

/** `cached` is false where the behaviour's policy never caches (CachingDisabled). */
export type OtherBehaviour = Readonly<{ pathPattern: string; cached: boolean }>;

/**
 * `fingerprint` changes whenever the distribution or one of its functions is updated, even where the configuration
 * is as it was: for a while it may have been another, and what an edge cached then is still there. `deployed` says
 * that every edge has this configuration.
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
  /** A key that is missing in the bucket may be served by another origin, and cached as that origin says. */
  fallsBack?: true;
  /** The longest time an edge may keep an object of the default behaviour, in seconds. */
  maxTtlSeconds: number;
}>;

type Items<T> = Readonly<{ Items?: readonly T[] | undefined }>;
type Maybe<T> = T | undefined;

/** The parts of a cache behaviour that decide what an edge serves. */
type BehaviourPart = Readonly<{
  PathPattern?: Maybe<string>;
  TargetOriginId: Maybe<string>;
  CachePolicyId?: Maybe<string>;
  OriginRequestPolicyId?: Maybe<string>;
  ResponseHeadersPolicyId?: Maybe<string>;
  MinTTL?: Maybe<number>;
  DefaultTTL?: Maybe<number>;
  MaxTTL?: Maybe<number>;
  FunctionAssociations?: Maybe<Items<{ FunctionARN: Maybe<string>; EventType: Maybe<string> }>>;
  LambdaFunctionAssociations?: Maybe<Items<{ LambdaFunctionARN: Maybe<string>; EventType: Maybe<string> }>>;
}>;

/** Origins of which the first is asked, and the next one where that answers with one of the statuses. */
type OriginGroupPart = Readonly<{
  Id: Maybe<string>;
  Members: Maybe<Items<{ OriginId: Maybe<string> }>>;
  FailoverCriteria?: Maybe<{ StatusCodes: Maybe<Items<number>> }>;
}>;

/** The parts of CloudFront's DistributionConfig that facts are made of. */
export type DistributionConfigPart = Readonly<{
  DefaultRootObject?: Maybe<string>;
  Origins: Maybe<Items<{ Id: Maybe<string>; DomainName: Maybe<string>; OriginPath?: Maybe<string> }>>;
  OriginGroups?: Maybe<Items<OriginGroupPart>>;
  DefaultCacheBehavior: Maybe<BehaviourPart>;
  CacheBehaviors?: Maybe<Items<BehaviourPart>>;
  CustomErrorResponses?: Maybe<
    Items<{
      ErrorCode: Maybe<number>;
      ResponsePagePath?: Maybe<string>;
      ResponseCode?: Maybe<string>;
      ErrorCachingMinTTL?: Maybe<number>;
    }>
  >;
}>;

/** Source: CloudFront developer guide, "Use managed cache policies". */
const cachingDisabledId = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

const yearSeconds = 31_536_000;
const errorCachingDefaultSeconds = 10;

/** Names of the CloudFront functions in use (not Lambda@Edge, whose ARN has the version in it), each once. */
export const functionNames = (config: DistributionConfigPart): readonly string[] => {
  const arns = behavioursOf(config).flatMap(({ FunctionAssociations: associations }) =>
    (associations?.Items ?? []).map(({ FunctionARN: arn }) => arn ?? ''),
  );
  return [...new Set(arns.map(functionName))].sort();
};

/**
 * `status` is the distribution's ("Deployed" or "InProgress"); `functionEtags` has the entity tag of each
 * function's LIVE stage by name, because a function can change while the distribution does not. `modifiedAt` is
 * LastModifiedTime, ms since 1970: a configuration that is as it was may have been another in between.
 */
export const distributionFacts = (
  config: DistributionConfigPart,
  status: string,
  functionEtags: ReadonlyMap<string, string>,
  modifiedAt: number,
): DistributionFacts => {
  const [main, ...others] = behavioursOf(config);
  const { OriginPath: originPath = '' } = siteOrigin(config);
  return {
    deployed: status === 'Deployed',
    fingerprint: `${fingerprint(config, functionEtags)}@${modifiedAt}`,
    defaultRootObject: (config.DefaultRootObject ?? '').replace(/^\//, ''),
    errorResponses: errorResponses(config),
    otherBehaviours: others.map(({ PathPattern: pathPattern = '*', CachePolicyId: policy }) => ({
      pathPattern,
      cached: policy !== cachingDisabledId,
    })),
    originPath,
    ...(fallsBack(config) ? { fallsBack: true } : {}),
    // What a policy of one's own allows is not looked up: a year is CloudFront's default maximum.
    maxTtlSeconds: main?.CachePolicyId ? yearSeconds : (main?.MaxTTL ?? yearSeconds),
  };
};

type Origins = Pick<DistributionConfigPart, 'OriginGroups' | 'DefaultCacheBehavior'>;

/** The group of origins that the default behaviour asks; undefined where that is a single one. */
const siteGroup = ({ OriginGroups: groups, DefaultCacheBehavior: main }: Origins): Maybe<OriginGroupPart> =>
  groups?.Items?.find(({ Id: id }) => id === main?.TargetOriginId);

/** The origin that the default behaviour asks, or asks first where that is a group. */
export const siteOriginId = (config: Origins): Maybe<string> => {
  const group = siteGroup(config);
  return group ? group.Members?.Items?.[0]?.OriginId : config.DefaultCacheBehavior?.TargetOriginId;
};

/** Without it nobody could tell which keys are the site's, and each path that is invalidated would be a wrong one. */
const siteOrigin = (config: DistributionConfigPart): Readonly<{ OriginPath?: Maybe<string> }> => {
  const id = siteOriginId(config);
  const origin = config.Origins?.Items?.find(({ Id: one }) => id !== undefined && one === id);
  if (origin) return origin;
  throw new Error(
    `expected the default behaviour's origin "${id}" among the distribution's origins, got none`,
  );
};

/** What S3 answers for a missing key, with and without permission to list. */
export const MISSING_CODES: readonly number[] = [403, 404];

const fallsBack = (config: Origins): boolean =>
  (siteGroup(config)?.FailoverCriteria?.StatusCodes?.Items ?? []).some((code) =>
    MISSING_CODES.includes(code),
  );

const behavioursOf = (config: DistributionConfigPart): readonly BehaviourPart[] => [
  ...(config.DefaultCacheBehavior ? [config.DefaultCacheBehavior] : []),
  ...(config.CacheBehaviors?.Items ?? []),
];

const functionName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const errorResponses = (config: DistributionConfigPart): readonly ErrorResponse[] =>
  (config.CustomErrorResponses?.Items ?? []).map((response) => ({
    code: response.ErrorCode ?? 0,
    ttlSeconds: response.ErrorCachingMinTTL ?? errorCachingDefaultSeconds,
    ...(response.ResponsePagePath ? { page: response.ResponsePagePath } : {}),
  }));

/** SHA-256 in hex over arrays, whose order is fixed here, so that no order of properties matters. */
const fingerprint = (config: DistributionConfigPart, functionEtags: ReadonlyMap<string, string>): string => {
  const parts = [
    (config.Origins?.Items ?? [])
      .map((origin) => [origin.Id, origin.DomainName, origin.OriginPath ?? ''])
      .sort(),
    config.DefaultRootObject ?? '',
    behavioursOf(config).map((behaviour) => behaviourParts(behaviour, functionEtags)),
    (config.CustomErrorResponses?.Items ?? [])
      .map((error) => [
        String(error.ErrorCode),
        error.ResponsePagePath ?? '',
        error.ResponseCode ?? '',
        error.ErrorCachingMinTTL ?? errorCachingDefaultSeconds,
      ])
      .sort(),
    ...groupParts(config),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
};

/** Nothing where there are none, so that a fingerprint from before groups were looked at is the same. */
const groupParts = ({ OriginGroups: groups }: DistributionConfigPart): readonly unknown[] => {
  const parts = (groups?.Items ?? []).map((group) => [
    group.Id,
    (group.Members?.Items ?? []).map(({ OriginId: id }) => id),
    [...(group.FailoverCriteria?.StatusCodes?.Items ?? [])].sort(),
  ]);
  return parts.length === 0 ? [] : [parts.sort()];
};

const behaviourParts = (behaviour: BehaviourPart, functionEtags: ReadonlyMap<string, string>): unknown[] => [
  behaviour.PathPattern ?? '*',
  behaviour.TargetOriginId,
  behaviour.CachePolicyId ?? [behaviour.MinTTL ?? 0, behaviour.DefaultTTL ?? 0, behaviour.MaxTTL ?? 0],
  behaviour.OriginRequestPolicyId ?? '',
  behaviour.ResponseHeadersPolicyId ?? '',
  (behaviour.FunctionAssociations?.Items ?? [])
    .map(({ EventType: event = '', FunctionARN: arn = '' }) => [
      event,
      arn,
      functionEtags.get(functionName(arn)) ?? '',
    ])
    .sort(),
  (behaviour.LambdaFunctionAssociations?.Items ?? [])
    .map(({ EventType: event = '', LambdaFunctionARN: arn = '' }) => [event, arn])
    .sort(),
];
