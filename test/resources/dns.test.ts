import { createRequire } from 'node:module';
import { type Params, packageTemplate } from '../package-template.ts';
import { readTemplate } from '../world/cloudfront-intrinsics.ts';
import { type Property, resolveWith, WITH_DOMAIN } from './domain-fixture.ts';
import { type Loose, PACKAGING_TIMEOUT_MS, type Stack, stackOf } from './packaged-stack.ts';

const properties = createRequire(import.meta.url)('../../resources/dns.cjs') as Record<
  'names' | 'otherNames' | 'namesAsText' | 'validations' | 'records',
  Property
>;

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0f6e1a52-0000-4000-8000-000000000001';
const ZONE = 'Z0123456789ABC';
const NO_VALUE = { Ref: 'AWS::NoValue' };
const label = (length: number): string => 'a'.repeat(length);

const of = (property: keyof typeof properties, params: Params): Promise<unknown> =>
  resolveWith(properties[property], {
    siteBucket: '',
    domain: '',
    aliases: '',
    hostedZoneId: '',
    certificateArn: '',
    'aws:region': 'us-east-1',
    ...params,
  });

describe('the names of the site', () => {
  test.each<[string, Params, string[]]>([
    ['none', {}, []],
    ['a domain whose DNS is in Route 53', { domain: 'a.example', hostedZoneId: ZONE }, ['a.example']],
    ['a domain with a certificate', { domain: 'a.example', certificateArn: CERTIFICATE }, ['a.example']],
    [
      'aliases, with spaces and twice',
      { domain: 'a.example', aliases: 'b.example , a.example,*.c.example', hostedZoneId: ZONE },
      ['a.example', 'b.example', '*.c.example'],
    ],
    [
      'another region, with a certificate',
      { domain: 'a.example', certificateArn: CERTIFICATE, 'aws:region': 'eu-west-1' },
      ['a.example'],
    ],
    [
      'a label of 63 letters',
      { domain: `${label(63)}.example`, hostedZoneId: ZONE },
      [`${label(63)}.example`],
    ],
    ['another script', { domain: 'xn--bcher-kva.example', hostedZoneId: ZONE }, ['xn--bcher-kva.example']],
  ])('are those of %s', async (_case, params, expected) => {
    expect(await of('names', params)).toEqual(expected);
  });

  test.each<[string, Params, RegExp]>([
    [
      'no zone and no certificate',
      { domain: 'a.example' },
      /^param hostedZoneId: expected the zone to prove the domain in, or certificateArn, got ""$/,
    ],
    [
      'another region, without a certificate',
      { domain: 'a.example', hostedZoneId: ZONE, 'aws:region': 'eu-west-1' },
      /^param certificateArn: expected one in us-east-1, because a stack in eu-west-1 .*, got ""$/,
    ],
    [
      'a certificate from elsewhere',
      { domain: 'a.example', certificateArn: CERTIFICATE.replace('us-east-1', 'eu-west-1') },
      /^param certificateArn: expected arn:aws:acm:us-east-1:/,
    ],
    ['a zone that is none', { domain: 'a.example', hostedZoneId: 'example.com' }, /^param hostedZoneId: /],
    ['a URL', { domain: 'https://a.example', hostedZoneId: ZONE }, /^param domain: .*host name/],
    ['capital letters', { domain: 'A.example', hostedZoneId: ZONE }, /^param domain: /],
    ['one label', { domain: 'localhost', hostedZoneId: ZONE }, /^param domain: /],
    ['a label of 64 letters', { domain: `${label(64)}.example`, hostedZoneId: ZONE }, /^param domain: /],
    ['a wildcard for a domain', { domain: '*.example.com', hostedZoneId: ZONE }, /^param domain: /],
    [
      'an empty alias',
      { domain: 'a.example', aliases: 'b.example,', hostedZoneId: ZONE },
      /^param aliases: .* got ""$/,
    ],
    ['aliases without a domain', { aliases: 'b.example' }, /^param domain: .* where aliases is set/],
    ['a zone without a domain', { hostedZoneId: ZONE }, /^param domain: .* where hostedZoneId is set/],
    [
      'a certificate without a domain',
      { certificateArn: CERTIFICATE },
      /^param domain: .* where certificateArn is set/,
    ],
  ])('are refused with %s', async (_case, params, message) => {
    await expect(of('names', params)).rejects.toThrow(message);
  });

  test('without aliases leave the certificate without a list, which must not be empty', async () => {
    expect(await of('otherNames', { domain: 'a.example', hostedZoneId: ZONE })).toEqual(NO_VALUE);
  });
});

