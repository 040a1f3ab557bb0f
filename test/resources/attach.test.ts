import { createRequire } from 'node:module';
import { loadConfig } from '../../shared/config.ts';
import type { Environment } from '../../shared/environment.ts';
import { type Params, packageTemplate } from '../package-template.ts';
import { type Property, resolveWith } from './domain-fixture.ts';
import { type Loose, PACKAGING_TIMEOUT_MS, type Stack, stackOf } from './packaged-stack.ts';

const properties = createRequire(import.meta.url)('../../resources/attach.cjs') as Record<
  'managesSite' | 'makesStatusDistribution' | 'bucketName',
  Property
>;

const ATTACH = {
  siteBucket: 'my-site',
  distributionId: 'E2QWRUHAPOMQZL',
  distributionDomain: 'd111111abcdef8.cloudfront.net',
};

const of = (property: keyof typeof properties, params: Params): Promise<unknown> =>
  resolveWith(properties[property], {
    siteBucket: '',
    distributionId: '',
    distributionDomain: '',
    statusDistribution: 'true',
    aliases: '',
    hostedZoneId: '',
    certificateArn: '',
    ...params,
  });

test.each<[keyof typeof properties, Params, unknown]>([
  ['managesSite', {}, 'true'],
  ['managesSite', ATTACH, 'false'],
  ['bucketName', {}, { Ref: 'SiteBucket' }],
  ['bucketName', ATTACH, 'my-site'],
  ['makesStatusDistribution', {}, 'false'],
  ['makesStatusDistribution', ATTACH, 'true'],
  ['makesStatusDistribution', { ...ATTACH, statusDistribution: 'false' }, 'false'],
])('%s of %j is %j', async (property, params, expected) => {
  expect(await of(property, params)).toEqual(expected);
});

test.each<[string, Params, RegExp]>([
  ['a bucket alone', { siteBucket: 'my-site' }, /^param distributionId: .* siteBucket is set, got ""$/],
  [
    'a distribution alone',
    { distributionId: 'E2QWRUHAPOMQZL' },
    /^param siteBucket: .* distributionId is set/,
  ],
  ['no domain', { ...ATTACH, distributionDomain: '' }, /^param distributionDomain: .*, got ""$/],
  [
    'a URL for a domain',
    { ...ATTACH, distributionDomain: 'https://a.example' },
    /^param distributionDomain: /,
  ],
  ['a bucket in capitals', { ...ATTACH, siteBucket: 'My-Site' }, /^param siteBucket: .*got "My-Site"$/],
  ['a bucket that is an address', { ...ATTACH, siteBucket: '10.0.0.1' }, /^param siteBucket: /],
  [
    "a distribution's ARN",
    { ...ATTACH, distributionId: 'arn:aws:cloudfront::1:d/E1' },
    /^param distributionId: /,
  ],
  ['a zone', { ...ATTACH, hostedZoneId: 'Z1' }, /^param hostedZoneId: expected nothing, .*got "Z1"$/],
  ['a certificate', { ...ATTACH, certificateArn: 'arn' }, /^param certificateArn: expected nothing/],
  ['aliases', { ...ATTACH, aliases: 'a.example' }, /^param aliases: expected nothing/],
  [
    'neither true nor false',
    { ...ATTACH, statusDistribution: 'yes' },
    /^param statusDistribution: .*got "yes"$/,
  ],
  [
    'the same without an attachment',
    { statusDistribution: 'yes' },
    /^param statusDistribution: .*got "yes"$/,
  ],
])('%s is refused by its name', async (_case, params, message) => {
  await expect(of('managesSite', params)).rejects.toThrow(message);
});

