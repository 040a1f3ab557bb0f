import { parse } from 'node:path';
import { DEFAULT_FINGERPRINT } from '../../shared/core/fingerprint.ts';
import { type Packaged, packageTemplate } from '../package-template.ts';
import { readTemplate } from '../world/cloudfront-intrinsics.ts';
import { matches } from '../world/eventbridge.ts';

type Json = Readonly<Record<string, unknown>>;
// A packaged template is deep and of no fixed shape; what is not there fails an expectation.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Loose = any;

/** Packaging takes a few seconds when a source has changed. */
const PACKAGING_TIMEOUT_MS = 120_000;

const PHYSICAL = { SiteBucket: 'site-bucket', StateBucket: 'state-bucket', SiteDistribution: 'E1' };

let packaged: Packaged;
let resources: ReadonlyMap<string, Loose>;

const resolved = (template: object): ReadonlyMap<string, Loose> => {
  const ids = Object.keys((template as { Resources: Json }).Resources);
  const arns = Object.fromEntries(ids.map((id) => [`${id}.Arn`, `arn:${id}`]));
  const read = readTemplate(template, { ...arns, ...PHYSICAL });
  return new Map([...read.resources].map(([id, resource]) => [id, read.resolve(resource) as Loose]));
};

beforeAll(async () => {
  packaged = await packageTemplate();
  resources = resolved(packaged.template);
}, PACKAGING_TIMEOUT_MS);

const propertiesOf = (id: string): Loose => resources.get(id)?.Properties;

const idsOfType = (type: string): readonly string[] =>
  [...resources].filter(([, { Type }]) => Type === type).map(([id]) => id);

const FUNCTIONS = [
  { id: 'InvalidateLambdaFunction', role: 'InvalidateIamRoleLambdaExecution', queue: 'WorkQueue' },
  {
    id: 'FollowInvalidationLambdaFunction',
    role: 'FollowInvalidationIamRoleLambdaExecution',
    queue: 'FollowQueue',
  },
] as const;

describe('the functions', () => {
  test('are two, on Node 24 and arm64, with a minute and half a gigabyte', () => {
    expect(idsOfType('AWS::Lambda::Function')).toEqual(FUNCTIONS.map(({ id }) => id));
    for (const { id } of FUNCTIONS) {
      expect(propertiesOf(id)).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Timeout: 60,
        MemorySize: 512,
      });
    }
  });

  test('run the bundles that were packaged', () => {
    expect(FUNCTIONS.map(({ id }) => parse(propertiesOf(id).Handler).name)).toEqual(
      [packaged.bundles.invalidate, packaged.bundles.followInvalidation].map((path) => parse(path).name),
    );
  });

  test.each(FUNCTIONS)('$id has every setting with its default, and no other', ({ id }) => {
    expect(propertiesOf(id).Environment.Variables).toEqual({
      SITE_BUCKET: 'site-bucket',
      STATE_BUCKET: 'state-bucket',
      DISTRIBUTION_ID: 'E1',
      EDGE_URL: 'https://SiteDistribution.DomainName',
      BUILD_PROJECT: 'afterbuild-local-site',
      WORK_QUEUE_URL: 'WorkQueue',
      FOLLOW_QUEUE_URL: 'FollowQueue',
      POST_QUEUE_URL: 'PostQueue',
      ROUTING: 'none',
      DEFAULT_ROOT_OBJECT: 'index.html',
      FINGERPRINT: DEFAULT_FINGERPRINT,
      PURGE_REMOVED: 'false',
      ITEMS_MAX: '100',
      WILDCARDS_MAX: '15',
      ITEMS_PER_MONTH: '1000',
      QUIET_MS: '3000',
      HOLD_MAX_MS: '600000',
      HEAD_CHECKS_MAX: '200',
      FOLLOW_MAX_MS: '1800000',
      WIDENING: 'true',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_SERVICE_NAME: id.startsWith('Invalidate') ? 'invalidate' : 'follow-invalidation',
    });
  });

  test.each([
    ['WorkQueue', 1000, 1],
    ['FollowQueue', 10, 0],
  ])(
    '%s is read in batches of %d within %d s, two at a time, and failures come back one by one',
    (queue, size, window) => {
      const mappings = idsOfType('AWS::Lambda::EventSourceMapping').map(propertiesOf);
      expect(mappings.filter(({ EventSourceArn }) => EventSourceArn === `arn:${queue}`)).toEqual([
        {
          EventSourceArn: `arn:${queue}`,
          FunctionName: `arn:${FUNCTIONS.find((one) => one.queue === queue)?.id}`,
          BatchSize: size,
          MaximumBatchingWindowInSeconds: window,
          ScalingConfig: { MaximumConcurrency: 2 },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          Enabled: true,
        },
      ]);
    },
  );
});

