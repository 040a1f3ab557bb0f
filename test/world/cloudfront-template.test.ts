/** biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how CloudFormation writes a substitution */

import { distributionFromTemplate } from './cloudfront.ts';
import {
  cachingDisabled,
  cachingDisabledId,
  cachingOptimized,
  cachingOptimizedId,
} from './cloudfront-config.ts';
import { readTemplate } from './cloudfront-intrinsics.ts';

const config = {
  DefaultRootObject: 'index.html',
  Origins: [
    { Id: 'site', DomainName: { 'Fn::GetAtt': ['SiteBucket', 'RegionalDomainName'] }, OriginPath: '/web' },
    {
      'Fn::If': ['HasApi', { Id: 'api', DomainName: { Ref: 'ApiDomain' } }, { Ref: 'AWS::NoValue' }],
    },
  ],
  DefaultCacheBehavior: {
    TargetOriginId: 'site',
    CachePolicyId: cachingOptimizedId,
    FunctionAssociations: [
      {
        EventType: 'viewer-request',
        FunctionARN: { 'Fn::GetAtt': ['Rewrite', 'FunctionMetadata.FunctionARN'] },
      },
    ],
  },
  CacheBehaviors: [
    {
      PathPattern: '/api/*',
      TargetOriginId: 'api',
      CachePolicyId: cachingDisabledId,
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      AllowedMethods: ['GET', 'HEAD', 'POST'],
    },
    { PathPattern: '/q/*', TargetOriginId: 'site', CachePolicyId: { Ref: 'Queries' } },
  ],
  CustomErrorResponses: [
    { ErrorCode: 404, ResponsePagePath: '/404.html', ResponseCode: 404, ErrorCachingMinTTL: 1 },
    { ErrorCode: 500 },
  ],
};

const template = (changes: Record<string, unknown> = {}) => ({
  Parameters: {
    ApiDomain: { Type: 'String', Default: 'api.example.com' },
    Stage: { Type: 'String', Default: 'dev' },
  },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    HasApi: { 'Fn::Not': [{ 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsProd' }] }] },
  },
  Resources: {
    SiteBucket: { Type: 'AWS::S3::Bucket' },
    Rewrite: {
      Type: 'AWS::CloudFront::Function',
      Properties: {
        Name: { 'Fn::Sub': '${AWS::StackName}-rewrite' },
        FunctionCode: 'function handler(e) { return e.request }',
      },
    },
    Queries: {
      Type: 'AWS::CloudFront::CachePolicy',
      Properties: {
        CachePolicyConfig: {
          MinTTL: 0,
          DefaultTTL: 60,
          MaxTTL: 120,
          ParametersInCacheKeyAndForwardedToOrigin: {
            EnableAcceptEncodingGzip: true,
            QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['v'] },
          },
        },
      },
    },
    Site: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: { DistributionConfig: { ...config, ...changes } },
    },
    Other: { Type: 'AWS::CloudFront::Distribution', Condition: 'IsProd', Properties: {} },
  },
});

test('a distribution is read from a template, with its policies and functions', () => {
  const model = distributionFromTemplate(template(), {
    Site: 'E123',
    'Site.DomainName': 'd1.cloudfront.net',
  });
  expect(model).toMatchObject({
    id: 'E123',
    domainName: 'd1.cloudfront.net',
    defaultRootObject: 'index.html',
    origins: [
      { id: 'site', domainName: 'SiteBucket.RegionalDomainName', path: '/web' },
      { id: 'api', domainName: 'api.example.com', path: '' },
    ],
    defaultBehaviour: {
      pathPattern: '*',
      originId: 'site',
      cachePolicy: cachingOptimized,
      viewerRequest: {
        name: 'stack-rewrite',
        arn: 'arn:aws:cloudfront::123456789012:function/stack-rewrite',
        code: 'function handler(e) { return e.request }',
      },
      allowedMethods: ['GET', 'HEAD'],
    },
    behaviours: [
      {
        pathPattern: '/api/*',
        originId: 'api',
        cachePolicy: cachingDisabled,
        allowedMethods: ['GET', 'HEAD', 'POST'],
      },
      {
        pathPattern: '/q/*',
        cachePolicy: {
          id: 'Queries',
          minTtlSeconds: 0,
          defaultTtlSeconds: 60,
          maxTtlSeconds: 120,
          queryStrings: ['v'],
          gzip: true,
          brotli: false,
        },
      },
    ],
    customErrorResponses: [
      { code: 404, responsePage: '/404.html', responseCode: 404, errorCachingMinTtlSeconds: 1 },
      { code: 500, errorCachingMinTtlSeconds: 10 },
    ],
  });
  expect(model.cacheTagHeader).toBeUndefined();
});

test('the header of cache tags is read in lower case', () => {
  const model = distributionFromTemplate(
    template({ CacheTagConfig: { HeaderName: 'X-Amz-Meta-Cache-Tag' } }),
  );
  expect(model.cacheTagHeader).toBe('x-amz-meta-cache-tag');
});

