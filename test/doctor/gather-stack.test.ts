/** What is gathered of a stack with a domain: CloudFront, ACM, Route 53 and DNS answer, or do not. */

import { known } from '../../shared/doctor/checks.ts';
import { gatherStack } from '../../shared/doctor/gather.ts';
import type { Clients } from '../../shared/doctor/gather-parts.ts';
import { client, dns } from './answering.ts';

const NAME = 'www.a.example';

const TEMPLATE = {
  Conditions: { HasDomain: { 'Fn::Equals': ['a', 'a'] }, MakesRecords: { 'Fn::Equals': ['a', 'a'] } },
  Resources: {
    InvalidateLambdaFunction: {
      Properties: {
        Environment: { Variables: { SITE_BUCKET: 'b', DISTRIBUTION_ID: 'E1', STATE_BUCKET: 's' } },
      },
    },
    CheckOriginLambdaFunction: { Properties: { Environment: { Variables: { API_URL: '' } } } },
    SiteRecords: { Properties: { HostedZoneId: 'Z1' } },
  },
};

const DISTRIBUTION = {
  Id: 'E1',
  ARN: 'arn:d',
  DomainName: 'd1.cloudfront.net',
  Status: 'Deployed',
  DistributionConfig: {
    Aliases: { Items: [NAME] },
    ViewerCertificate: { ACMCertificateArn: 'arn:c' },
    DefaultCacheBehavior: { TargetOriginId: 's' },
  },
};

const gather = (cloudfront: Parameters<typeof client>[0]) => {
  const refusing = client({});
  const clients = {
    acm: client({ DescribeCertificate: () => ({ Certificate: { Status: 'ISSUED', DomainName: NAME } }) }),
    cloudfront: client(cloudfront),
    codebuild: refusing,
    dns: dns({ 'd1.cloudfront.net A': ['18.64.1.1'], [`${NAME} CNAME`]: ['d1.cloudfront.net'] }),
    route53: client({ GetHostedZone: () => ({ HostedZone: { Name: 'a.example.' }, DelegationSet: {} }) }),
    s3: refusing,
    sns: refusing,
    sqs: refusing,
    ssm: refusing,
  } as unknown as Clients;
  const summary = { name: 'afterbuild-dev', status: 'UPDATE_COMPLETE', changedAt: 0 };
  return gatherStack(
    clients,
    { summary, ids: new Map(), template: TEMPLATE },
    { stage: 'dev', region: 'us-east-1', now: () => 0 },
  );
};

test('a domain has its certificate, its zone and its DNS looked at', async () => {
  const facts = await gather({ GetDistribution: () => ({ Distribution: DISTRIBUTION, ETag: 'E9' }) });
  expect(facts).toMatchObject({
    certificate: known({ arn: 'arn:c', status: 'ISSUED', names: [NAME] }),
    zone: known({ id: 'Z1', name: 'a.example.' }),
    dns: known({ aliases: [{ name: NAME, cnames: ['d1.cloudfront.net'] }] }),
  });
});

test('what only the distribution knows is missing with it, and not left out', async () => {
  const missing = { kind: 'unknown', because: expect.stringContaining('not allowed') };
  const facts = await gather({});
  expect(facts).toMatchObject({ distribution: missing, certificate: missing, dns: missing, site: missing });
  expect(facts.zone).toMatchObject(known({ id: 'Z1' }));
});
