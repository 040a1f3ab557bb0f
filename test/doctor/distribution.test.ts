/** Distribution, origin access, content types, the site and the API as they may be found. */

import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { Probe } from '../../shared/core/health.ts';
import { bucketOf, judgeAccess, type Policy } from '../../shared/doctor/checks-access.ts';
import { judgeApi, judgeSite } from '../../shared/doctor/checks-answers.ts';
import { extensionOf, judgeContentTypes } from '../../shared/doctor/checks-content.ts';
import {
  type Found,
  foundOf,
  judgeDistribution,
  judgeErrorCaching,
  judgeFingerprint,
  judgePlan,
} from '../../shared/doctor/checks-distribution.ts';

const found = (config: object = {}, status = 'Deployed'): Found => ({
  id: 'E1',
  arn: 'arn:aws:cloudfront::1:distribution/E1',
  domainName: 'd1.cloudfront.net',
  etag: 'E9',
  status,
  config: config as DistributionConfig,
});

test.each([
  ['enabled and deployed', found({ Enabled: true }), 'ok'],
  ['under way', found({ Enabled: true }, 'InProgress'), 'warn'],
  ['disabled', found({ Enabled: false }), 'wrong'],
])('a distribution that is %s', (_case, distribution, state) => {
  expect(judgeDistribution(distribution).state).toBe(state);
});

test.each(['Id', 'ARN', 'DomainName', 'Status', 'DistributionConfig'])(
  'a distribution without %s is none',
  (name) => {
    const whole = { Id: 'E1', ARN: 'a', DomainName: 'd', Status: 'Deployed', DistributionConfig: {} };
    expect(foundOf(whole as never, 'E9')).toMatchObject({ id: 'E1', etag: 'E9' });
    expect(foundOf({ ...whole, [name]: undefined } as never, 'E9')).toBeUndefined();
  },
);

test('another fingerprint is worth a word, the same is none', () => {
  expect(judgeFingerprint('a', 'a').state).toBe('ok');
  expect(judgeFingerprint('a', 'b').state).toBe('warn');
});

const errors = (seconds: number | undefined, page?: string) => ({
  CustomErrorResponses: {
    Items: [403, 404].map((code) => ({
      ErrorCode: code,
      ErrorCachingMinTTL: seconds,
      ...(page ? { ResponsePagePath: page } : {}),
    })),
  },
});
const api = { Origins: { Items: [{ Id: 'api', DomainName: 'api', CustomOriginConfig: {} }] } };

test.each([
  ['1 s', errors(1), 'ok', /after a second/],
  ['2 s', errors(2), 'warn', /remembered for 2 s: a build with new files is called live that much later/],
  ['30 s', errors(30), 'warn', /that much later/],
  ['31 s', errors(31), 'warn', /each new file costs an item/],
  ["CloudFront's default", {}, 'warn', /for 10 s/],
  [
    'a default that only one has',
    { CustomErrorResponses: { Items: [{ ErrorCode: 404, ErrorCachingMinTTL: 1 }] } },
    'warn',
    /for 10 s/,
  ],
  [
    'one code for longer than the other',
    {
      CustomErrorResponses: {
        Items: [
          { ErrorCode: 403, ErrorCachingMinTTL: 1 },
          { ErrorCode: 404, ErrorCachingMinTTL: 60 },
        ],
      },
    },
    'warn',
    /for 60 s/,
  ],
  ['a page, and no API', errors(1, '/404.html'), 'ok', /\/404\.html is shown/],
  [
    "a page for the API's errors",
    { ...errors(1, '/index.html'), ...api },
    'warn',
    /stands in for 403, the API's as well/,
  ],
])('a missing file is remembered: %s', (_case, config, state, what) => {
  expect(judgeErrorCaching(found(config))).toMatchObject({ state, what: expect.stringMatching(what) });
});