describe('a stack that attaches', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = stackOf(
      await packageTemplate({
        ...ATTACH,
        domain: 'www.example.com',
        buildProject: '',
        makeBuildProject: 'true',
      }),
    );
  }, PACKAGING_TIMEOUT_MS);

  test.each([
    'SiteBucket',
    'SiteBucketPolicy',
    'SiteDistribution',
    'SiteResponseFunction',
    'SiteHeadersPolicy',
  ])('makes no %s', (id) => expect(stack.has(id)).toBe(false));

  test('makes no certificate and no record, though it knows the domain', () => {
    for (const type of ['AWS::CertificateManager::Certificate', 'AWS::Route53::RecordSetGroup'])
      expect([type, stack.idsOfType(type)]).toEqual([type, []]);
    expect(stack.properties('PostStatusLambdaFunction').Environment.Variables.SITE_URL).toBe(
      'https://www.example.com',
    );
  });

  test('the API is checked through the distribution that is named, whoever has the domain', () => {
    const { EDGE_URL } = stack.properties('CheckOriginLambdaFunction').Environment.Variables;
    expect(EDGE_URL).toBe('https://d111111abcdef8.cloudfront.net');
  });

  test('its messages lead to the status page where that is served: at its own distribution', () => {
    const { STATUS_URL } = stack.properties('PostStatusLambdaFunction').Environment.Variables;
    expect(STATUS_URL).toBe('https://StatusDistribution.DomainName/_status');
  });

  test('makes no build project that would build a page over what is there', () => {
    expect(stack.idsOfType('AWS::CodeBuild::Project')).toEqual([]);
  });

  test('its functions work on what exists, by every spelling of a URL', () => {
    const given: Environment = stack.properties('InvalidateLambdaFunction').Environment.Variables;
    const { settings, edgeUrl } = loadConfig(given);
    expect([settings.bucket, settings.distributionId, settings.paths.canonical, edgeUrl]).toEqual([
      'my-site',
      'E2QWRUHAPOMQZL',
      false,
      'https://d111111abcdef8.cloudfront.net',
    ]);
  });

  test('its events are of that bucket, and its roles name that bucket and distribution and no other', () => {
    expect(stack.properties('SiteObjectRule').EventPattern.detail.bucket).toEqual({ name: ['my-site'] });
    const statements: Loose[] = stack
      .properties('InvalidateIamRoleLambdaExecution')
      .Policies.flatMap(({ PolicyDocument }: Loose) => PolicyDocument.Statement);
    const resourcesOf = (action: string): unknown[] =>
      statements.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => Resource);
    expect(resourcesOf('s3:ListBucketVersions')).toEqual(['arn:aws:s3:::my-site']);
    expect(resourcesOf('s3:GetObjectVersion')).toEqual(['arn:aws:s3:::my-site/*']);
    expect(resourcesOf('cloudfront:CreateInvalidation')).toEqual([
      'arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL',
    ]);
  });

  test('the status page has a distribution of its own, which alone may read it', () => {
    const { DistributionConfig: config } = stack.properties('StatusDistribution');
    expect(config.Origins).toEqual([
      expect.objectContaining({ DomainName: 'StateBucket.RegionalDomainName', OriginPath: '/public' }),
    ]);
    expect(config.DefaultRootObject).toBe('_status/index.html');
    const [read] = stack.properties('StateBucketPolicy').PolicyDocument.Statement;
    expect(read).toMatchObject({
      Resource: expect.stringMatching(/\/public\/\*$/),
      Condition: {
        StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::123456789012:distribution/StatusDistribution' },
      },
    });
  });
});

test(
  'without one nobody reads the status page but by the bucket itself',
  async () => {
    const stack = stackOf(await packageTemplate({ ...ATTACH, statusDistribution: 'false' }));
    for (const type of ['Distribution', 'OriginAccessControl', 'Function', 'ResponseHeadersPolicy'])
      expect([type, stack.idsOfType(`AWS::CloudFront::${type}`)]).toEqual([type, []]);
    const statements: Loose[] = stack.properties('StateBucketPolicy').PolicyDocument.Statement;
    expect(statements.map(({ Effect }) => Effect)).toEqual(['Deny']);
  },
  PACKAGING_TIMEOUT_MS,
);