describe('what the functions may do', () => {
  const OWN_QUEUE = [
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
  ];
  const DISTRIBUTION = 'arn:aws:cloudfront::123456789012:distribution/E1';
  const PROJECT = 'arn:aws:codebuild:us-east-1:123456789012:project/afterbuild-local-site';
  const SHARED = {
    'arn:StateBucket': ['s3:ListBucket'],
    'arn:StateBucket/*': ['s3:GetObject', 's3:PutObject'],
    [PROJECT]: ['codebuild:BatchGetBuilds', 'codebuild:ListBuildsForProject'],
    'arn:PostQueue': ['sqs:SendMessage'],
  };
  const logs = (name: string) => ({
    [`arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/afterbuild-dev-${name}:*:*`]: [
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ],
  });

  const listed = (value: string | readonly string[]): readonly string[] => [value].flat();

  /** The actions allowed on each resource, sorted, each once. */
  const allowed = (role: string): Json => {
    const on = new Map<string, Set<string>>();
    for (const { PolicyDocument } of propertiesOf(role).Policies) {
      for (const { Effect, Action, Resource, ...rest } of PolicyDocument.Statement) {
        expect([Effect, rest]).toEqual(['Allow', {}]);
        for (const resource of listed(Resource))
          on.set(resource, new Set([...(on.get(resource) ?? []), ...listed(Action)]));
      }
    }
    return Object.fromEntries([...on].map(([resource, actions]) => [resource, [...actions].sort()]));
  };

  test('invalidate: exactly what its adapters call', () => {
    expect(allowed('InvalidateIamRoleLambdaExecution')).toEqual({
      ...SHARED,
      ...logs('invalidate'),
      'arn:SiteBucket': ['s3:ListBucket', 's3:ListBucketVersions'],
      'arn:SiteBucket/*': ['s3:GetObject', 's3:GetObjectVersion'],
      [DISTRIBUTION]: ['cloudfront:CreateInvalidation', 'cloudfront:GetDistribution'],
      'SiteRequestFunction.FunctionARN': ['cloudfront:DescribeFunction'],
      'arn:WorkQueue': [...OWN_QUEUE, 'sqs:SendMessage'],
      'arn:FollowQueue': ['sqs:SendMessage'],
    });
  });

  test('followInvalidation: exactly what its adapters call, and it creates no invalidation', () => {
    expect(allowed('FollowInvalidationIamRoleLambdaExecution')).toEqual({
      ...SHARED,
      ...logs('followInvalidation'),
      'arn:SiteBucket': ['s3:ListBucketVersions'],
      [DISTRIBUTION]: ['cloudfront:GetInvalidation'],
      'arn:FollowQueue': [...OWN_QUEUE, 'sqs:SendMessage'],
      'arn:WorkQueue': ['sqs:SendMessage'],
    });
  });

  test('each has its own role, and there is no other but the one that sends ticks', () => {
    expect(idsOfType('AWS::IAM::Role').toSorted()).toEqual(
      [...FUNCTIONS.map(({ role }) => role), 'TickRole'].sort(),
    );
    for (const { id, role } of FUNCTIONS) {
      expect(propertiesOf(id).Role).toBe(`arn:${role}`);
      expect(propertiesOf(role).ManagedPolicyArns).toEqual([]);
    }
  });
});