const OURS = { stage: 'dev', region: 'us-east-1', isOurs: true, namesWebAcl: false };
const acl = { WebACLId: 'arn:aws:wafv2:us-east-1:1:global/webacl/x/1' };

test.each([
  ['no web ACL', {}, OURS, 'ok'],
  ['one that the next deployment takes off', acl, OURS, 'warn'],
  ['one that the template names', acl, { ...OURS, namesWebAcl: true }, 'ok'],
  ["one of somebody else's distribution", acl, { ...OURS, isOurs: false }, 'ok'],
])('a flat-rate plan: %s', (_case, config, ownership, state) => {
  const verdict = judgePlan(found(config), ownership);
  expect(verdict.state).toBe(state);
  if (state === 'warn') expect(verdict.mend.join('\n')).toContain(`--param webAclArn=${acl.WebACLId}`);
});

const ARN = 'arn:aws:cloudfront::1:distribution/E1';
const origin = (changes: object = {}, id = 's3'): DistributionConfig =>
  ({
    DefaultCacheBehavior: { TargetOriginId: id },
    Origins: {
      Items: [
        {
          Id: 's3',
          DomainName: 'b.s3.us-east-1.amazonaws.com',
          OriginAccessControlId: 'O1',
          S3OriginConfig: { OriginAccessIdentity: '' },
          ...changes,
        },
      ],
    },
  }) as unknown as DistributionConfig;

const group = (members: readonly string[]): DistributionConfig => ({
  ...origin({}, 'group'),
  OriginGroups: {
    Quantity: 1,
    Items: [
      {
        Id: 'group',
        FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [500] } },
        Members: { Quantity: members.length, Items: members.map((member) => ({ OriginId: member })) },
      },
    ],
  },
});

const policy = (changes: object = {}): Policy => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
      Condition: { ArnLike: { 'aws:SourceArn': ARN } },
      ...changes,
    },
  ],
});

