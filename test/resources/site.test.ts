import { packageTemplate } from '../package-template.ts';
import { distributionFromTemplate } from '../world/cloudfront-template.ts';
import {
  type Json,
  type Loose,
  PACKAGING_TIMEOUT_MS,
  packagedStack,
  type Stack,
  stackOf,
} from './packaged-stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await packagedStack();
}, PACKAGING_TIMEOUT_MS);

describe('the buckets', () => {
  test.each([
    ['SiteBucket', 1],
    ['StateBucket', 7],
  ])('%s is versioned, private, encrypted, kept, and keeps old versions for %d days', (id, days) => {
    expect(stack.resource(id)).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    const { LifecycleConfiguration, ...properties } = stack.properties(id);
    expect(properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    expect(LifecycleConfiguration.Rules.filter(({ Prefix }: Loose) => Prefix === undefined)).toMatchObject([
      {
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: days },
        ExpiredObjectDeleteMarker: true,
      },
      { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]);
  });

  test('the site announces its changes, and the state must not', () => {
    expect(stack.properties('SiteBucket').NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(stack.properties('StateBucket').NotificationConfiguration).toBeUndefined();
  });

  test.each(['SiteBucket', 'StateBucket'])('%s refuses whoever comes without TLS', (id) => {
    expect(stack.properties(`${id}Policy`).PolicyDocument.Statement).toContainEqual({
      Sid: expect.any(String),
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:${id}`, `arn:${id}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  test('of the pages under public/ the old ones are kept for a day', () => {
    const { Rules } = stack.properties('StateBucket').LifecycleConfiguration;
    expect(Rules.filter(({ Prefix }: Loose) => Prefix === 'public/')).toMatchObject([
      { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    ]);
  });

  test('what nothing names any more expires, long after it was written anew or was linked last', () => {
    const { Rules } = stack.properties('StateBucket').LifecycleConfiguration;
    const expiring = Rules.filter(({ ExpirationInDays }: Loose) => ExpirationInDays !== undefined);
    expect(expiring.map((rule: Loose) => [rule.Status, rule.Prefix, rule.ExpirationInDays])).toEqual([
      ['Enabled', 'blobs/', 90],
      ['Enabled', 'aside/', 90],
      ['Enabled', 'public/_status/deployments/', 400],
    ]);
  });

  test('only the distribution is let in: to read objects of the site, and of the state what is public', () => {
    const allows = ['SiteBucketPolicy', 'StateBucketPolicy'].flatMap((id) =>
      stack.properties(id).PolicyDocument.Statement.filter(({ Effect }: Loose) => Effect === 'Allow'),
    );
    expect(allows).toEqual(
      ['arn:SiteBucket/*', 'arn:StateBucket/public/*'].map((Resource) => ({
        Sid: expect.any(String),
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource,
        Condition: { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::123456789012:distribution/E1' } },
      })),
    );
  });
});

describe('the distribution', () => {
  const config = (): Loose => stack.properties('SiteDistribution').DistributionConfig;

  test('serves the site bucket through its access control, over https, compressed and cached', () => {
    expect(config()).toMatchObject({
      Enabled: true,
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      DefaultRootObject: 'index.html',
      Origins: [
        {
          DomainName: 'SiteBucket.RegionalDomainName',
          OriginAccessControlId: 'SiteOriginAccessControl',
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
        {
          DomainName: 'StateBucket.RegionalDomainName',
          OriginPath: '/public',
          OriginAccessControlId: 'SiteOriginAccessControl',
        },
        { DomainName: 'api.example.com', CustomOriginConfig: { OriginProtocolPolicy: 'https-only' } },
      ],
      DefaultCacheBehavior: {
        TargetOriginId: config().Origins[0].Id,
        ViewerProtocolPolicy: 'redirect-to-https',
        Compress: true,
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
      },
    });
    expect(stack.properties('SiteOriginAccessControl').OriginAccessControlConfig).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
  });

  test('passes the API on uncached, with every method and all headers but Host', () => {
    expect(config().CacheBehaviors[0]).toMatchObject({
      PathPattern: '/api/*',
      TargetOriginId: config().Origins[2].Id,
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
    });
    expect(config().CacheBehaviors[0].FunctionAssociations).toBeUndefined();
  });

  test('serves the status page from the state, through the same function on its way in', () => {
    expect(config().CacheBehaviors[1]).toMatchObject({
      PathPattern: '/_status/*',
      TargetOriginId: config().Origins[1].Id,
      FunctionAssociations: config().DefaultCacheBehavior.FunctionAssociations.slice(0, 1),
    });
  });

  test('without an API there is neither its origin nor its behaviour', () => {
    const template = JSON.parse(JSON.stringify(stack.packaged.template).replaceAll('api.example.com', ''));
    const without: Loose = stackOf({ ...stack.packaged, template }).properties(
      'SiteDistribution',
    ).DistributionConfig;
    expect(without.Origins).toHaveLength(2);
    expect(without.CacheBehaviors.map(({ PathPattern }: Loose) => PathPattern)).toEqual(['/_status/*']);
  });

  test('keeps no error of the API, and has no page for any', () => {
    expect(config().CustomErrorResponses).toEqual(
      [400, 403, 404, 405, 414, 500, 501, 502, 503, 504].map((code) => ({
        ErrorCode: code,
        ErrorCachingMinTTL: 0,
      })),
    );
  });

  test('without an API keeps the error for a missing file for a second', async () => {
    const without = stackOf(await packageTemplate({ apiDomain: '', apiServiceArn: '' })).properties(
      'SiteDistribution',
    ).DistributionConfig;
    expect(without.CustomErrorResponses).toEqual([
      { ErrorCode: 403, ErrorCachingMinTTL: 1 },
      { ErrorCode: 404, ErrorCachingMinTTL: 1 },
    ]);
  });

  test("runs the function on every viewer's request, published, and within CloudFront's 10 kB", () => {
    const { Name, FunctionCode, FunctionConfig, AutoPublish } = stack.properties('SiteRequestFunction');
    expect(config().DefaultCacheBehavior.FunctionAssociations).toEqual([
      { EventType: 'viewer-request', FunctionARN: expect.stringMatching(/-request$/) },
      { EventType: 'viewer-response', FunctionARN: expect.stringMatching(/-response$/) },
    ]);
    expect([AutoPublish, FunctionConfig.Runtime]).toEqual([true, 'cloudfront-js-2.0']);
    expect(Name).toMatch(/^afterbuild-dev-us-east-1-[a-z-]{1,40}$/);
    expect(FunctionCode).toContain('const ROUTING = "none";');
    expect(Buffer.byteLength(FunctionCode)).toBeLessThan(10_000);
  });

  test('runs another on its answers, published', () => {
    const { Name, FunctionCode, FunctionConfig, AutoPublish } = stack.properties('SiteResponseFunction');
    expect([AutoPublish, FunctionConfig.Runtime]).toEqual([true, 'cloudfront-js-2.0']);
    expect(Name).toBe('afterbuild-dev-us-east-1-response');
    expect(FunctionCode).toContain('const FINGERPRINT = ".[-._]');
  });
});

test("the edges' model reads it, with the functions as they were packaged", () => {
  const { defaultBehaviour, customErrorResponses } = distributionFromTemplate(stack.packaged.template);
  expect(defaultBehaviour.viewerRequest?.code).toBe(stack.properties('SiteRequestFunction').FunctionCode);
  expect(defaultBehaviour.viewerResponse?.code).toBe(stack.properties('SiteResponseFunction').FunctionCode);
  expect(new Set(customErrorResponses.map((one) => one.errorCachingMinTtlSeconds))).toEqual(new Set([0]));
});

test('a deployment tells where to upload and where the site is', () => {
  expect(Object.keys((stack.packaged.template as { Outputs: Json }).Outputs)).toEqual(
    expect.arrayContaining(['SiteBucketName', 'DistributionId', 'SiteUrl']),
  );
});