describe('the rules', () => {
  const s3Event = (detail: Json, detailType = 'Object Created') => ({
    source: 'aws.s3',
    'detail-type': detailType,
    detail: { bucket: { name: 'site-bucket' }, object: { key: 'a' }, reason: 'PutObject', ...detail },
  });
  const buildEvent = (status: string, project = 'afterbuild-local-site') => ({
    source: 'aws.codebuild',
    'detail-type': 'CodeBuild Build State Change',
    detail: { 'build-status': status, 'project-name': project },
  });

  test.each([
    ['an object is written', 'SiteObjectRule', s3Event({}), true],
    ['an object is copied', 'SiteObjectRule', s3Event({ reason: 'CopyObject' }), true],
    ['an object is deleted', 'SiteObjectRule', s3Event({ reason: 'DeleteObject' }, 'Object Deleted'), true],
    ['no reason is given', 'SiteObjectRule', s3Event({ reason: undefined }), true],
    [
      'an old version expires',
      'SiteObjectRule',
      s3Event({ reason: 'Lifecycle Expiration' }, 'Object Deleted'),
      false,
    ],
    ['tags change', 'SiteObjectRule', s3Event({}, 'Object Tags Added'), false],
    ['another bucket changes', 'SiteObjectRule', s3Event({ bucket: { name: 'state-bucket' } }), false],
    ['a build succeeds', 'BuildRule', buildEvent('SUCCEEDED'), true],
    ['a build fails', 'BuildRule', buildEvent('FAILED'), true],
    ['a build is stopped', 'BuildRule', buildEvent('STOPPED'), true],
    ['a build begins, which changes nothing yet', 'BuildRule', buildEvent('IN_PROGRESS'), false],
    ['another project builds', 'BuildRule', buildEvent('SUCCEEDED', 'other'), false],
  ])('when %s: %s', (_case, rule, event, expected) => {
    expect(matches(propertiesOf(rule).EventPattern, event)).toBe(expected);
  });

  test('send to the work queue, and what cannot be delivered to a dead-letter queue', () => {
    expect(idsOfType('AWS::Events::Rule')).toEqual(['SiteObjectRule', 'BuildRule']);
    for (const rule of ['SiteObjectRule', 'BuildRule']) {
      expect(propertiesOf(rule).Targets).toEqual([
        { Id: 'work', Arn: 'arn:WorkQueue', DeadLetterConfig: { Arn: 'arn:EventsDeadLetterQueue' } },
      ]);
    }
  });

  test('are the only ones that may send to these queues by policy', () => {
    const statements = idsOfType('AWS::SQS::QueuePolicy').flatMap((id) => {
      const { Queues, PolicyDocument } = propertiesOf(id);
      return PolicyDocument.Statement.map((statement: Json) => ({ Queues, ...statement }));
    });
    expect(statements).toEqual(
      ['WorkQueue', 'EventsDeadLetterQueue'].map((queue) => ({
        Queues: [queue],
        Sid: expect.any(String),
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: `arn:${queue}`,
        Condition: { ArnEquals: { 'aws:SourceArn': ['arn:SiteObjectRule', 'arn:BuildRule'] } },
      })),
    );
  });

  test('without a build project there is none for builds, and nothing speaks of it', () => {
    const template = JSON.stringify(packaged.template).replaceAll('afterbuild-local-site', '');
    const without = resolved(JSON.parse(template));
    expect(without.has('BuildRule')).toBe(false);
    expect(without.get('WorkQueuePolicy').Properties.PolicyDocument.Statement[0].Condition).toEqual({
      ArnEquals: { 'aws:SourceArn': ['arn:SiteObjectRule'] },
    });
  });
});

describe('the queues', () => {
  test.each([
    ['WorkQueue', 'WorkDeadLetterQueue', 1000],
    ['FollowQueue', 'FollowDeadLetterQueue', 1000],
    ['PostQueue', 'PostDeadLetterQueue', 100],
  ])(
    '%s waits six times the function, and gives up to %s after %d receives',
    (queue, deadLetters, receives) => {
      expect(propertiesOf(queue)).toMatchObject({
        SqsManagedSseEnabled: true,
        VisibilityTimeout: 6 * propertiesOf('InvalidateLambdaFunction').Timeout,
        RedrivePolicy: { deadLetterTargetArn: `arn:${deadLetters}`, maxReceiveCount: receives },
      });
      expect(propertiesOf(deadLetters)).toEqual({
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 14 * 86_400,
      });
    },
  );

  test.each([
    ['WorkTick', 'WorkQueue'],
    ['FollowTick', 'FollowQueue'],
  ])('%s ticks every five minutes into %s', (schedule, queue) => {
    expect(propertiesOf(schedule)).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: `arn:${queue}`,
        RoleArn: 'arn:TickRole',
        Input: '{"kind":"tick"}',
        DeadLetterConfig: { Arn: 'arn:EventsDeadLetterQueue' },
        RetryPolicy: { MaximumEventAgeInSeconds: 300 },
      },
    });
  });

  test('ticks may go to both queues and the dead-letter queue, and come from this account only', () => {
    const { AssumeRolePolicyDocument, Policies } = propertiesOf('TickRole');
    expect(AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
    expect(Policies.flatMap((policy: Loose) => policy.PolicyDocument.Statement)).toEqual([
      {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: ['arn:WorkQueue', 'arn:FollowQueue', 'arn:EventsDeadLetterQueue'],
      },
    ]);
  });
});

