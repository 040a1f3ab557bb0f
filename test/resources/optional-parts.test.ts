/** What a distribution has when it is asked for: web ACL, access logs, a secret for the API, an error page, tags. */

import { type Params, packageTemplate } from '../package-template.ts';
import { distributionFromTemplate } from '../world/cloudfront-template.ts';
import { type Loose, PACKAGING_TIMEOUT_MS, type Stack, stackOf } from './packaged-stack.ts';

const ACL = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/all/0f6e1a52-0000-4000-8000-000000000001';
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:api-AbCdEf';
const GUARDED: Params = {
  webAcl: 'true',
  webAclRequestsMax: '500',
  accessLogs: 'true',
  apiSecretHeader: 'x-origin-secret',
  apiSecretArn: SECRET,
};
const PAGED: Params = { apiDomain: '', apiServiceArn: '', errorPage: '/404.html', webAclArn: ACL };

let plain: Stack;
let guarded: Stack;
let paged: Stack;

beforeAll(async () => {
  plain = stackOf(await packageTemplate());
  guarded = stackOf(await packageTemplate(GUARDED));
  paged = stackOf(await packageTemplate(PAGED));
}, PACKAGING_TIMEOUT_MS);

const config = (stack: Stack): Loose => stack.properties('SiteDistribution').DistributionConfig;
const origin = (stack: Stack): Loose => config(stack).Origins.find(({ Id }: Loose) => Id === 'api');

test('nothing of it is there where nothing is asked for', () => {
  expect(config(plain)).not.toHaveProperty('WebACLId');
  expect(origin(plain)).not.toHaveProperty('OriginCustomHeaders');
  const types = [
    'AWS::WAFv2::WebACL',
    'AWS::Logs::DeliverySource',
    'AWS::Logs::DeliveryDestination',
    'AWS::Logs::Delivery',
    'AWS::ECS::ExpressGatewayService',
    'AWS::AppRunner::Service',
  ];
  expect(types.flatMap(plain.idsOfType)).toEqual([]);
  expect(plain.has('AccessLogBucket')).toBe(false);
});

test('objects can be purged by the tags in their metadata', () => {
  expect(distributionFromTemplate(plain.packaged.template).cacheTagHeader).toBe('x-amz-meta-cache-tag');
});

describe('a web ACL', () => {
  const rules = (): Loose[] => guarded.properties('SiteWebAcl').Rules;

  test('that is made is in front of the distribution, and lets through what no rule blocks', () => {
    expect(config(guarded).WebACLId).toBe('arn:SiteWebAcl');
    expect(guarded.properties('SiteWebAcl')).toMatchObject({
      Scope: 'CLOUDFRONT',
      DefaultAction: { Allow: {} },
    });
  });

  test("has a limit for an address, AWS's list of bad ones, and its common rules, in this order", () => {
    expect(rules().map(({ Priority }) => Priority)).toEqual([0, 1, 2]);
    expect(rules()[0]).toMatchObject({
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', EvaluationWindowSec: 300, Limit: 500 } },
      Action: { Block: {} },
    });
    const groups = rules().flatMap(({ Statement }) => Statement.ManagedRuleGroupStatement ?? []);
    expect(groups.map(({ VendorName, Name }) => `${VendorName} ${Name}`)).toEqual([
      'AWS AWSManagedRulesAmazonIpReputationList',
      'AWS AWSManagedRulesCommonRuleSet',
    ]);
  });

  test('counts what is too long for the common rules, because uploads to an API are', () => {
    expect(rules()[2].Statement.ManagedRuleGroupStatement.RuleActionOverrides).toEqual([
      { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
    ]);
  });

  test('measures each rule under a name of its own', () => {
    const names = rules().map(({ VisibilityConfig }) => VisibilityConfig.MetricName);
    expect(new Set(names).size).toBe(rules().length);
  });

  test('that is brought is used, and none is made', () => {
    expect(config(paged).WebACLId).toBe(ACL);
    expect(paged.has('SiteWebAcl')).toBe(false);
  });
});

describe('access logs', () => {
  test("of the distribution go to a bucket that only CloudFront's deliveries write to, with TLS", () => {
    expect(guarded.properties('AccessLogSource')).toMatchObject({
      LogType: 'ACCESS_LOGS',
      ResourceArn: 'arn:aws:cloudfront::123456789012:distribution/E1',
    });
    expect(guarded.properties('AccessLogDestination').DestinationResourceArn).toBe('arn:AccessLogBucket');
    expect(guarded.properties('AccessLogDelivery')).toMatchObject({
      DeliverySourceName: 'AccessLogSource',
      DeliveryDestinationArn: 'arn:AccessLogDestination',
    });
    const [writes, tls] = guarded.properties('AccessLogBucketPolicy').PolicyDocument.Statement;
    expect(writes).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: 'arn:AccessLogBucket/*',
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnEquals: { 'aws:SourceArn': 'arn:AccessLogSource' },
      },
    });
    expect(tls).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });

  test('wait for the leave to write, and are private, encrypted and gone after 30 days', () => {
    expect(guarded.resource('AccessLogDelivery').DependsOn).toContain('AccessLogBucketPolicy');
    expect(guarded.resource('AccessLogBucket')).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: guarded.properties('SiteBucket').PublicAccessBlockConfiguration,
        OwnershipControls: guarded.properties('SiteBucket').OwnershipControls,
        BucketEncryption: guarded.properties('SiteBucket').BucketEncryption,
      },
    });
    const { Rules } = guarded.properties('AccessLogBucket').LifecycleConfiguration;
    expect(Rules[0]).toMatchObject({ Status: 'Enabled', ExpirationInDays: 30 });
  });
});

test("the API's secret is in the template as a reference, at the origin and nowhere else", () => {
  const HeaderValue = `{{resolve:secretsmanager:${SECRET}:SecretString}}`;
  expect(origin(guarded).OriginCustomHeaders).toEqual([{ HeaderName: 'x-origin-secret', HeaderValue }]);
  expect(JSON.stringify(guarded.packaged.template).split(SECRET)).toHaveLength(2);
});

test('an error page is shown as a missing one, and its error is cached for a second', () => {
  expect(distributionFromTemplate(paged.packaged.template).customErrorResponses).toEqual(
    [403, 404].map((code) => ({
      code,
      responsePage: '/404.html',
      responseCode: 404,
      errorCachingMinTtlSeconds: 1,
    })),
  );
});

test(
  'a combination that cannot work is not packaged',
  async () => {
    await expect(packageTemplate({ errorPage: '/404.html' })).rejects.toThrow(/param errorPage: /);
  },
  PACKAGING_TIMEOUT_MS,
);
