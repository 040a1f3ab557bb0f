/** The params of the optional parts: what they become, and what is wrong with them. */

import { createRequire } from 'node:module';
import type { Params } from '../package-template.ts';
import { type Property, resolveWith } from './domain-fixture.ts';

const load = createRequire(import.meta.url);
const properties = {
  ...nameIn('web-acl', ['makes', 'arn', 'requestsMax']),
  ...nameIn('access-logs', ['keeps']),
  ...nameIn('api-secret', ['headers']),
  ...nameIn('error-page', ['responses']),
};

function nameIn(file: string, names: readonly string[]): Record<string, Property> {
  const made = load(`../../resources/${file}.cjs`) as Record<string, Property>;
  return Object.fromEntries(names.map((name) => [`${file}:${name}`, made[name] as Property]));
}

const DEFAULTS: Params = {
  'aws:region': 'us-east-1',
  siteBucket: '',
  webAcl: 'false',
  webAclArn: '',
  webAclRequestsMax: '2000',
  accessLogs: 'false',
  errorPage: '',
  apiDomain: '',
  apiImage: '',
  apiSecretHeader: '',
  apiSecretArn: '',
  apiSecretVersion: '',
};

const of = async (name: string, params: Params): Promise<unknown> =>
  resolveWith(properties[name] as Property, { ...DEFAULTS, ...params });

const ARN = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/all/0f6e1a52-0000-4000-8000-000000000001';
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:site/api-AbCdEf';
const VERSION = '0f6e1a52-0000-4000-8000-000000000001';
const apiDomain = 'api.example.com';
const secret: Params = { apiDomain, apiSecretHeader: 'x-origin-secret', apiSecretArn: SECRET };
const elsewhere: Params = { 'aws:region': 'eu-west-1' };
const attached: Params = { siteBucket: 'theirs' };

const responses = (more: object) =>
  [403, 404].map((code) => ({ ErrorCode: code, ErrorCachingMinTTL: 1, ...more }));

test.each<[string, Params, unknown]>([
  ['web-acl:makes', {}, 'false'],
  ['web-acl:makes', { webAcl: 'true' }, 'true'],
  ['web-acl:makes', attached, 'false'],
  ['web-acl:arn', {}, ''],
  ['web-acl:arn', { webAclArn: ARN, ...elsewhere }, ARN],
  ['web-acl:requestsMax', {}, 2000],
  ['web-acl:requestsMax', { webAclRequestsMax: '10' }, 10],
  ['web-acl:requestsMax', { webAclRequestsMax: '2000000000' }, 2_000_000_000],
  ['access-logs:keeps', elsewhere, 'false'],
  ['access-logs:keeps', { accessLogs: 'true' }, 'true'],
  ['api-secret:headers', { apiDomain }, { Ref: 'AWS::NoValue' }],
  [
    'api-secret:headers',
    secret,
    [
      {
        HeaderName: 'x-origin-secret',
        HeaderValue: `{{resolve:secretsmanager:${SECRET}:SecretString}}`,
      },
    ],
  ],
  [
    'api-secret:headers',
    { ...secret, apiDomain: '', apiImage: 'nginx', apiSecretVersion: VERSION },
    [
      {
        HeaderName: 'x-origin-secret',
        HeaderValue: `{{resolve:secretsmanager:${SECRET}:SecretString:::${VERSION}}}`,
      },
    ],
  ],
  ['error-page:responses', {}, responses({})],
  [
    'error-page:responses',
    { errorPage: '/404.html' },
    responses({ ResponseCode: 404, ResponsePagePath: '/404.html' }),
  ],
])('%s of %j is %j', async (name, params, expected) => {
  expect(await of(name, params)).toEqual(expected);
});

test('where there is an API no error of it is kept at an edge: it would be everybody’s', async () => {
  const codes = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];
  const uncached = codes.map((code) => ({ ErrorCode: code, ErrorCachingMinTTL: 0 }));
  expect(await of('error-page:responses', { apiDomain })).toEqual(uncached);
  expect(await of('error-page:responses', { apiImage: 'nginx' })).toEqual(uncached);
});

