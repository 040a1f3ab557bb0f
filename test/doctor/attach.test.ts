/** Whether what exists can be attached to: each reason against it, and the line that does it. */

import { readFileSync } from 'node:fs';
import type { CachePolicyConfig, DistributionConfig } from '@aws-sdk/client-cloudfront';
import { known } from '../../shared/doctor/checks.ts';
import { type AttachFacts, judgeAttach } from '../../shared/doctor/checks-attach.ts';
import { attachLine, attachNotes } from '../../shared/doctor/checks-attach-line.ts';
import type { BucketFacts } from '../../shared/doctor/checks-bucket.ts';
import type { Found } from '../../shared/doctor/checks-distribution.ts';

const ARN = 'arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL';
const OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

/** As a person makes it by hand, as far as anything depends on it. */
const CONFIG = {
  Enabled: true,
  DefaultRootObject: 'index.html',
  Origins: {
    Quantity: 2,
    Items: [
      {
        Id: 's3',
        DomainName: 'my-site.s3.eu-central-1.amazonaws.com',
        OriginPath: '',
        OriginAccessControlId: 'E1',
        S3OriginConfig: { OriginAccessIdentity: '' },
      },
      {
        Id: 'api',
        DomainName: 'api.example.com',
        CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
      },
    ],
  },
  DefaultCacheBehavior: { TargetOriginId: 's3', CachePolicyId: OPTIMIZED },
  CacheBehaviors: {
    Quantity: 1,
    Items: [{ PathPattern: '/api/*', TargetOriginId: 'api', CachePolicyId: DISABLED }],
  },
  CustomErrorResponses: {
    Quantity: 2,
    Items: [
      { ErrorCode: 403, ErrorCachingMinTTL: 1 },
      { ErrorCode: 404, ErrorCachingMinTTL: 1 },
    ],
  },
} as unknown as DistributionConfig;

const distribution = (config: object = {}): Found => ({
  id: 'E2QWRUHAPOMQZL',
  arn: ARN,
  domainName: 'd111111abcdef8.cloudfront.net',
  etag: 'E3',
  status: 'Deployed',
  config: { ...CONFIG, ...config } as DistributionConfig,
});

