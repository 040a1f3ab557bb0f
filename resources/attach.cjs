// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
/**
 * The site's bucket and distribution as the templates name them: those of this stack, or those that exist and are
 * attached to, for `${file(resources/attach.cjs):bucketName}` and so on. A mistake ends packaging here, with the
 * param's name, instead of a deployment half-way.
 *
 * CommonJS, because the framework loads it with `require`.
 */

/** Source: S3 user guide, "General purpose bucket naming rules". */
const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const DISTRIBUTION_ID = /^E[A-Z0-9]{6,30}$/;
const HOST_NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

const ATTACHED = {
  siteBucket: [BUCKET_NAME, 'the name of the bucket that the distribution serves'],
  distributionId: [DISTRIBUTION_ID, 'the id of a distribution, such as E2QWRUHAPOMQZL'],
  distributionDomain: [
    HOST_NAME,
    "the distribution's own domain name, such as d111111abcdef8.cloudfront.net",
  ],
};

/** What a distribution that is not this stack's cannot get from it. */
const MANAGED_ONLY = ['aliases', 'hostedZoneId', 'certificateArn'];

const wrong = (name, expected, got) =>
  new Error(`param ${name}: expected ${expected}, got ${JSON.stringify(got)}`);

/** All of them or none: half an attachment would watch one site and purge another. */
const isAttached = (params) => {
  const names = Object.keys(ATTACHED);
  const given = names.filter((name) => params[name] !== '');
  if (given.length === 0) {
    trueOrFalse('statusDistribution', params.statusDistribution);
    return false;
  }
  for (const name of names) {
    const [pattern, expected] = ATTACHED[name];
    if (!pattern.test(params[name]))
      throw wrong(name, `${expected}, because ${given[0]} is set`, params[name]);
  }
  const managed = MANAGED_ONLY.find((name) => params[name] !== '');
  if (managed)
    throw wrong(
      managed,
      'nothing, because the distribution is one that exists (siteBucket)',
      params[managed],
    );
  trueOrFalse('statusDistribution', params.statusDistribution);
  return true;
};

const trueOrFalse = (name, value) => {
  if (value !== 'true' && value !== 'false') throw wrong(name, 'true or false', value);
};

const sub = (text) => ({ 'Fn::Sub': text });

const bucketArn = (params) =>
  isAttached(params)
    ? sub(`arn:\${AWS::Partition}:s3:::${params.siteBucket}`)
    : { 'Fn::GetAtt': ['SiteBucket', 'Arn'] };

const distributionArn = (params) =>
  sub(
    `arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/${
      isAttached(params) ? params.distributionId : '${SiteDistribution}'
    }`,
  );

/** Whose functions a foreign distribution has, nobody knows before a pass looks. */
const functionArns = (params) =>
  isAttached(params)
    ? sub('arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:function/*')
    : ['SiteRequestFunction', 'SiteResponseFunction'].map((id) => ({ 'Fn::GetAtt': [id, 'FunctionARN'] }));

const PARAMS = [...Object.keys(ATTACHED), ...MANAGED_ONLY, 'statusDistribution'];

/** A property for the framework, made of the params. */
const property =
  (make) =>
  async ({ resolveVariable }) => {
    const values = await Promise.all(PARAMS.map((name) => resolveVariable(`param:${name}`)));
    return make(Object.fromEntries(PARAMS.map((name, index) => [name, String(values[index])])));
  };

module.exports = {
  managesSite: property((params) => String(!isAttached(params))),
  makesStatusDistribution: property((params) =>
    String(isAttached(params) && params.statusDistribution === 'true'),
  ),
  /** Without our function the edges know a URL by each of its spellings. */
  canonical: property((params) => String(!isAttached(params))),
  bucketName: property((params) => (isAttached(params) ? params.siteBucket : { Ref: 'SiteBucket' })),
  bucketArn: property(bucketArn),
  objectsArn: property((params) =>
    isAttached(params)
      ? sub(`arn:\${AWS::Partition}:s3:::${params.siteBucket}/*`)
      : sub('${SiteBucket.Arn}/*'),
  ),
  distributionId: property((params) =>
    isAttached(params) ? params.distributionId : { Ref: 'SiteDistribution' },
  ),
  distributionArn: property(distributionArn),
  distributionUrl: property((params) =>
    isAttached(params)
      ? `https://${params.distributionDomain}`
      : sub('https://${SiteDistribution.DomainName}'),
  ),
  functionArns: property(functionArns),
};