describe('the template', () => {
  let plain: Stack;
  let named: Stack;
  let elsewhere: Stack;

  beforeAll(async () => {
    plain = stackOf(await packageTemplate());
    named = stackOf(await packageTemplate(WITH_DOMAIN));
    const text = JSON.stringify(named.packaged.template);
    elsewhere = stackOf({ ...named.packaged, template: JSON.parse(text.replaceAll(ZONE, '')) });
  }, 2 * PACKAGING_TIMEOUT_MS);

  const outputsOf = ({ packaged }: Stack): Loose => (packaged.template as Loose).Outputs;
  const output = (stack: Stack, name: string): unknown =>
    readTemplate(stack.packaged.template, { 'SiteDistribution.DomainName': 'd1.cloudfront.net' }).resolve(
      outputsOf(stack)[name].Value,
    );
  const served = (stack: Stack): Loose => {
    const { Aliases, ViewerCertificate } = stack.properties('SiteDistribution').DistributionConfig;
    return { Aliases, ViewerCertificate };
  };

  test('without a domain has neither certificate, records nor names', () => {
    expect([plain.has('SiteCertificate'), plain.has('SiteRecords')]).toEqual([false, false]);
    expect(served(plain)).toEqual({ Aliases: undefined, ViewerCertificate: undefined });
    expect(output(plain, 'SiteUrl')).toBe('https://d1.cloudfront.net');
    expect(output(plain, 'StatusUrl')).toBe('https://d1.cloudfront.net/_status/');
  });

  test('has the API checked as visitors go, and the edges of the distribution itself', () => {
    const edgeOf = (stack: Stack, id: string): string => stack.properties(id).Environment.Variables.EDGE_URL;
    const own = 'https://SiteDistribution.DomainName';
    expect(edgeOf(plain, 'CheckOriginLambdaFunction')).toBe(own);
    expect(edgeOf(named, 'CheckOriginLambdaFunction')).toBe('https://www.example.com');
    expect(edgeOf(named, 'FollowInvalidationLambdaFunction')).toBe(own);
  });

  test('with a zone proves each name there', () => {
    expect(named.properties('SiteCertificate')).toEqual({
      DomainName: 'www.example.com',
      SubjectAlternativeNames: ['example.com', '*.example.com'],
      ValidationMethod: 'DNS',
      DomainValidationOptions: ['www.example.com', 'example.com', '*.example.com'].map((DomainName) => ({
        DomainName,
        HostedZoneId: ZONE,
      })),
    });
  });

  test('with a zone points each name there, for IPv4 and IPv6', () => {
    const { HostedZoneId, RecordSets } = named.properties('SiteRecords');
    expect(HostedZoneId).toBe(ZONE);
    expect(RecordSets.map(({ Name, Type }: Loose) => `${Name} ${Type}`)).toEqual([
      'www.example.com A',
      'www.example.com AAAA',
      'example.com A',
      'example.com AAAA',
      '*.example.com A',
      '*.example.com AAAA',
    ]);
    for (const { AliasTarget } of RecordSets) {
      expect(AliasTarget).toEqual({
        DNSName: 'SiteDistribution.DomainName',
        HostedZoneId: 'Z2FDTNDATAQYW2',
        EvaluateTargetHealth: false,
      });
    }
  });

  test('with a domain serves its names with the certificate, and says so', () => {
    expect(served(named)).toEqual({
      Aliases: ['www.example.com', 'example.com', '*.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: 'SiteCertificate',
        SslSupportMethod: 'sni-only',
        MinimumProtocolVersion: 'TLSv1.2_2025',
      },
    });
    expect(output(named, 'SiteUrl')).toBe('https://www.example.com');
    expect(output(named, 'StatusUrl')).toBe('https://www.example.com/_status/');
    expect(outputsOf(named).DnsRecord.Condition).toBe('HasDnsElsewhere');
  });

  test('a certificate that is given is used, and none is made', () => {
    const template: Loose = structuredClone(named.packaged.template);
    const [records, unnamed] = template.Conditions.MakesCertificate['Fn::And'];
    expect([records, unnamed]).toEqual([{ Condition: 'MakesRecords' }, { 'Fn::Equals': ['', ''] }]);
    unnamed['Fn::Equals'][0] = CERTIFICATE;
    const { ViewerCertificate } = template.Resources.SiteDistribution.Properties.DistributionConfig;
    const [, made, given] = ViewerCertificate['Fn::If'][1].AcmCertificateArn['Fn::If'];
    expect([made, given]).toEqual([{ Ref: 'SiteCertificate' }, '']);
    ViewerCertificate['Fn::If'][1].AcmCertificateArn['Fn::If'][2] = CERTIFICATE;
    const brought = stackOf({ ...named.packaged, template });
    expect(brought.has('SiteCertificate')).toBe(false);
    expect(served(brought).ViewerCertificate.AcmCertificateArn).toBe(CERTIFICATE);
  });

  test('with DNS elsewhere makes no record, and tells which one to make', () => {
    expect([elsewhere.has('SiteCertificate'), elsewhere.has('SiteRecords')]).toEqual([false, false]);
    expect(output(elsewhere, 'DnsRecord')).toBe(
      'www.example.com, example.com, *.example.com CNAME d1.cloudfront.net',
    );
  });
});

test(
  'a domain that nothing can prove is not packaged',
  async () => {
    await expect(packageTemplate({ domain: 'www.example.com' })).rejects.toThrow(/param hostedZoneId: /);
  },
  PACKAGING_TIMEOUT_MS,
);