describe('the buckets', () => {
  test.each([
    ['SiteBucket', 1],
    ['StateBucket', 7],
  ])('%s is versioned, private, encrypted, kept, and keeps old versions for %d days', (id, days) => {
    expect(resources.get(id)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    const { LifecycleConfiguration, ...properties } = propertiesOf(id);
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
    expect(LifecycleConfiguration.Rules).toMatchObject([
      { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: days } },
      { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]);
  });

  test('the site announces its changes, and the state must not', () => {
    expect(propertiesOf('SiteBucket').NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(propertiesOf('StateBucket').NotificationConfiguration).toBeUndefined();
  });

  test.each(['SiteBucket', 'StateBucket'])('%s refuses whoever comes without TLS', (id) => {
    expect(propertiesOf(`${id}Policy`).PolicyDocument.Statement).toContainEqual({
      Sid: expect.any(String),
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:${id}`, `arn:${id}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  test('only the distribution is let in, to read objects of the site', () => {
    const allows = ['SiteBucketPolicy', 'StateBucketPolicy'].flatMap((id) =>
      propertiesOf(id).PolicyDocument.Statement.filter(({ Effect }: Loose) => Effect === 'Allow'),
    );
    expect(allows).toEqual([
      {
        Sid: expect.any(String),
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: 'arn:SiteBucket/*',
        Condition: { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::123456789012:distribution/E1' } },
      },
    ]);
  });
});

describe('the distribution', () => {
  const config = (): Loose => propertiesOf('SiteDistribution').DistributionConfig;

  test('serves the site bucket through its access control, over https, compressed and cached', () => {
    expect(config()).toMatchObject({
      Enabled: true,
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      DefaultRootObject: 'index.html',
      Origins: [
        {
          DomainName: 'SiteBucket.RegionalDomainName',
          OriginAccessControlId: 'SiteOriginAccessControl.Id',
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
      ],
      DefaultCacheBehavior: {
        TargetOriginId: config().Origins[0].Id,
        ViewerProtocolPolicy: 'redirect-to-https',
        Compress: true,
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
      },
    });
    expect(propertiesOf('SiteOriginAccessControl').OriginAccessControlConfig).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
  });

  test('keeps the error for a missing file for a second, and has no page for it', () => {
    expect(config().CustomErrorResponses).toEqual([
      { ErrorCode: 403, ErrorCachingMinTTL: 1 },
      { ErrorCode: 404, ErrorCachingMinTTL: 1 },
    ]);
  });

  test("runs the function on every viewer's request, published, and within CloudFront's 10 kB", () => {
    const { Name, FunctionCode, FunctionConfig, AutoPublish } = propertiesOf('SiteRequestFunction');
    expect(config().DefaultCacheBehavior.FunctionAssociations).toHaveLength(1);
    expect(config().DefaultCacheBehavior.FunctionAssociations[0]).toMatchObject({
      EventType: 'viewer-request',
    });
    expect([AutoPublish, FunctionConfig.Runtime]).toEqual([true, 'cloudfront-js-2.0']);
    expect(Name).toMatch(/^afterbuild-dev-us-east-1-[a-z-]{1,40}$/);
    expect(FunctionCode).toContain('const ROUTING = "none";');
    expect(Buffer.byteLength(FunctionCode)).toBeLessThan(10_000);
  });
});

test('a deployment tells where to upload and where the site is', () => {
  expect(Object.keys((packaged.template as { Outputs: Json }).Outputs)).toEqual(
    expect.arrayContaining(['SiteBucketName', 'DistributionId', 'SiteUrl']),
  );
});
