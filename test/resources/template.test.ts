import { parse } from 'node:path';
import { loadConfig } from '../../shared/config.ts';
import { loadHealthConfig } from '../../shared/config-health.ts';
import { loadStatusConfig } from '../../shared/config-status.ts';
import { DEFAULT_FINGERPRINT } from '../../shared/core/fingerprint.ts';
import type { Environment } from '../../shared/environment.ts';
import { type Json, type Loose, PACKAGING_TIMEOUT_MS, packagedStack, type Stack } from './packaged-stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await packagedStack();
}, PACKAGING_TIMEOUT_MS);

const FUNCTIONS = [
  { id: 'InvalidateLambdaFunction', role: 'InvalidateIamRoleLambdaExecution', queue: 'WorkQueue' },
  {
    id: 'FollowInvalidationLambdaFunction',
    role: 'FollowInvalidationIamRoleLambdaExecution',
    queue: 'FollowQueue',
  },
  { id: 'CheckOriginLambdaFunction', role: 'CheckOriginIamRoleLambdaExecution', queue: 'CheckQueue' },
  { id: 'PostStatusLambdaFunction', role: 'PostStatusIamRoleLambdaExecution', queue: 'PostQueue' },
] as const;

describe('the functions', () => {
  test('are four, on Node 24 and arm64', () => {
    expect(stack.idsOfType('AWS::Lambda::Function')).toEqual(FUNCTIONS.map(({ id }) => id));
    for (const { id } of FUNCTIONS) {
      expect(stack.properties(id)).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    }
  });

  test('have a minute and half a gigabyte; the one that compares whole sites has more', () => {
    const sizes = FUNCTIONS.map(({ id }) => [stack.properties(id).Timeout, stack.properties(id).MemorySize]);
    expect(sizes).toEqual([[300, 1769], ...[1, 2, 3].map(() => [60, 512])]);
  });

  test('keep their logs for 30 days', () => {
    const groups = stack.idsOfType('AWS::Logs::LogGroup').map(stack.properties);
    expect(groups).toEqual(
      FUNCTIONS.map(({ id }) => ({
        LogGroupName: `/aws/lambda/${stack.properties(id).FunctionName}`,
        RetentionInDays: 30,
      })),
    );
  });

  test('run the bundles that were packaged', () => {
    expect(FUNCTIONS.map(({ id }) => parse(stack.properties(id).Handler).name)).toEqual(
      Object.values(stack.packaged.bundles).map((path) => parse(path).name),
    );
  });

  const SITE_SETTINGS = {
    SITE_BUCKET: 'site-bucket',
    DISTRIBUTION_ID: 'E1',
    EDGE_URL: 'https://SiteDistribution.DomainName',
    BUILD_PROJECT: 'afterbuild-local-site',
    WORK_QUEUE_URL: 'WorkQueue',
    FOLLOW_QUEUE_URL: 'FollowQueue',
    ROUTING: 'none',
    KEEP_PATHS: '',
    FILE_EXTENSIONS: '',
    CANONICAL: 'true',
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
    REPORTS_STARTS: 'true',
  };

  test.each<[string, string, Json, (environment: Environment) => unknown]>([
    ['InvalidateLambdaFunction', 'invalidate', SITE_SETTINGS, loadConfig],
    ['FollowInvalidationLambdaFunction', 'follow-invalidation', SITE_SETTINGS, loadConfig],
    [
      'CheckOriginLambdaFunction',
      'check-origin',
      {
        API_URL: 'https://api.example.com',
        API_HEALTH_PATH: '/api/health',
        API_SERVICE_ARN: 'arn:aws:apprunner:us-east-1:123456789012:service/afterbuild-local-api/1',
        EDGE_URL: 'https://SiteDistribution.DomainName',
        CHECK_EVERY_MS: '300000',
        FAILURES_TO_DOWN: '3',
        SUCCESSES_TO_UP: '2',
        SLOW_MS: '2000',
        PROBE_TIMEOUT_MS: '5000',
        BODY_MARKER: '',
        EXPECT_STATUS: '200-299',
        EXPECT_JSON: '',
        EXPECT_HEADER: '',
        CERTIFICATE_DAYS: '14,7',
        MAINTENANCE: '',
        METRICS: 'true',
      },
      loadHealthConfig,
    ],
    [
      'PostStatusLambdaFunction',
      'post-status',
      {
        CHANNELS: '[{"name":"log","kind":"log"},{"name":"page","kind":"page"}]',
        SITE_NAME: 'site',
        SITE_URL: 'https://SiteDistribution.DomainName',
        STAGE: 'dev-us-east-1',
        STATUS_URL: 'https://SiteDistribution.DomainName/_status',
      },
      loadStatusConfig,
    ],
  ])('%s has every setting with its default, and none that it does not read', (id, service, own, load) => {
    const given: Environment = stack.properties(id).Environment.Variables;
    expect(given).toEqual({
      ...own,
      STATE_BUCKET: 'state-bucket',
      POST_QUEUE_URL: 'PostQueue',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_SERVICE_NAME: service,
    });
    const read = new Set<string | symbol>();
    load(new Proxy(given, { get: (target, name) => read.add(name) && Reflect.get(target, name) }));
    expect(
      Object.keys(given)
        .filter((name) => !read.has(name))
        .sort(),
    ).toEqual(['POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_SERVICE_NAME']);
  });

  test.each([
    ['WorkQueue', 1000, 1, 2],
    ['FollowQueue', 1, 0, 2],
    ['CheckQueue', 1, 0, 2],
    ['PostQueue', 1, 0, 5],
  ])(
    '%s is read in batches of %d within %d s, %d at a time, and failures come back one by one',
    (queue, size, window, concurrency) => {
      const mappings = stack.idsOfType('AWS::Lambda::EventSourceMapping').map(stack.properties);
      expect(mappings.filter(({ EventSourceArn }) => EventSourceArn === `arn:${queue}`)).toEqual([
        {
          EventSourceArn: `arn:${queue}`,
          FunctionName: `arn:${FUNCTIONS.find((one) => one.queue === queue)?.id}`,
          BatchSize: size,
          MaximumBatchingWindowInSeconds: window,
          ScalingConfig: { MaximumConcurrency: concurrency },
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
  const REQUEST_FUNCTION = 'arn:aws:cloudfront::123456789012:function/afterbuild-dev-us-east-1-request';
  const RESPONSE_FUNCTION = 'arn:aws:cloudfront::123456789012:function/afterbuild-dev-us-east-1-response';
  const PROJECT = 'arn:aws:codebuild:us-east-1:123456789012:project/afterbuild-local-site';
  const SHARED = {
    'arn:StateBucket': ['s3:ListBucket'],
    'arn:StateBucket/aside/*': ['s3:PutObject'],
    'arn:StateBucket/head.json': ['s3:GetObject', 's3:PutObject'],
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

  const policiesOf = (role: string): readonly Loose[] =>
    stack
      .idsOfType('AWS::IAM::Policy')
      .map(stack.properties)
      .filter(({ Roles }) => Roles.includes(role));

  /** The actions allowed on each resource, sorted, each once. */
  const allowed = (role: string): Json => {
    const on = new Map<string, Set<string>>();
    for (const { PolicyDocument } of [...stack.properties(role).Policies, ...policiesOf(role)]) {
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
      'arn:StateBucket/blobs/*': ['s3:GetObject', 's3:PutObject'],
      'arn:StateBucket/sample.json': ['s3:PutObject'],
      'arn:SiteBucket': ['s3:ListBucket', 's3:ListBucketVersions'],
      'arn:SiteBucket/*': ['s3:GetObjectVersion'],
      [DISTRIBUTION]: ['cloudfront:CreateInvalidation', 'cloudfront:GetDistribution'],
      [REQUEST_FUNCTION]: ['cloudfront:DescribeFunction'],
      [RESPONSE_FUNCTION]: ['cloudfront:DescribeFunction'],
      'arn:WorkQueue': [...OWN_QUEUE, 'sqs:SendMessage'],
      'arn:FollowQueue': ['sqs:SendMessage'],
    });
  });

  test('followInvalidation: exactly what its adapters call, and it creates no invalidation', () => {
    expect(allowed('FollowInvalidationIamRoleLambdaExecution')).toEqual({
      ...SHARED,
      ...logs('followInvalidation'),
      'arn:StateBucket/blobs/*': ['s3:GetObject'],
      'arn:StateBucket/sample.json': ['s3:GetObject'],
      'arn:StateBucket/warm.json': ['s3:GetObject', 's3:PutObject'],
      'arn:StateBucket/health.json': ['s3:GetObject'],
      'arn:SiteBucket': ['s3:ListBucketVersions'],
      [DISTRIBUTION]: ['cloudfront:GetInvalidation'],
      'arn:FollowQueue': [...OWN_QUEUE, 'sqs:SendMessage'],
      'arn:WorkQueue': ['sqs:SendMessage'],
    });
  });

  test('checkOrigin: its own object of the state, and the service of the API', () => {
    expect(allowed('CheckOriginIamRoleLambdaExecution')).toEqual({
      ...logs('checkOrigin'),
      'arn:StateBucket': ['s3:ListBucket'],
      'arn:StateBucket/health.json': ['s3:GetObject', 's3:PutObject'],
      'arn:aws:apprunner:us-east-1:123456789012:service/afterbuild-local-api/1': [
        'apprunner:DescribeService',
        'apprunner:ListOperations',
      ],
      'arn:PostQueue': ['sqs:SendMessage'],
      'arn:CheckQueue': OWN_QUEUE.filter((action) => action !== 'sqs:ChangeMessageVisibility'),
    });
  });

  test('postStatus: what it publishes, its history, and secrets with the prefix of this service', () => {
    expect(allowed('PostStatusIamRoleLambdaExecution')).toEqual({
      ...logs('postStatus'),
      'arn:StateBucket': ['s3:ListBucket'],
      'arn:StateBucket/history.json': ['s3:GetObject', 's3:PutObject'],
      'arn:StateBucket/deliveries.json': ['s3:GetObject', 's3:PutObject'],
      'arn:StateBucket/health.json': ['s3:GetObject'],
      'arn:StateBucket/blobs/*': ['s3:GetObject'],
      'arn:StateBucket/public/*': ['s3:PutObject'],
      'arn:aws:ssm:us-east-1:123456789012:parameter/afterbuild/*': ['ssm:GetParameter'],
      'arn:PostQueue': [...OWN_QUEUE, 'sqs:SendMessage'],
    });
  });

  test('each has its own role, and there is no other but the one that sends ticks', () => {
    expect(stack.idsOfType('AWS::IAM::Role').toSorted()).toEqual(
      [...FUNCTIONS.map(({ role }) => role), 'TickRole'].sort(),
    );
    for (const { id, role } of FUNCTIONS) {
      expect(stack.properties(id).Role).toBe(`arn:${role}`);
      expect(stack.properties(role).ManagedPolicyArns).toEqual([]);
    }
  });
});
