// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
/** What is at the API's origin follows from what is set; what contradicts itself is refused by name. */

import { createRequire } from 'node:module';
import type { Params } from '../package-template.ts';
import { type Property, resolveWith } from './domain-fixture.ts';

const properties = createRequire(import.meta.url)('../../resources/api-service.cjs') as Record<
  | 'origin'
  | 'makes'
  | 'service'
  | 'isInEcr'
  | 'imageType'
  | 'domain'
  | 'url'
  | 'serviceArn'
  | 'actions'
  | 'eventPattern'
  | 'port'
  | 'pullStatements',
  Property
>;

const DEFAULTS: Params = {
  'aws:region': 'us-east-1',
  siteBucket: '',
  apiDomain: '',
  apiServiceArn: '',
  apiImage: '',
  apiHost: 'ecs-express',
  apiPort: '8080',
};

const of = (property: keyof typeof properties, params: Params): Promise<unknown> =>
  resolveWith(properties[property], { ...DEFAULTS, ...params });

const apiDomain = 'api.example.com';
const APP_RUNNER = 'arn:aws:apprunner:us-east-1:123456789012:service/api/8fe1e10304f84fd2b0df550fe98a71fa';
const ECS = 'arn:aws:ecs:us-east-1:123456789012:service/default/api-1a2b';
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api';
const PUBLIC = 'public.ecr.aws/nginx/nginx:1.27';
const image: Params = { apiImage: `${ECR}:1.2` };

test.each<[string, Params, object]>([
  ['nothing', {}, { origin: '', makes: '', service: '', domain: '', url: '', serviceArn: '' }],
  [
    'any origin',
    { apiDomain },
    {
      origin: apiDomain,
      makes: '',
      service: '',
      domain: apiDomain,
      url: `https://${apiDomain}`,
      serviceArn: '',
    },
  ],
  [
    'an App Runner service',
    { apiDomain, apiServiceArn: APP_RUNNER },
    {
      makes: '',
      service: APP_RUNNER,
      domain: apiDomain,
      serviceArn: APP_RUNNER,
      actions: ['apprunner:DescribeService', 'apprunner:ListOperations'],
      eventPattern: { source: ['aws.apprunner'], resources: [APP_RUNNER] },
    },
  ],
  [
    'an ECS service',
    { apiDomain, apiServiceArn: ECS },
    {
      makes: '',
      service: ECS,
      domain: apiDomain,
      serviceArn: ECS,
      actions: expect.arrayContaining(['ecs:DescribeExpressGatewayService']),
      eventPattern: {
        source: ['aws.ecs'],
        'detail-type': ['ECS Deployment State Change'],
        resources: [ECS],
      },
    },
  ],
  [
    'an image on ECS',
    image,
    { origin: `${ECR}:1.2`, makes: 'ecs-express', service: `${ECR}:1.2`, isInEcr: 'true' },
  ],
  [
    'an image on App Runner',
    { ...image, apiHost: 'app-runner' },
    {
      origin: `${ECR}:1.2`,
      makes: 'app-runner',
      service: `${ECR}:1.2`,
      imageType: 'ECR',
      domain: { 'Fn::GetAtt': ['ApiAppRunnerService', 'ServiceUrl'] },
      serviceArn: { 'Fn::GetAtt': ['ApiAppRunnerService', 'ServiceArn'] },
      actions: ['apprunner:DescribeService', 'apprunner:ListOperations'],
    },
  ],
  [
    'a public image on App Runner',
    { apiImage: PUBLIC, apiHost: 'app-runner' },
    { makes: 'app-runner', isInEcr: 'false', imageType: 'ECR_PUBLIC', pullStatements: [] },
  ],
  ['an image of another registry on ECS', { apiImage: 'ghcr.io/team/api' }, { makes: 'ecs-express' }],
  [
    'an image of a registry with a port',
    { apiImage: 'registry.example.com:5000/api:1' },
    { isInEcr: 'false' },
  ],
  ['an image by its digest', { apiImage: `${ECR}@sha256:${'0'.repeat(64)}` }, { isInEcr: 'true' }],
  ['the lowest port', { apiPort: '1' }, { port: 1 }],
  ['the highest port', { apiPort: '65535' }, { port: 65_535 }],
])('%s', async (_case, params, expected) => {
  const names = Object.keys(expected) as (keyof typeof properties)[];
  const values = await Promise.all(names.map((name) => of(name, params)));
  expect(Object.fromEntries(names.map((name, index) => [name, values[index]]))).toEqual(expected);
});

test.each<[string, Params]>([
  ['a tag', { apiImage: `${ECR}:1.2` }],
  ['a digest', { apiImage: `${ECR}@sha256:${'0'.repeat(64)}` }],
  ['both', { apiImage: `${ECR}:1.2@sha256:${'0'.repeat(64)}` }],
  ['neither', { apiImage: ECR }],
])('an image with %s may be pulled, and no other repository', async (_case, params) => {
  expect(await of('pullStatements', params)).toEqual([
    { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    {
      Effect: 'Allow',
      Action: expect.arrayContaining(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']),
      Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:ecr:eu-west-1:123456789012:repository/team/api' },
    },
  ]);
});

test.each<[Params, RegExp]>([
  [{ apiHost: 'fargate' }, /^param apiHost: expected ecs-express or app-runner, got "fargate"$/],
  [{ apiHost: 'toString' }, /^param apiHost: /],
  [{ apiDomain: 'https://api.example.com' }, /^param apiDomain: expected a host name/],
  [{ apiDomain: 'localhost' }, /^param apiDomain: /],
  [{ apiServiceArn: APP_RUNNER }, /^param apiDomain: expected the service's domain, .*got ""$/],
  [{ apiDomain, apiServiceArn: 'api' }, /^param apiServiceArn: expected arn:aws:apprunner:us-east-1:/],
  [{ apiDomain, apiServiceArn: ECS.replace('us-east-1', 'eu-west-1') }, /^param apiServiceArn: .*us-east-1/],
  [{ apiDomain, apiServiceArn: ECS.replace('service/', 'cluster/') }, /^param apiServiceArn: /],
  [{ ...image, apiDomain }, /^param apiDomain: expected none, because apiImage makes the service/],
  [{ ...image, apiServiceArn: ECS }, /^param apiServiceArn: expected none, because apiImage/],
  [{ ...image, siteBucket: 'theirs' }, /^param apiImage: .*\(siteBucket\)/],
  [{ apiImage: 'https://example.com/api' }, /^param apiImage: expected an image/],
  [{ apiImage: 'api:one two' }, /^param apiImage: /],
  [{ apiImage: 'nginx', apiHost: 'app-runner' }, /^param apiImage: .*App Runner/],
])('%j is refused', async (params, message) => {
  await expect(of('domain', params)).rejects.toThrow(message);
});

test.each(['0', '65536', '80.5', '', '1e3'])('the port %j is refused', async (apiPort) => {
  await expect(of('port', { apiPort })).rejects.toThrow(/^param apiPort: expected 1 to 65535, got /);
});
