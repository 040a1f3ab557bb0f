import {
  type DistributionConfigPart,
  distributionFacts,
  functionNames,
} from '../../shared/core/distribution.ts';

const config = {
  DefaultRootObject: 'index.html',
  Origins: {
    Items: [
      { Id: 'site', DomainName: 'site.s3.amazonaws.com', OriginPath: '/web' },
      { Id: 'api', DomainName: 'api.example.com', OriginPath: '' },
    ],
  },
  DefaultCacheBehavior: {
    TargetOriginId: 'site',
    CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
    FunctionAssociations: {
      Items: [{ EventType: 'viewer-request', FunctionARN: 'arn:aws:cloudfront::1:function/rewrite' }],
    },
  },
  CacheBehaviors: {
    Items: [
      { PathPattern: '/api/*', TargetOriginId: 'api', CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad' },
      { PathPattern: '/img/*', TargetOriginId: 'site', CachePolicyId: 'own' },
    ],
  },
  CustomErrorResponses: {
    Items: [
      { ErrorCode: 404, ResponsePagePath: '/404.html', ResponseCode: '404', ErrorCachingMinTTL: 1 },
      { ErrorCode: 500, ResponsePagePath: '', ResponseCode: '' },
    ],
  },
} satisfies DistributionConfigPart;

const etags = new Map([['rewrite', 'E1']]);

test('a configuration gives what the flows need to know', () => {
  expect(distributionFacts(config, 'Deployed', etags, 7)).toEqual({
    deployed: true,
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}@7$/),
    defaultRootObject: 'index.html',
    errorResponses: [
      { code: 404, ttlSeconds: 1, page: '/404.html' },
      { code: 500, ttlSeconds: 10 },
    ],
    otherBehaviours: [
      { pathPattern: '/api/*', cached: false },
      { pathPattern: '/img/*', cached: true },
    ],
    originPath: '/web',
    maxTtlSeconds: 31_536_000,
  });
});

test.each([
  ['Deployed', true],
  ['InProgress', false],
])('a distribution that is %s is on every edge: %s', (status, deployed) => {
  expect(distributionFacts(config, status, etags, 7).deployed).toBe(deployed);
});

test.each([
  ['a policy', { CachePolicyId: 'own', MaxTTL: 60 }, 31_536_000],
  ['no policy, but times of its own', { MaxTTL: 60 }, 60],
  ['neither', {}, 31_536_000],
])('the longest time with %s', (_case, behaviour, seconds) => {
  const changed = { ...config, DefaultCacheBehavior: { TargetOriginId: 'site', ...behaviour } };
  expect(distributionFacts(changed, 'Deployed', etags, 7).maxTtlSeconds).toBe(seconds);
});

test('a configuration with little in it has empty facts', () => {
  const facts = distributionFacts(
    { Origins: { Items: [{ Id: 's', DomainName: 'd' }] }, DefaultCacheBehavior: { TargetOriginId: 's' } },
    'Deployed',
    new Map(),
    7,
  );
  expect(facts).not.toHaveProperty('fallsBack');
  expect(facts).toMatchObject({
    defaultRootObject: '',
    errorResponses: [],
    otherBehaviours: [],
    originPath: '',
  });
});

/** The site's bucket, and the API where the bucket answers with one of these statuses. */
const withGroup = (codes: readonly number[], members: readonly string[] = ['site', 'api']) => ({
  ...config,
  OriginGroups: {
    Items: [
      { Id: 'other', Members: { Items: [{ OriginId: 'api' }] } },
      {
        Id: 'group',
        Members: { Items: members.map((member) => ({ OriginId: member })) },
        FailoverCriteria: { StatusCodes: { Items: codes } },
      },
    ],
  },
  DefaultCacheBehavior: { ...config.DefaultCacheBehavior, TargetOriginId: 'group' },
});

test.each([
  [[500, 502], undefined],
  [[500, 403], true],
  [[404], true],
])(
  'of a group of origins the first one is the site’s; failing over at %j, it falls back: %s',
  (codes, falls) => {
    const facts = distributionFacts(withGroup(codes), 'Deployed', etags, 7);
    expect(facts.originPath).toBe('/web');
    expect(facts.fallsBack).toBe(falls);
  },
);