const POLICY = {
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::my-site/*',
      Condition: { StringEquals: { 'AWS:SourceArn': ARN } },
    },
  ],
};

const EXPIRES = { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 1 } } as const;

const BUCKET: BucketFacts = {
  bucket: 'my-site',
  prefix: '',
  versioning: known('Enabled'),
  lifecycle: known({ rules: [{ ...EXPIRES, Filter: {} }] }),
  notifications: known({ EventBridgeConfiguration: {} }),
  encryption: known('AES256'),
  samples: known([{ key: 'index.html', contentType: 'text/html' }]),
};

const policies = (queries: string, ...ids: readonly string[]): ReadonlyMap<string, CachePolicyConfig> =>
  new Map(
    ids.map((id) => [
      id,
      {
        Name: id,
        MinTTL: 0,
        MaxTTL: 60,
        ParametersInCacheKeyAndForwardedToOrigin: {
          EnableAcceptEncodingGzip: true,
          HeadersConfig: { HeaderBehavior: 'none' },
          CookiesConfig: { CookieBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: queries },
        },
      } as CachePolicyConfig,
    ]),
  );

const FACTS: AttachFacts = {
  region: 'eu-central-1',
  bucketRegion: known('eu-central-1'),
  bucket: BUCKET,
  policy: known(POLICY),
  distribution: known(distribution()),
  cachePolicies: known(policies('none', OPTIMIZED)),
};

const faults = (changes: Partial<AttachFacts>) =>
  judgeAttach({ ...FACTS, ...changes }).filter(({ state }) => state !== 'ok');

const withConfig = (config: object): Partial<AttachFacts> => ({ distribution: known(distribution(config)) });

const withBucket = (changes: Partial<BucketFacts>): Partial<AttachFacts> => ({
  bucket: { ...BUCKET, ...changes },
});

test('nothing speaks against a bucket and a distribution as they should be', () => {
  expect(faults({})).toEqual([]);
});

const legacy = { TargetOriginId: 's3', ForwardedValues: { QueryString: false }, MinTTL: 0 };
const apiBehaviour = (behaviour: object) => ({
  CacheBehaviors: { Quantity: 1, Items: [{ PathPattern: '/api/*', TargetOriginId: 'api', ...behaviour }] },
});

test.each([
  ['a template of tenants', withConfig({ ConnectionMode: 'tenant-only' }), 'wrong kind', /attach to one/],
  ['a staging distribution', withConfig({ Staging: true }), 'wrong kind', /primary/],
  ['a disabled distribution', withConfig({ Enabled: false }), 'wrong distribution', /\.Enabled = true/],
  [
    'query strings in the cache key',
    { cachePolicies: known(policies('all', OPTIMIZED)) },
    'warn cache key',
    /update-distribution --id E2QWRUHAPOMQZL --if-match E3/,
  ],
  [
    'query strings of legacy settings',
    withConfig({ DefaultCacheBehavior: { ...legacy, ForwardedValues: { QueryString: true } } }),
    'warn cache key, warn legacy settings',
    /del\(\.ForwardedValues/,
  ],
  ['legacy settings', withConfig({ DefaultCacheBehavior: legacy }), 'warn legacy settings', /CachePolicyId/],
  [
    'a cached API',
    {
      ...withConfig(apiBehaviour({ CachePolicyId: 'own' })),
      cachePolicies: known(policies('none', OPTIMIZED, 'own')),
    },
    'warn API caching',
    /select\(\.PathPattern == "\/api\/\*"\).*4135ea2d.*OriginRequestPolicyId/,
  ],
  [
    'an API that legacy settings cache',
    withConfig(apiBehaviour({ ForwardedValues: { QueryString: true }, MaxTTL: 60 })),
    'warn API caching',
    /4135ea2d/,
  ],
  [
    'a cached API under another path, by the name that this stack gives its origin',
    withConfig({
      CacheBehaviors: { Items: [{ PathPattern: '/v1/*', TargetOriginId: 'api', CachePolicyId: OPTIMIZED }] },
    }),
    'warn API caching',
    /v1/,
  ],
  ['a bucket in another region', { bucketRegion: known('us-east-1') }, 'warn region', /--region us-east-1$/],
  ['no versioning', withBucket({ versioning: known('off') }), 'warn versioning', /Status=Enabled$/],
  [
    'old versions that nothing lets expire',
    withBucket({ lifecycle: known({ rules: [] }) }),
    'warn old versions',
    /put-bucket-lifecycle/,
  ],
  [
    'EventBridge off',
    withBucket({ notifications: known({}) }),
    'warn notifications',
    /EventBridgeConfiguration/,
  ],
  ['KMS', withBucket({ encryption: known('aws:kms') }), 'warn encryption', /AES256/],
  [
    'a policy that names another distribution',
    { policy: known({}) },
    'wrong origin access',
    /^aws s3api put-bucket-policy/,
  ],
  [
    'a distribution in front of another bucket',
    withBucket({ bucket: 'other' }),
    'wrong origin access',
    /name the bucket that the distribution serves/,
  ],
] as const)('%s is said, with what mends it', (_case, changes, expected, mend) => {
  const found = faults(changes);
  expect(found.map(({ state, check }) => `${state} ${check}`).join(', ')).toBe(expected);
  expect(found[0]?.mend.join('\n')).toMatch(mend);
});

test.each([
  ['CachingDisabled', apiBehaviour({ CachePolicyId: DISABLED })],
  ['legacy settings that keep nothing', apiBehaviour({ ForwardedValues: { QueryString: true }, MaxTTL: 0 })],
  [
    'a cached path that is no API',
    { CacheBehaviors: { Items: [{ PathPattern: '/apidocs/*', CachePolicyId: OPTIMIZED }] } },
  ],
  ['no other behaviour', { CacheBehaviors: { Quantity: 0 } }],
])('an API is not cached with %s', (_case, config) => {
  expect(faults(withConfig(config))).toEqual([]);
});

test('a build project has to publish into the folder that is served', () => {
  const artifacts = {
    type: 'S3',
    location: 'my-site',
    path: 'web',
    name: '/',
    packaging: 'NONE',
    encryptionDisabled: true,
  };
  const builds = {
    project: known({ name: 'web', artifacts, connectionArn: '' }),
    last: known('none' as const),
  };
  const served = (folder: string) => {
    const [s3, ...others] = CONFIG.Origins?.Items ?? [];
    return withConfig({ Origins: { Items: [{ ...s3, OriginPath: folder }, ...others] } });
  };
  const publishing = (folder: string) =>
    faults({ ...served(folder), builds }).find(({ check }) => check === 'publishing');
  expect(publishing('/web')).toBeUndefined();
  expect(publishing('')?.state).toBe('wrong');
});

test('a line repeats the notifications that it would replace', () => {
  const topic = { TopicArn: 'arn:aws:sns:eu-central-1:1:t', Events: ['s3:ObjectCreated:*' as const] };
  const [fault] = faults(withBucket({ notifications: known({ TopicConfigurations: [topic] }) }));
  expect(fault?.mend[0]).toContain(
    '\'{"TopicConfigurations":[{"TopicArn":"arn:aws:sns:eu-central-1:1:t","Events":["s3:ObjectCreated:*"]}],"EventBridgeConfiguration":{}}\'',
  );
});

const rulesIn = (line: string | undefined): unknown =>
  (JSON.parse(/--lifecycle-configuration '(.*)'$/.exec(line ?? '')?.[1] ?? '') as { Rules: unknown }).Rules;

test('a line repeats the rules that it would replace, in one form, and its own once', () => {
  const own = {
    ID: 'afterbuild-old-versions',
    Status: 'Enabled',
    Filter: { Prefix: 'web/' },
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    Expiration: { ExpiredObjectDeleteMarker: true },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  };
  const logs = { ID: 'logs', Status: 'Enabled', Expiration: { Days: 30 } } as const;
  const before = {
    ID: 'afterbuild-old-versions',
    Status: 'Enabled',
    Filter: {},
    NoncurrentVersionExpiration: { NoncurrentDays: 90 },
  } as const;
  const lifecycle = known({
    rules: [{ ...logs, Prefix: 'logs/' }, before],
    minimumSize: 'varies_by_storage_class',
  });
  const [fault] = faults(withBucket({ prefix: 'web/', lifecycle }));
  expect(fault?.what).toContain('old versions of my-site are kept for 90 days: ');
  expect(fault?.mend.at(-1)).toContain(
    '--bucket my-site --transition-default-minimum-object-size varies_by_storage_class --lifecycle',
  );
  expect(rulesIn(fault?.mend.at(-1))).toEqual([{ ...logs, Filter: { Prefix: 'logs/' } }, own]);
});

const NEVER = 'are kept for ever';
const days = (NoncurrentDays: number, NewerNoncurrentVersions?: number) => ({
  ...EXPIRES,
  NoncurrentVersionExpiration: {
    NoncurrentDays,
    ...(NewerNoncurrentVersions === undefined ? {} : { NewerNoncurrentVersions }),
  },
});

test.each([
  ['a week', [days(7)], undefined],
  ['eight days', [days(8)], 'are kept for 8 days'],
  ['the shorter one of two', [days(90), days(1)], undefined],
  ['ten of each file', [days(1, 10)], undefined],
  ['five of each file, and none for ever', [days(365), days(1, 5)], undefined],
  ['eleven of each file', [days(1, 11)], 'are kept for 1 day, and the newest 11 of each file for ever'],
  ['a rule that is off', [{ ...days(1), Status: 'Disabled' as const }], NEVER],
  ['a rule for the folder of the site', [{ ...days(1), Filter: { Prefix: 'web/' } }], undefined],
  ['one of the old form', [{ ...days(1), Prefix: 'web' }], undefined],
  ['one of the old form for another folder', [{ ...days(1), Prefix: 'logs/' }], NEVER],
  ['one for another folder', [{ ...days(1), Filter: { Prefix: 'logs/' } }], NEVER],
  ['one for a part of the site', [{ ...days(1), Filter: { Prefix: 'web/assets/' } }], NEVER],
  ['one for tagged files', [{ ...days(1), Filter: { Tag: { Key: 'a', Value: 'b' } } }], NEVER],
  ['one for large files', [{ ...days(1), Filter: { And: { Prefix: '', ObjectSizeGreaterThan: 9 } } }], NEVER],
  [
    'a rule for current versions',
    [{ Status: 'Enabled' as const, Filter: {}, Expiration: { Days: 1 } }],
    NEVER,
  ],
])('how long old versions are kept: %s', (_case, rules, expected) => {
  const [fault] = faults(withBucket({ prefix: 'web/', lifecycle: known({ rules }) }));
  expect(fault?.what.replace(/^old versions of my-site /, '').replace(/: .*/, '')).toBe(expected);
});