const withHeaders = (security: Record<string, unknown>, associations: unknown[] = []) => {
  const changed = template({
    DefaultCacheBehavior: {
      ...config.DefaultCacheBehavior,
      ResponseHeadersPolicyId: { Ref: 'Headers' },
      FunctionAssociations: associations,
    },
  });
  const policy = {
    SecurityHeadersConfig: security,
    CustomHeadersConfig: { Items: [{ Header: 'X-Own', Value: 'yes', Override: true }] },
  };
  const Headers = {
    Type: 'AWS::CloudFront::ResponseHeadersPolicy',
    Properties: { ResponseHeadersPolicyConfig: policy },
  };
  return { ...changed, Resources: { ...changed.Resources, Headers } };
};

test('the headers of a policy are read as viewers get them', () => {
  const security = {
    StrictTransportSecurity: { AccessControlMaxAgeSec: 60, IncludeSubdomains: true, Preload: 'true' },
    ContentTypeOptions: { Override: true },
    FrameOptions: { FrameOption: 'DENY', Override: 'false' },
    ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
    ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'self'" },
  };
  const { defaultBehaviour, behaviours } = distributionFromTemplate(withHeaders(security), { Headers: 'P1' });
  expect(defaultBehaviour.responseHeadersPolicyId).toBe('P1');
  expect(
    defaultBehaviour.responseHeaders?.map(({ name, value, overrides }) => [name, value, overrides]),
  ).toEqual([
    ['strict-transport-security', 'max-age=60; includeSubDomains; preload', false],
    ['x-content-type-options', 'nosniff', true],
    ['x-frame-options', 'DENY', false],
    ['referrer-policy', 'no-referrer', false],
    ['content-security-policy', "default-src 'self'", false],
    ['x-own', 'yes', true],
  ]);
  expect(behaviours[0]?.responseHeaders).toBeUndefined();
});

test('a function is the one of its event', () => {
  const FunctionARN = { 'Fn::GetAtt': ['Rewrite', 'FunctionARN'] };
  const { defaultBehaviour } = distributionFromTemplate(
    withHeaders({}, [{ EventType: 'viewer-response', FunctionARN }]),
  );
  expect(defaultBehaviour.viewerRequest).toBeUndefined();
  expect(defaultBehaviour.viewerResponse?.name).toBe('stack-rewrite');
});

test('a function changes its entity tag with its code', () => {
  const [one, same, other] = ['a', 'a', 'b'].map((comment) => {
    const changed = template();
    changed.Resources.Rewrite.Properties.FunctionCode += ` // ${comment}`;
    return distributionFromTemplate(changed).defaultBehaviour.viewerRequest?.etag;
  });
  expect(one).toBe(same);
  expect(one).not.toBe(other);
});

const behaviour = config.DefaultCacheBehavior;

test.each([
  ['no template', 'text', 'expected a CloudFormation template with Resources'],
  ['no distribution', { Resources: {} }, 'expected one AWS::CloudFront::Distribution in the template, got 0'],
  [
    'an unknown policy',
    template({ DefaultCacheBehavior: { ...behaviour, CachePolicyId: 'x' } }),
    'Site.Properties.DistributionConfig.DefaultCacheBehavior.CachePolicyId: expected a known cache policy, got x',
  ],
  [
    'a function from elsewhere',
    template({
      DefaultCacheBehavior: {
        ...behaviour,
        FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: 'arn:x' }],
      },
    }),
    'FunctionAssociations[0].FunctionARN: expected a function of the template, got arn:x',
  ],
  [
    'origins that are no list',
    template({ Origins: { Quantity: 0 } }),
    'Site.Properties.DistributionConfig.Origins: expected a list, got {"Quantity":0}',
  ],
  [
    'a reference to nothing',
    template({ DefaultRootObject: { Ref: 'Nowhere' } }),
    'expected a resource or parameter named Nowhere',
  ],
  [
    'a condition that is not there',
    template({ DefaultRootObject: { 'Fn::If': ['Nope', '', ''] } }),
    'expected a condition named Nope',
  ],
  ['an intrinsic that is not known', template({ DefaultRootObject: { 'Fn::Cidr': [] } }), 'got Fn::Cidr'],
  [
    'a number that is none',
    template({ CustomErrorResponses: [{ ErrorCode: 'four' }] }),
    'CustomErrorResponses[0].ErrorCode: expected a number, got "four"',
  ],
])('a template with %s gets a clear error', (_case, bad, message) => {
  expect(() => distributionFromTemplate(bad)).toThrow(message);
});

test.each([
  ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-dev'],
  ['a choice from a split', { 'Fn::Select': [1, { 'Fn::Split': ['.', 'a.b.c'] }] }, 'b'],
  [
    'a substitution with values of its own',
    { 'Fn::Sub': ['${X}/${!Y}/${SiteBucket.Arn}', { X: { Ref: 'Stage' } }] },
    'dev/${Y}/SiteBucket.Arn',
  ],
  ['a disjunction', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  ['what the caller gives', { Ref: 'SiteBucket' }, 'my-bucket'],
])('%s is worked out', (_case, value, expected) => {
  const given = template();
  const conditions = {
    ...given.Conditions,
    Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'HasApi' }] },
  };
  const read = readTemplate({ ...given, Conditions: conditions }, { SiteBucket: 'my-bucket' });
  expect(read.resolve(value)).toBe(expected);
});
