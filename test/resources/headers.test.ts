import { createRequire } from 'node:module';
import { packageTemplate } from '../package-template.ts';
import { distributionFromTemplate } from '../world/cloudfront-template.ts';
import { type Property, resolveWith, WITH_DOMAIN } from './domain-fixture.ts';
import { type Loose, PACKAGING_TIMEOUT_MS, type Stack, stackOf } from './packaged-stack.ts';

const { hstsSeconds } = createRequire(import.meta.url)('../../resources/headers.cjs') as {
  hstsSeconds: Property;
};

let plain: Stack;
let enforced: Stack;

beforeAll(async () => {
  plain = stackOf(await packageTemplate());
  enforced = stackOf(await packageTemplate(WITH_DOMAIN));
}, 2 * PACKAGING_TIMEOUT_MS);

/** What the default behaviour adds, by name. */
const added = ({ packaged }: Stack): Record<string, string> => {
  const { responseHeaders = [] } = distributionFromTemplate(packaged.template).defaultBehaviour;
  return Object.fromEntries(responseHeaders.map(({ name, value }) => [name, value]));
};

const REPORT_ONLY = 'content-security-policy-report-only';

test('viewers get the security headers, and a content policy that only reports', () => {
  expect(added(plain)).toEqual({
    'strict-transport-security': 'max-age=86400',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(self), geolocation=(self), microphone=(self), usb=(self)',
    [REPORT_ONLY]: expect.stringMatching(/^default-src 'self'; .*; frame-ancestors 'self'$/),
  });
});

test('a content policy that is given is enforced, and nothing only reports', () => {
  const headers = added(enforced);
  expect(headers['content-security-policy']).toBe(WITH_DOMAIN['contentSecurityPolicy']);
  expect(headers[REPORT_ONLY]).toBeUndefined();
  expect(headers['strict-transport-security']).toBe('max-age=31536000');
});

test('what the site says of itself stays, but for the promises of the connection', () => {
  const { responseHeaders = [] } = distributionFromTemplate(enforced.packaged.template).defaultBehaviour;
  expect(responseHeaders.filter(({ overrides }) => overrides).map(({ name }) => name)).toEqual([
    'strict-transport-security',
    'x-content-type-options',
  ]);
});

test('site and status page have a policy, the API its own headers', () => {
  const { CacheBehaviors, DefaultCacheBehavior } = plain.properties('SiteDistribution').DistributionConfig;
  expect(DefaultCacheBehavior.ResponseHeadersPolicyId).toBe('SiteHeadersPolicy');
  expect(
    CacheBehaviors.map(({ PathPattern, ResponseHeadersPolicyId }: Loose) => [
      PathPattern,
      ResponseHeadersPolicyId,
    ]),
  ).toEqual([
    ['/api/*', undefined],
    ['/_status/*', 'StatusHeadersPolicy'],
  ]);
});

test('the status page has the same headers, and whatever the site enforces a content policy that it works with', () => {
  for (const stack of [plain, enforced]) {
    const { behaviours } = distributionFromTemplate(stack.packaged.template);
    const status = behaviours.find(({ pathPattern }) => pathPattern === '/_status/*')?.responseHeaders ?? [];
    const ofStatus = Object.fromEntries(status.map(({ name, value }) => [name, value]));
    const { 'content-security-policy': own, ...rest } = ofStatus;
    const { 'content-security-policy': _site, [REPORT_ONLY]: _reported, ...ofSite } = added(stack);
    expect(own).toMatch(/^default-src 'self'; .*script-src 'unsafe-inline'; style-src 'unsafe-inline'; /);
    expect(rest).toEqual({ ...ofSite, 'access-control-allow-origin': '*' });
  }
});

test('promises nothing for other names, nor for ever', () => {
  const { StrictTransportSecurity } =
    plain.properties('SiteHeadersPolicy').ResponseHeadersPolicyConfig.SecurityHeadersConfig;
  expect(StrictTransportSecurity).toEqual({
    AccessControlMaxAgeSec: 86400,
    IncludeSubdomains: false,
    Preload: false,
    Override: true,
  });
});

test.each([
  ['0', 0],
  ['2147483647', 2147483647],
])('hstsSeconds %s is %d', async (given, expected) => {
  expect(await resolveWith(hstsSeconds, { hstsSeconds: given })).toBe(expected);
});

test.each(['', '-1', '1.5', '2147483648', 'a day'])('hstsSeconds %j is refused', async (given) => {
  await expect(resolveWith(hstsSeconds, { hstsSeconds: given })).rejects.toThrow(
    `param hstsSeconds: expected 0 to 2147483647 seconds, got ${JSON.stringify(given)}`,
  );
});

test("the status page may be read by others' pages, the site may not", () => {
  const { defaultBehaviour, behaviours } = distributionFromTemplate(plain.packaged.template);
  const originsOf = (headers: typeof defaultBehaviour.responseHeaders) =>
    headers?.filter(({ name }) => name === 'access-control-allow-origin').map(({ value }) => value);
  const status = behaviours.find(({ pathPattern }) => pathPattern === '/_status/*');
  expect(originsOf(status?.responseHeaders)).toEqual(['*']);
  expect(originsOf(defaultBehaviour.responseHeaders)).toEqual([]);
});