test.each<[string, Params, RegExp]>([
  ['web-acl:makes', { webAcl: 'yes' }, /^param webAcl: expected true or false, got "yes"$/],
  ['web-acl:makes', { webAcl: 'true', webAclArn: ARN }, /^param webAclArn: .*webAcl makes one/],
  ['web-acl:makes', { webAcl: 'true', ...elsewhere }, /^param webAclArn: .*in us-east-1.*in eu-west-1/],
  ['web-acl:makes', { webAcl: 'true', ...attached }, /^param webAcl: .*\(siteBucket\)/],
  ['web-acl:arn', { webAclArn: ARN, ...attached }, /^param webAclArn: .*\(siteBucket\)/],
  ['web-acl:arn', { webAclArn: ARN.replace('us-east-1', 'eu-west-1') }, /^param webAclArn: .*us-east-1/],
  ['web-acl:arn', { webAclArn: ARN.replace('global', 'regional') }, /^param webAclArn: .*global/],
  ['web-acl:arn', { webAclArn: '473e64fd-f30b-4765-81a0-62ad96dd167a' }, /^param webAclArn: /],
  ['web-acl:requestsMax', { webAclRequestsMax: '9' }, /^param webAclRequestsMax: expected 10 to .*"9"$/],
  ['web-acl:requestsMax', { webAclRequestsMax: '2000000001' }, /^param webAclRequestsMax: /],
  ['web-acl:requestsMax', { webAclRequestsMax: '1e3' }, /^param webAclRequestsMax: /],
  ['access-logs:keeps', { accessLogs: 'on' }, /^param accessLogs: expected true or false, got "on"$/],
  ['access-logs:keeps', { accessLogs: 'true', ...elsewhere }, /^param accessLogs: .*us-east-1.*eu-west-1/],
  ['access-logs:keeps', { accessLogs: 'true', ...attached }, /^param accessLogs: .*\(siteBucket\)/],
  ['api-secret:headers', { apiDomain, apiSecretArn: SECRET }, /^param apiSecretHeader: expected the name/],
  ['api-secret:headers', { apiDomain, apiSecretVersion: VERSION }, /^param apiSecretHeader: /],
  ['api-secret:headers', { ...secret, apiDomain: '' }, /^param apiSecretHeader: .*no API/],
  ['api-secret:headers', { ...secret, ...attached }, /^param apiSecretHeader: .*\(siteBucket\)/],
  ['api-secret:headers', { ...secret, apiSecretHeader: 'Authorization' }, /^param apiSecretHeader: /],
  ['api-secret:headers', { ...secret, apiSecretHeader: 'X-Amz-Secret' }, /^param apiSecretHeader: /],
  ['api-secret:headers', { ...secret, apiSecretHeader: 'x-real-ip' }, /^param apiSecretHeader: /],
  ['api-secret:headers', { ...secret, apiSecretHeader: 'x-origin secret' }, /^param apiSecretHeader: /],
  ['api-secret:headers', { ...secret, apiSecretArn: '' }, /^param apiSecretArn: .*apiSecretHeader is set/],
  ['api-secret:headers', { ...secret, ...elsewhere }, /^param apiSecretArn: .*secretsmanager:eu-west-1/],
  ['api-secret:headers', { ...secret, apiSecretArn: `${SECRET}:SecretString:a` }, /^param apiSecretArn: /],
  ['api-secret:headers', { ...secret, apiSecretVersion: 'AWSCURRENT' }, /^param apiSecretVersion: /],
  ['error-page:responses', { errorPage: '/404.html', apiDomain }, /^param errorPage: .*the API's errors/],
  ['error-page:responses', { errorPage: '/404.html', apiImage: 'nginx' }, /^param errorPage: /],
  ['error-page:responses', { errorPage: '/404.html', ...attached }, /^param errorPage: .*\(siteBucket\)/],
  ['error-page:responses', { errorPage: '404.html' }, /^param errorPage: .*such as \/404\.html/],
  ['error-page:responses', { errorPage: '/not found.html' }, /^param errorPage: /],
])('%s of %j says what was expected', async (name, params, message) => {
  await expect(of(name, params)).rejects.toThrow(message);
});

test('what is given instead of the ARN of a secret is refused, and not repeated', async () => {
  const refused = of('api-secret:headers', { ...secret, apiSecretArn: 'hunter2' });
  await expect(refused).rejects.toThrow(/^param apiSecretArn: expected arn:/);
  await expect(refused).rejects.not.toThrow(/hunter2/);
});