test('README gives the line that doctor gives for a bucket without rules', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [fault] = faults(withBucket({ lifecycle: known({ rules: [] }) }));
  expect(readme.split('\n')).toContain(fault?.mend.at(-1));
});

test('where old versions are kept for long, what is deleted with them is said', () => {
  const [fault] = faults(withBucket({ lifecycle: known({ rules: [] }) }));
  expect(fault?.mend[0]).toMatch(/^# .*gone after a day/);
});

test('a line repeats the statements of the policy that it would replace', () => {
  const other = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::my-site/*' };
  const [fault] = faults({ policy: known({ Statement: [other] }) });
  const json = /--policy '(.*)'$/.exec(fault?.mend[0] ?? '')?.[1] ?? '';
  expect(JSON.parse(json)).toEqual({ Version: '2012-10-17', Statement: [other, POLICY.Statement[0]] });
});

const WISH = { bucket: 'my-site', stage: 'dev', region: 'eu-central-1', buildProject: '' };

test('the line that attaches names what exists, and makes no build project of its own', () => {
  expect(attachLine(distribution(), WISH)).toBe(
    'npx serverless deploy --stage dev --region eu-central-1 --param siteBucket=my-site ' +
      '--param distributionId=E2QWRUHAPOMQZL --param distributionDomain=d111111abcdef8.cloudfront.net ' +
      '--param defaultRootObject=index.html --param makeBuildProject=false --param apiDomain=api.example.com',
  );
});

test('a build project that exists is followed, and what is not there is left out', () => {
  const bare = distribution({ DefaultRootObject: '', CacheBehaviors: { Quantity: 0 } });
  expect(attachLine(bare, { ...WISH, buildProject: 'web' })).toMatch(
    /cloudfront\.net --param buildProject=web$/,
  );
});

test('every param of the line is one of the template', () => {
  const serverless = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8');
  const line = `${attachLine(distribution(), WISH)} ${attachLine(distribution(), { ...WISH, buildProject: 'web' })}`;
  const names = [...line.matchAll(/--param (\w+)=/g)].map(([, name = '']) => name);
  expect(names.filter((name) => !new RegExp(`^ {4}${name}: `, 'm').test(serverless))).toEqual([]);
});

test('what the distribution cannot get is said, in lines that a shell ignores', () => {
  const notes = attachNotes(distribution());
  expect(notes.every((line) => line.startsWith('#'))).toBe(true);
  for (const part of ['/_status/*', 'Functions', 'Headers']) expect(notes.join('\n')).toContain(part);
});
