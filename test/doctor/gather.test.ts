/** What is asked of services that the local cloud does not have: certificates, zones, DNS, CloudFormation. */

import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { known } from '../../shared/doctor/checks.ts';
import { probeDirect } from '../../shared/doctor/gather-answers.ts';
import { gatherBefore } from '../../shared/doctor/gather-before.ts';
import { gatherBucket } from '../../shared/doctor/gather-bucket.ts';
import { gatherCaa, gatherCertificate, gatherDns, gatherZone } from '../../shared/doctor/gather-names.ts';
import { attempt, type Clients, type Dns, orWhen } from '../../shared/doctor/gather-parts.ts';
import { type Stacks, stacksOf } from '../../shared/doctor/gather-stack.ts';
import { client, dns, failure } from './answering.ts';

describe('a question', () => {
  test.each([
    ['AccessDenied', 'no', 'not allowed: AccessDenied: no'],
    ['AccessDeniedException', '', 'not allowed: AccessDeniedException'],
    ['NoSuchBucket', 'gone', 'NoSuchBucket: gone'],
  ])('that is answered %s is a missing fact, with the reason', async (name, message, because) => {
    const fact = await attempt(async () => {
      throw failure(name, message);
    });
    expect(fact).toEqual({ kind: 'unknown', because });
  });

  test('"there is none" is an answer by its name, and by no other', async () => {
    const none = (name: string) => orWhen(['NoSuchKey'], 'none', async () => Promise.reject(failure(name)));
    expect(await none('NoSuchKey')).toBe('none');
    await expect(none('NoSuchBucket')).rejects.toThrow();
  });
});

describe('a stack', () => {
  const stacks = (answers: Parameters<typeof client>[0]): Stacks =>
    stacksOf(client(answers) as CloudFormationClient);

  test('is missing where CloudFormation says so, and not where it says something else', async () => {
    const say = (message: string) =>
      stacks({
        DescribeStacks: () => {
          throw failure('ValidationError', message);
        },
      }).describe('s');
    expect(await say('Stack with id s does not exist')).toEqual(known('missing'));
    expect(await say('1 validation error')).toMatchObject({ kind: 'unknown' });
  });

  test('has its status, its last change and its outputs', async () => {
    const stack = {
      StackStatus: 'UPDATE_COMPLETE',
      CreationTime: new Date(1),
      LastUpdatedTime: new Date(2),
      Outputs: [{ OutputKey: 'SiteUrl', OutputValue: 'https://x' }],
    };
    expect(await stacks({ DescribeStacks: () => ({ Stacks: [stack] }) }).describe('s')).toEqual(
      known({ name: 's', status: 'UPDATE_COMPLETE', changedAt: 2, outputs: { SiteUrl: 'https://x' } }),
    );
  });

  test('has the resources of all pages, without those that are not made', async () => {
    const pages: Record<string, unknown> = {
      first: {
        StackResourceSummaries: [
          { LogicalResourceId: 'A', PhysicalResourceId: 'a' },
          { LogicalResourceId: 'X' },
        ],
        NextToken: 'second',
      },
      second: { StackResourceSummaries: [{ LogicalResourceId: 'B', PhysicalResourceId: 'b' }] },
    };
    const listed = await stacks({
      ListStackResources: ({ NextToken: token = 'first' }) => pages[String(token)],
    }).resources('s');
    expect(listed).toEqual(
      known(
        new Map([
          ['A', 'a'],
          ['B', 'b'],
        ]),
      ),
    );
  });
});

test('a certificate is described with the records that are still to be made', async () => {
  const acm = client({
    DescribeCertificate: () => ({
      Certificate: {
        Status: 'PENDING_VALIDATION',
        SubjectAlternativeNames: ['a.example', 'b.example'],
        DomainValidationOptions: [
          { ValidationStatus: 'SUCCESS', ResourceRecord: { Name: '_a', Value: 'x' } },
          { ValidationStatus: 'PENDING_VALIDATION', ResourceRecord: { Name: '_b', Value: 'y' } },
        ],
      },
    }),
  });
  expect(await gatherCertificate(acm, 'arn:1')).toEqual(
    known({
      arn: 'arn:1',
      status: 'PENDING_VALIDATION',
      names: ['a.example', 'b.example'],
      records: [{ name: '_b', value: 'y' }],
    }),
  );
});

const route53 = client({
  GetHostedZone: () => ({
    HostedZone: { Name: 'a.example.', Config: { PrivateZone: false } },
    DelegationSet: { NameServers: ['ns-1'] },
  }),
  ListResourceRecordSets: ({ StartRecordName: start }) => ({
    // Records from the name on: those behind it are of other names.
    ResourceRecordSets: [
      { Name: `${start}.`, Type: 'A' },
      { Name: `${start}.`, Type: 'TXT' },
      { Name: 'zzz.a.example.', Type: 'CNAME' },
    ],
  }),
});

test.each([
  ['by somebody', { 'a.example NS': ['ns-1'] }, ['ns-1']],
  ['by nobody', {}, []],
])('a zone is delegated %s', async (_case, records, delegatedTo) => {
  expect(await gatherZone(route53, dns(records), 'Z1')).toEqual(
    known({ id: 'Z1', name: 'a.example.', isPrivate: false, nameServers: ['ns-1'], delegatedTo }),
  );
});

