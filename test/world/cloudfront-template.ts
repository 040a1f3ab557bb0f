/** Reads the model's configuration from a packaged CloudFormation template. */

import { createHash } from 'node:crypto';
import {
  type Behaviour,
  type CachePolicy,
  type CustomErrorResponse,
  type DistributionModel,
  errorCachingDefaultSeconds,
  managedCachePolicies,
  type Origin,
  type PolicyHeader,
  type QueryStrings,
  type ViewerFunction,
} from './cloudfront-config.ts';
import { type Physical, readTemplate, type Template } from './cloudfront-intrinsics.ts';
import { type Field, field } from './cloudfront-template-field.ts';
import { readPolicyHeaders } from './cloudfront-template-headers.ts';

/**
 * `physical` names what the template leaves open: "Logical" (Ref) or "Logical.Attribute". Without it ids are
 * the logical ones. Throws with the place in the template where something else was expected.
 */
export const distributionFromTemplate = (template: unknown, physical: Physical = {}): DistributionModel => {
  const read = readTemplate(template, physical);
  const [logicalId, distribution] = theDistribution(read);
  const config = propertiesOf(distribution, logicalId, read).get('DistributionConfig');
  const own: Own = {
    policies: cachePolicies(read, physical),
    functions: viewerFunctions(read),
    headers: responseHeaders(read, physical),
  };
  const behaviour = (at: Field) => readBehaviour(at, own);
  const header = config.get('CacheTagConfig').get('HeaderName').textOr('');
  return {
    id: physical[logicalId] ?? logicalId,
    domainName: physical[`${logicalId}.DomainName`] ?? `${logicalId.toLowerCase()}.cloudfront.net`,
    origins: config.get('Origins').list().map(readOrigin),
    defaultRootObject: config.get('DefaultRootObject').textOr(''),
    defaultBehaviour: behaviour(config.get('DefaultCacheBehavior')),
    behaviours: config.get('CacheBehaviors').list().map(behaviour),
    customErrorResponses: config.get('CustomErrorResponses').list().map(readErrorResponse),
    ...(header === '' ? {} : { cacheTagHeader: header.toLowerCase() }),
  };
};

const ofType = ({ resources }: Template, type: string): [string, unknown][] =>
  [...resources].filter(([, resource]) => resource.Type === type);

const theDistribution = (template: Template): [string, unknown] => {
  const [first, ...others] = ofType(template, 'AWS::CloudFront::Distribution');
  if (first && others.length === 0) return first;
  throw new Error(
    `expected one AWS::CloudFront::Distribution in the template, got ${first ? 1 + others.length : 0}`,
  );
};

const propertiesOf = (resource: unknown, logicalId: string, { resolve }: Template): Field =>
  field(resolve(resource), logicalId).get('Properties');

const readOrigin = (at: Field): Origin => {
  const control = at.get('OriginAccessControlId').textOr('');
  const isCustom = at.get('CustomOriginConfig').get('OriginProtocolPolicy').textOr('') !== '';
  return {
    id: at.get('Id').text(),
    domainName: at.get('DomainName').text(),
    path: at.get('OriginPath').textOr(''),
    ...(isCustom ? { kind: 'custom' } : {}),
    ...(control === '' ? {} : { accessControlId: control }),
  };
};

const readErrorResponse = (at: Field): CustomErrorResponse => {
  const page = at.get('ResponsePagePath').textOr('');
  const code = at.get('ResponseCode').numberOr(0);
  return {
    code: at.get('ErrorCode').number(),
    ...(page === '' ? {} : { responsePage: page }),
    ...(code === 0 ? {} : { responseCode: code }),
    errorCachingMinTtlSeconds: at.get('ErrorCachingMinTTL').numberOr(errorCachingDefaultSeconds),
  };
};

/** What behaviours refer to: policies by their ids, functions by their ARNs. */
type Own = Readonly<{
  policies: ReadonlyMap<string, CachePolicy>;
  functions: ReadonlyMap<string, ViewerFunction>;
  headers: ReadonlyMap<string, readonly PolicyHeader[]>;
}>;