test.each<[string, DistributionConfigPart, string]>([
  ['an origin', { ...config, DefaultCacheBehavior: { TargetOriginId: 'x' } }, '"x"'],
  ['a group’s origin', withGroup([500], ['y', 'site']), '"y"'],
  ['a group without members', withGroup([500], []), '"undefined"'],
  [
    'nothing',
    { Origins: { Items: [{ Id: undefined, DomainName: 'd' }] }, DefaultCacheBehavior: undefined },
    '"undefined"',
  ],
])('%s that is not there is an error that names it, and no wrong path', (_case, changed, name) => {
  expect(() => distributionFacts(changed, 'Deployed', etags, 7)).toThrow(`origin ${name} among`);
});

const fingerprint = (changed: DistributionConfigPart, functions: ReadonlyMap<string, string> = etags) =>
  distributionFacts(changed, 'Deployed', functions, 7).fingerprint;

test('a configuration that is as it was, but was updated in between, is another one', () => {
  expect(distributionFacts(config, 'Deployed', etags, 8).fingerprint).not.toBe(fingerprint(config));
});

const main = config.DefaultCacheBehavior;
const [site, api] = config.Origins.Items;
const [error] = config.CustomErrorResponses.Items;
const withMain = (change: object) => ({ ...config, DefaultCacheBehavior: { ...main, ...change } });
const withError = (change: object) =>
  ({ ...config, CustomErrorResponses: { Items: [{ ...error, ...change }] } }) as DistributionConfigPart;

test.each<[string, DistributionConfigPart, DistributionConfigPart?]>([
  [
    'an origin’s domain',
    { ...config, Origins: { Items: [{ Id: 'site', DomainName: 'other', OriginPath: '/web' }] } },
  ],
  [
    'an origin’s path',
    { ...config, Origins: { Items: [{ Id: 'site', DomainName: site?.DomainName, OriginPath: '' }] } },
  ],
  ['the default root object', { ...config, DefaultRootObject: 'home.html' }],
  ['a behaviour’s origin', withMain({ TargetOriginId: 'api' })],
  ['a cache policy', withMain({ CachePolicyId: 'own' })],
  ['an origin request policy', withMain({ OriginRequestPolicyId: 'own' })],
  ['a response headers policy', withMain({ ResponseHeadersPolicyId: 'own' })],
  ['a function', withMain({ FunctionAssociations: { Items: [] } })],
  [
    'a Lambda function',
    withMain({
      LambdaFunctionAssociations: { Items: [{ EventType: 'origin-request', LambdaFunctionARN: 'arn:1' }] },
    }),
  ],
  [
    'a time without a policy',
    withMain({ CachePolicyId: undefined, MaxTTL: 1 }),
    withMain({ CachePolicyId: undefined, MaxTTL: 2 }),
  ],
  [
    'the order of behaviours',
    { ...config, CacheBehaviors: { Items: [...config.CacheBehaviors.Items].reverse() } },
  ],
  ['the first of a group of origins', withGroup([500]), withGroup([500], ['api', 'site'])],
  ['when a group fails over', withGroup([500]), withGroup([502])],
  ['an error page', withError({ ResponsePagePath: '/x.html' }), withError({})],
  ['an error’s status', withError({ ResponseCode: '200' }), withError({})],
  ['an error’s time', withError({ ErrorCachingMinTTL: 2 }), withError({})],
])('the fingerprint changes with %s', (_case, changed, before = config) => {
  expect(fingerprint(changed)).not.toBe(fingerprint(before));
});

test('the fingerprint changes with the function’s code, though the distribution does not', () => {
  expect(fingerprint(config, new Map([['rewrite', 'E2']]))).not.toBe(fingerprint(config));
});

test.each<[string, DistributionConfigPart]>([
  [
    'a comment or a price class',
    { ...config, Comment: 'x', PriceClass: 'PriceClass_100' } as DistributionConfigPart,
  ],
  [
    'the order of origins',
    { ...config, Origins: { Items: [api, site].flatMap((origin) => (origin ? [origin] : [])) } },
  ],
  [
    'the order of properties',
    Object.fromEntries(Object.entries(config).reverse()) as unknown as DistributionConfigPart,
  ],
  ['an empty list of groups', { ...config, OriginGroups: { Items: [] } }],
  ['settings that decide nothing', withMain({ ViewerProtocolPolicy: 'redirect-to-https' })],
  ['quantities', withMain({ LambdaFunctionAssociations: { Quantity: 0 } })],
])('the fingerprint does not change with %s', (_case, changed) => {
  expect(fingerprint(changed)).toBe(fingerprint(config));
});

test('a function in two behaviours is named once', () => {
  const functions = main.FunctionAssociations;
  const twice = {
    ...config,
    CacheBehaviors: { Items: [{ TargetOriginId: 'site', FunctionAssociations: functions }] },
  };
  expect(functionNames(twice)).toEqual(['rewrite']);
});
