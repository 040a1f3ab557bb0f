/** All checks of a stack together: which are made, in which order, and what a missing fact leaves standing. */

import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { type Fact, known } from '../../shared/doctor/checks.ts';
import { judgeStack, type StackFacts } from '../../shared/doctor/checks-stack.ts';
import { aHead } from '../core/head-fixture.ts';

const NOW = Date.UTC(2026, 10, 23);
const ARN = 'arn:aws:cloudfront::1:distribution/E1';
const NAME = 'www.example.com';
const missing = { kind: 'unknown', because: 'not allowed' } as const;

const CONFIG = {
  Enabled: true,
  Aliases: { Items: [NAME] },
  DefaultCacheBehavior: { TargetOriginId: 'site', CachePolicyId: 'p' },
  Origins: {
    Items: [{ Id: 'site', DomainName: 'b.s3.us-east-1.amazonaws.com', OriginAccessControlId: 'O1' }],
  },
  CustomErrorResponses: { Items: [403, 404].map((code) => ({ ErrorCode: code, ErrorCachingMinTTL: 1 })) },
} as unknown as DistributionConfig;

const POLICY = {
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::b/*',
      Condition: { StringEquals: { 'AWS:SourceArn': ARN } },
    },
  ],
};

const probe = { at: 0, ok: true, latencyMs: 1, because: 'status 200' };
const head = (changes: Parameters<typeof aHead>[0] = {}) =>
  known({ kind: 'head', head: aHead({ site: 'b E1', fingerprint: 'f', ...changes }) } as const);

const FACTS: StackFacts = {
  stage: 'dev',
  region: 'us-east-1',
  now: NOW,
  stack: { name: 'afterbuild-dev', status: 'UPDATE_COMPLETE', changedAt: NOW },
  isOurs: true,
  namesWebAcl: false,
  distributionId: 'E1',
  bucket: {
    bucket: 'b',
    prefix: '',
    versioning: known('Enabled'),
    lifecycle: known({
      rules: [{ Status: 'Enabled', Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }],
    }),
    notifications: known({ EventBridgeConfiguration: {} }),
    encryption: known('AES256'),
    samples: known([]),
  },
  policy: known(POLICY),
  distribution: known({
    id: 'E1',
    arn: ARN,
    domainName: 'd1.cloudfront.net',
    etag: 'E9',
    status: 'Deployed',
    config: CONFIG,
  }),
  cachePolicies: known(new Map()),
  fingerprint: known('f'),
  head: head(),
  tickAt: known(NOW),
  itemsPerMonth: 1_000,
  queues: known([
    { id: 'WorkQueue', url: 'https://sqs.us-east-1.amazonaws.com/1/w', waiting: 0, inFlight: 0 },
  ]),
  secrets: known([]),
  site: known(probe),
  certificate: known({ arn: 'arn:c', status: 'ISSUED', names: [NAME], records: [] }),
  zone: known({ id: 'Z1', name: 'example.com.', isPrivate: false, nameServers: ['n'], delegatedTo: ['n'] }),
  dns: known({
    aliases: [{ name: NAME, cnames: ['d1.cloudfront.net'], addresses: [] }],
    distribution: { name: 'd1.cloudfront.net', cnames: [], addresses: ['1.1.1.1'] },
  }),
  builds: {
    project: known({
      name: 'web',
      connectionArn: '',
      artifacts: { type: 'S3', location: 'b', name: '/', packaging: 'NONE', encryptionDisabled: true },
    }),
    last: known({ id: 'web:1', status: 'SUCCEEDED' }),
  },
};

const faults = (changes: Partial<StackFacts>) =>
  judgeStack({ ...FACTS, ...changes })
    .filter(({ state }) => state !== 'ok')
    .map(({ state, check }) => `${state} ${check}`);

test('all is well with a domain of its own', () => {
  expect(faults({})).toEqual([]);
  const checks = judgeStack(FACTS).map(({ check }) => check);
  expect(checks.filter((check) => ['certificate', 'zone', 'DNS'].includes(check))).toHaveLength(3);
});

test.each([
  ['CREATE_COMPLETE', []],
  ['UPDATE_COMPLETE', []],
  ['IMPORT_COMPLETE', []],
  ['UPDATE_ROLLBACK_COMPLETE', ['warn stack']],
  ['UPDATE_IN_PROGRESS', ['warn stack']],
  ['UPDATE_ROLLBACK_FAILED', ['wrong stack']],
  ['ROLLBACK_COMPLETE', ['wrong stack']],
])('a stack that is %s', (status, expected) => {
  expect(faults({ stack: { ...FACTS.stack, status } })).toEqual(expected);
});

test.each([
  [
    "a certificate for another name than the distribution's",
    { certificate: known({ arn: 'c', status: 'ISSUED', names: ['x'], records: [] }) },
    ['wrong certificate'],
  ],
  [
    'a site that is not served although objects are recorded',
    { site: known({ ...probe, ok: false }) },
    ['wrong site'],
  ],
  [
    'a site that is not served before anything is recorded',
    { site: known({ ...probe, ok: false }), head: head({ objects: 0 }) },
    ['warn site'],
  ],
  ['another fingerprint', { fingerprint: known('g') }, ['warn fingerprint']],
  [
    'no head yet, and so nothing to compare with',
    { head: known('missing' as const), fingerprint: known('g') },
    ['warn state'],
  ],
  [
    'a head that cannot be read',
    { head: known({ kind: 'unreadable', because: 'x' } as const), fingerprint: known('g') },
    ['wrong state'],
  ],
  [
    'a state that may not be read',
    { head: missing },
    ['unknown fingerprint', 'unknown state', 'unknown items'],
  ],
  ['queues that may not be read', { queues: missing }, ['unknown queues']],
  [
    'a project that may not be read',
    { builds: { ...FACTS.builds, project: missing } },
    ['unknown publishing'],
  ],
  ['fewer items than are used', { itemsPerMonth: 100 }, ['wrong items']],
] as const)('%s', (_case, changes, expected) => {
  expect(faults(changes as Partial<StackFacts>)).toEqual(expected);
});

test('of a distribution that may not be read, what does not depend on it is still checked', () => {
  const distribution: Fact<never> = missing;
  expect(faults({ distribution, certificate: undefined, zone: undefined, dns: undefined })).toEqual(
    [
      'origin access',
      'distribution',
      'error caching',
      'flat-rate plan',
      'cache key',
      'legacy settings',
      'API caching',
    ].map((check) => `unknown ${check}`),
  );
});