const readBehaviour = (at: Field, { policies, functions, headers }: Own): Behaviour => {
  const policyId = at.get('CachePolicyId').text();
  const cachePolicy = policies.get(policyId);
  if (!cachePolicy)
    throw new Error(`${at.where}.CachePolicyId: expected a known cache policy, got ${policyId}`);
  const associations = at.get('FunctionAssociations').list();
  const viewerRequest = readAssociation(associations, 'viewer-request', functions);
  const viewerResponse = readAssociation(associations, 'viewer-response', functions);
  const originRequestPolicyId = at.get('OriginRequestPolicyId').textOr('');
  const responseHeadersPolicyId = at.get('ResponseHeadersPolicyId').textOr('');
  const responseHeaders = headers.get(responseHeadersPolicyId);
  return {
    pathPattern: at.get('PathPattern').textOr('*'),
    originId: at.get('TargetOriginId').text(),
    cachePolicy,
    ...(originRequestPolicyId === '' ? {} : { originRequestPolicyId }),
    ...(responseHeadersPolicyId === '' ? {} : { responseHeadersPolicyId }),
    ...(responseHeaders ? { responseHeaders } : {}),
    ...(viewerRequest ? { viewerRequest } : {}),
    ...(viewerResponse ? { viewerResponse } : {}),
    allowedMethods: at.get('AllowedMethods').textsOr(['GET', 'HEAD']),
    cachedMethods: at.get('CachedMethods').textsOr(['GET', 'HEAD']),
  };
};

const readAssociation = (
  associations: readonly Field[],
  eventType: string,
  functions: ReadonlyMap<string, ViewerFunction>,
): ViewerFunction | undefined => {
  const association = associations.find((at) => at.get('EventType').text() === eventType);
  if (!association) return undefined;
  const arn = association.get('FunctionARN').text();
  const found = functions.get(arn);
  if (!found)
    throw new Error(`${association.where}.FunctionARN: expected a function of the template, got ${arn}`);
  return found;
};

const viewerFunctions = (template: Template): ReadonlyMap<string, ViewerFunction> =>
  new Map(
    ofType(template, 'AWS::CloudFront::Function').map(([logicalId, resource]) => {
      const at = propertiesOf(resource, logicalId, template);
      const name = at.get('Name').textOr(logicalId);
      const code = at.get('FunctionCode').text();
      const arn = String(template.resolve({ Ref: logicalId }));
      const etag = `E${createHash('sha256').update(code).digest('hex').slice(0, 12).toUpperCase()}`;
      return [arn, { name, arn, code, etag }];
    }),
  );

const responseHeaders = (template: Template, physical: Physical): Own['headers'] =>
  new Map(
    ofType(template, 'AWS::CloudFront::ResponseHeadersPolicy').map(([logicalId, resource]) => {
      const at = propertiesOf(resource, logicalId, template).get('ResponseHeadersPolicyConfig');
      return [physical[logicalId] ?? logicalId, readPolicyHeaders(at)];
    }),
  );

const cachePolicies = (template: Template, physical: Physical): ReadonlyMap<string, CachePolicy> => {
  const own = ofType(template, 'AWS::CloudFront::CachePolicy').map(([logicalId, resource]) => {
    const at = propertiesOf(resource, logicalId, template).get('CachePolicyConfig');
    return readPolicy(physical[logicalId] ?? logicalId, at);
  });
  return new Map([...managedCachePolicies, ...own.map((policy) => [policy.id, policy] as const)]);
};

const readPolicy = (id: string, at: Field): CachePolicy => {
  const key = at.get('ParametersInCacheKeyAndForwardedToOrigin');
  return {
    id,
    minTtlSeconds: at.get('MinTTL').numberOr(0),
    defaultTtlSeconds: at.get('DefaultTTL').numberOr(86_400),
    maxTtlSeconds: at.get('MaxTTL').numberOr(31_536_000),
    queryStrings: readQueryStrings(key.get('QueryStringsConfig')),
    gzip: key.get('EnableAcceptEncodingGzip').isTrue(),
    brotli: key.get('EnableAcceptEncodingBrotli').isTrue(),
  };
};

const readQueryStrings = (at: Field): QueryStrings => {
  const behaviour = at.get('QueryStringBehavior').textOr('none');
  if (behaviour === 'none' || behaviour === 'all') return behaviour;
  if (behaviour === 'whitelist') return at.get('QueryStrings').textsOr([]);
  throw new Error(`${at.where}.QueryStringBehavior: expected none, all or whitelist, got ${behaviour}`);
};