test.each([
  ['this distribution', origin(), policy(), 'ok'],
  [
    'this distribution, by a pattern',
    origin(),
    policy({ Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:cloudfront::1:distribution/*' } } }),
    'ok',
  ],
  [
    'this distribution among others, and among other conditions',
    origin(),
    policy({
      Condition: {
        StringEquals: { 'aws:SourceAccount': '1', 'AWS:SourceArn': [`${ARN}2`, ARN] },
        Bool: { 'aws:SecureTransport': 'true' },
      },
    }),
    'ok',
  ],
  ['every distribution', origin(), policy({ Condition: undefined }), 'warn'],
  [
    'another distribution',
    origin(),
    policy({ Condition: { StringEquals: { 'AWS:SourceArn': `${ARN}2` } } }),
    'wrong',
  ],
  ['nobody', origin(), {}, 'wrong'],
  ['another service', origin(), policy({ Principal: { Service: 'logs.amazonaws.com' } }), 'wrong'],
  ['writers only', origin(), policy({ Action: 's3:PutObject' }), 'wrong'],
  [
    'readers of another folder',
    origin({ OriginPath: '/web' }),
    policy({ Resource: 'arn:aws:s3:::b/app/*' }),
    'wrong',
  ],
  [
    'readers of this folder',
    origin({ OriginPath: '/web' }),
    policy({ Resource: 'arn:aws:s3:::b/web/*' }),
    'ok',
  ],
  [
    'a legacy identity',
    origin({ OriginAccessControlId: '', S3OriginConfig: { OriginAccessIdentity: 'x' } }),
    policy(),
    'warn',
  ],
  ['everybody', origin({ OriginAccessControlId: undefined }), policy(), 'warn'],
  [
    'everybody, as a website',
    origin({ DomainName: 'b.s3-website-us-east-1.amazonaws.com' }),
    policy(),
    'warn',
  ],
  ['a bucket that nobody asks', origin({ DomainName: 'c.s3.amazonaws.com' }), policy(), 'wrong'],
  ['a group of origins that is not there', origin({}, 'group'), policy(), 'wrong'],
  ['a group whose first origin it is', group(['s3', 'spare']), policy(), 'ok'],
  ['a group whose first origin it is not', group(['spare', 's3']), policy(), 'wrong'],
])('a bucket lets read: %s', (_case, config, allowed, state) => {
  expect(judgeAccess('b', config, ARN, allowed).state).toBe(state);
});

test.each([
  ['b.s3.amazonaws.com', 'b'],
  ['my.site.s3.eu-central-1.amazonaws.com', 'my.site'],
  ['b.s3-eu-west-1.amazonaws.com', 'b'],
  ['b.s3.dualstack.us-east-2.amazonaws.com', 'b'],
  ['b.s3-website-us-east-1.amazonaws.com', 'b'],
  ['b.s3-website.eu-central-1.amazonaws.com', 'b'],
  ['api.example.com', undefined],
  ['b.s3.amazonaws.com.evil.example', undefined],
])('%s is the bucket %s', (domainName, bucket) => {
  expect(bucketOf(domainName)).toBe(bucket);
});

test.each([
  [
    'right ones',
    [
      ['a.html', 'text/html; charset=utf-8'],
      ['a.js', 'application/javascript'],
    ],
    'ok',
  ],
  ['none at all', [], 'ok'],
  ['a page to download', [['a.html', 'binary/octet-stream']], 'wrong'],
  ['no type', [['a.css', '']], 'wrong'],
  [
    'a page to download beside a picture that still shows',
    [
      ['a.png', 'image/x-png'],
      ['a.html', 'binary/octet-stream'],
    ],
    'wrong',
  ],
  ['a picture that still shows', [['a.png', 'image/x-png']], 'warn'],
  ['an extension that says nothing', [['a.dat', 'x/y']], 'ok'],
] as const)('content types: %s', (_case, samples, state) => {
  const listed = samples.map(([key, contentType]) => ({ key, contentType }));
  expect(judgeContentTypes('b', listed).state).toBe(state);
});

test.each([
  ['a/b.min.JS', 'js'],
  ['.htaccess', ''],
  ['a.b/c', ''],
  ['index', ''],
])('the extension of %s is "%s"', (key, extension) => {
  expect(extensionOf(key)).toBe(extension);
});

const probe = (changes: Partial<Probe> = {}): Probe => ({
  at: 0,
  ok: true,
  latencyMs: 2_000,
  because: 'status 200',
  ...changes,
});
const down = probe({ ok: false, because: 'status 503' });

test.each([
  ['answers', probe(), probe(), 'ok', /directly and through/],
  ['is slow', probe(), probe({ latencyMs: 2_001 }), 'warn', /more than 2000 ms/],
  ['is down', down, down, 'wrong', /does not answer at https:\/\/api\/health: status 503/],
  ['has a broken route', probe(), down, 'wrong', /answers directly, but not through the distribution/],
])('an API that %s', (_case, direct, edge, state, what) => {
  const verdict = judgeApi({ url: 'https://api', path: '/health', slowMs: 2_000, direct, edge });
  expect(verdict).toMatchObject({ state, what: expect.stringMatching(what) });
});

test.each([
  ['serves', probe(), true, 'ok'],
  ['has nothing to serve yet', down, false, 'warn'],
  ['does not serve what is there', down, true, 'wrong'],
])('a site that %s', (_case, visit, recorded, state) => {
  expect(judgeSite(visit, recorded, 'b').state).toBe(state);
});

test('a file of no type is said to be of none, and gets that of its extension', () => {
  const verdict = judgeContentTypes('b', [{ key: 'a b.css', contentType: '' }]);
  expect(verdict.what).toContain('a b.css is of no type');
  expect(verdict.mend[0]).toBe(
    "aws s3 cp 's3://b/a b.css' 's3://b/a b.css' --content-type text/css --metadata-directive REPLACE",
  );
});
