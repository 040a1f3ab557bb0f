/** The model's configuration as CloudFront's API tells it: the shape of the SDK's DistributionConfig. */

import type { DistributionConfigPart } from '../../shared/core/distribution.ts';
import type { Behaviour, DistributionModel, ViewerFunction } from './cloudfront-config.ts';

type BehaviourPart = NonNullable<DistributionConfigPart['DefaultCacheBehavior']>;

export const distributionConfig = (model: DistributionModel): DistributionConfigPart => ({
  DefaultRootObject: model.defaultRootObject,
  Origins: {
    Items: model.origins.map(({ id, domainName, path, kind, accessControlId }) => ({
      Id: id,
      DomainName: domainName,
      OriginPath: path,
      ...(accessControlId === undefined ? {} : { OriginAccessControlId: accessControlId }),
      ...(kind === 'custom'
        ? { CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: 'https-only' } }
        : { S3OriginConfig: { OriginAccessIdentity: '' } }),
    })),
  },
  DefaultCacheBehavior: behaviourConfig(model.defaultBehaviour),
  CacheBehaviors: {
    Items: model.behaviours.map((behaviour) => ({
      PathPattern: behaviour.pathPattern,
      ...behaviourConfig(behaviour),
    })),
  },
  CustomErrorResponses: {
    Items: model.customErrorResponses.map(
      ({ code, responsePage, responseCode, errorCachingMinTtlSeconds }) => ({
        ErrorCode: code,
        ...(responsePage === undefined ? {} : { ResponsePagePath: responsePage }),
        ...(responseCode === undefined ? {} : { ResponseCode: String(responseCode) }),
        ErrorCachingMinTTL: errorCachingMinTtlSeconds,
      }),
    ),
  },
});

const behaviourConfig = (behaviour: Behaviour): BehaviourPart => {
  const { originId, cachePolicy, originRequestPolicyId, responseHeadersPolicyId } = behaviour;
  return {
    TargetOriginId: originId,
    CachePolicyId: cachePolicy.id,
    ...(originRequestPolicyId === undefined ? {} : { OriginRequestPolicyId: originRequestPolicyId }),
    ...(responseHeadersPolicyId === undefined ? {} : { ResponseHeadersPolicyId: responseHeadersPolicyId }),
    FunctionAssociations: {
      Items: associationsOf(behaviour).map(([type, { arn }]) => ({ FunctionARN: arn, EventType: type })),
    },
    LambdaFunctionAssociations: { Items: [] },
  };
};

/** The functions that any behaviour uses, by name. */
export const functionsOf = (model: DistributionModel): ReadonlyMap<string, ViewerFunction> =>
  new Map(
    [model.defaultBehaviour, ...model.behaviours]
      .flatMap(associationsOf)
      .map(([, associated]) => [associated.name, associated]),
  );

const associationsOf = ({ viewerRequest, viewerResponse }: Behaviour): [string, ViewerFunction][] => [
  ...(viewerRequest ? [['viewer-request', viewerRequest] as [string, ViewerFunction]] : []),
  ...(viewerResponse ? [['viewer-response', viewerResponse] as [string, ViewerFunction]] : []),
];