test('a name that is not there has no addresses; a distribution that is not there is no answer at all', async () => {
  const records = dns({ 'd1.cloudfront.net A': ['18.64.1.1'] });
  expect(await gatherDns(records, ['www.a.example'], 'd1.cloudfront.net')).toEqual(
    known({
      aliases: [{ name: 'www.a.example', cnames: [], addresses: [] }],
      distribution: { name: 'd1.cloudfront.net', cnames: [], addresses: ['18.64.1.1'] },
    }),
  );
  expect(await gatherDns(records, [], 'd2.cloudfront.net')).toMatchObject({ kind: 'unknown' });
});

test('the closest issuers upwards of a name count, without their conditions', async () => {
  const records = dns({
    'a.example CAA': ['amazon.com; account=1', 'other.org'],
    'b.a.example CAA': ['x.org'],
  });
  expect(await gatherCaa(records, ['www.a.example', 'b.a.example', 'c.example'])).toEqual(
    known([
      { name: 'a.example', issuers: ['amazon.com', 'other.org'] },
      { name: 'b.a.example', issuers: ['x.org'] },
      { name: 'c.example', issuers: [] },
    ]),
  );
});

test('a name server that does not answer is no answer', async () => {
  const silent = async (): Promise<never> => {
    throw Object.assign(new Error('queryA ETIMEOUT'), { code: 'ETIMEOUT' });
  };
  const broken = { ...dns({}), resolve4: silent } as Dns;
  expect(await gatherDns(broken, ['www.a.example'], 'd1.cloudfront.net')).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('ETIMEOUT'),
  });
});

describe('the API', () => {
  const nobody = 'http://127.0.0.1:1';

  test('that does not answer is known not to', async () => {
    expect(await probeDirect({}, nobody, () => 7)).toMatchObject({
      kind: 'known',
      value: { at: 7, ok: false, because: 'ECONNREFUSED' },
    });
  });

  test('is not asked with settings that check-origin would refuse', async () => {
    expect(await probeDirect({ SLOW_MS: 'soon' }, nobody, () => 7)).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('SLOW_MS'),
    });
  });
});

describe('before a deployment', () => {
  const where = { stage: 'dev', region: 'us-east-1', now: () => 0 };
  const missing = { describe: async () => known('missing' as const) } as unknown as Stacks;
  const params = { domain: 'www.a.example', hostedZoneId: 'Z1' };

  const cloudfront = client({
    // Of two pages the second has the name.
    ListDistributions: ({ Marker: marker }) => ({
      DistributionList:
        marker === undefined
          ? { NextMarker: '2', Items: [{ Id: 'E1', Aliases: { Items: ['other.example'] } }] }
          : { Items: [{ Id: 'E2', Aliases: { Items: ['www.a.example'] } }] },
    }),
    DescribeFunction: ({ Name: name }) => {
      if (name === 'afterbuild-dev-us-east-1-request') return {};
      throw failure('NoSuchFunctionExists');
    },
    ListOriginAccessControls: () => ({
      OriginAccessControlList: {
        Items: [
          { Id: 'O1', Name: 'afterbuild-dev-us-east-1' },
          { Id: 'O2', Name: 'afterbuild-dev-us-east-12' },
        ],
      },
    }),
  });

  test('everything of a name that the stack would make is found', async () => {
    const clients = { cloudfront, route53, dns: dns({}) } as unknown as Clients;
    const { taken } = await gatherBefore(clients, missing, 'afterbuild-dev', params, where);
    expect(taken).toEqual(
      known([
        'www.a.example at the distribution E2',
        'the CloudFront function afterbuild-dev-us-east-1-request',
        'the origin access control afterbuild-dev-us-east-1 (O1)',
        'the record www.a.example A',
      ]),
    );
  });

  test('what a stack has already is not in its way', async () => {
    const there = {
      describe: async () => known({ name: 's', status: 'CREATE_COMPLETE', changedAt: 0, outputs: {} }),
    } as unknown as Stacks;
    const clients = { cloudfront, route53, dns: dns({}) } as unknown as Clients;
    const facts = await gatherBefore(clients, there, 'afterbuild-dev', params, where);
    expect(facts).toMatchObject({ taken: known([]), stack: known({ status: 'CREATE_COMPLETE' }) });
  });
});

test.each([
  [
    'that are there',
    () => ({ Rules: [{ Status: 'Enabled' }], TransitionDefaultMinimumObjectSize: 'x' }),
    known({ rules: [{ Status: 'Enabled' }], minimumSize: 'x' }),
  ],
  [
    'none',
    () => {
      throw failure('NoSuchLifecycleConfiguration');
    },
    known({ rules: [] }),
  ],
  [
    'that are not to be seen',
    () => {
      throw failure('AccessDenied');
    },
    { kind: 'unknown', because: 'not allowed: AccessDenied' },
  ],
])('a bucket has lifecycle rules: %s', async (_case, answer, expected) => {
  const s3 = client({ GetBucketLifecycleConfiguration: answer });
  expect((await gatherBucket(s3, 'b', 'web/')).lifecycle).toEqual(expected);
});
