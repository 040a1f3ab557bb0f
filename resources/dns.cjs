/**
 * Names, certificate and records of the site, made of params, for `${file(resources/dns.cjs):names}` and so on. A
 * mistake ends packaging here, with the param's name, instead of a deployment half-way.
 *
 * CommonJS, because the framework loads it with `require`.
 */

/** Where every alias record of CloudFront points, whatever the distribution. */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';

/** CloudFront takes certificates from nowhere else. */
const CERTIFICATE_REGION = 'us-east-1';

const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const ZONE_ID = /^Z[A-Z0-9]{1,31}$/;
const CERTIFICATE_ARN = /^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/;

const wrong = (name, expected, got) =>
  new Error(`param ${name}: expected ${expected}, got ${JSON.stringify(got)}`);

const hostName = (param, name) => {
  // Of an alias a whole level may be meant.
  const checked = param === 'aliases' ? name.replace(/^\*\./, '') : name;
  if (HOST_NAME.test(checked)) return name;
  throw wrong(param, 'a host name in lower case, such as www.example.com', name);
};

/** The domain and its aliases, each once; empty where there is no domain. */
const names = ({ siteBucket, domain, aliases, hostedZoneId, certificateArn, region }) => {
  // Of a distribution that is attached to, the domain is its own affair.
  if (siteBucket !== '') return [];
  if (domain === '') {
    const given = Object.entries({ aliases, hostedZoneId, certificateArn }).find(([, value]) => value !== '');
    if (given) throw wrong('domain', `the site's name where ${given[0]} is set`, domain);
    return [];
  }
  checkCertificate({ hostedZoneId, certificateArn, region });
  const others = aliases === '' ? [] : aliases.split(',').map((alias) => hostName('aliases', alias.trim()));
  return [...new Set([hostName('domain', domain), ...others])];
};

const checkCertificate = ({ hostedZoneId, certificateArn, region }) => {
  if (hostedZoneId !== '' && !ZONE_ID.test(hostedZoneId))
    throw wrong('hostedZoneId', 'the id of a hosted zone, such as Z0123456789ABC', hostedZoneId);
  if (certificateArn !== '') {
    if (CERTIFICATE_ARN.test(certificateArn)) return;
    throw wrong(
      'certificateArn',
      `arn:aws:acm:${CERTIFICATE_REGION}:ACCOUNT:certificate/ID, the only region CloudFront reads`,
      certificateArn,
    );
  }
  if (hostedZoneId === '')
    throw wrong('hostedZoneId', 'the zone to prove the domain in, or certificateArn', hostedZoneId);
  if (region !== CERTIFICATE_REGION)
    throw wrong(
      'certificateArn',
      `one in ${CERTIFICATE_REGION}, because a stack in ${region} cannot make it there`,
      certificateArn,
    );
};

/** All but the domain itself, which is the certificate's first name; ACM refuses an empty list. */
const otherNames = (params) => {
  const others = names(params).slice(1);
  return others.length > 0 ? others : { Ref: 'AWS::NoValue' };
};

/** What proves each name: a record that CloudFormation puts into the zone. */
const validations = (params) =>
  names(params).map((name) => ({ DomainName: name, HostedZoneId: params.hostedZoneId }));

const records = (params) =>
  names(params).flatMap((name) =>
    ['A', 'AAAA'].map((type) => ({
      Name: name,
      Type: type,
      AliasTarget: {
        DNSName: { 'Fn::GetAtt': ['SiteDistribution', 'DomainName'] },
        HostedZoneId: CLOUDFRONT_ZONE,
        EvaluateTargetHealth: false,
      },
    })),
  );

const PARAMS = ['siteBucket', 'domain', 'aliases', 'hostedZoneId', 'certificateArn'];

/** A property for the framework, made of the params. */
const property =
  (make) =>
  async ({ resolveVariable }) => {
    const values = await Promise.all(PARAMS.map((name) => resolveVariable(`param:${name}`)));
    const params = Object.fromEntries(PARAMS.map((name, index) => [name, values[index]]));
    return make({ ...params, region: await resolveVariable('aws:region') });
  };

module.exports = {
  names: property(names),
  otherNames: property(otherNames),
  namesAsText: property((params) => names(params).join(', ')),
  validations: property(validations),
  records: property(records),
};
