// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation fills them in.
/**
 * The API's origin, made of params, for `${file(resources/api-service.cjs):domain}` and so on. What is given says
 * what it is: nothing, a domain, a domain with the ARN of its service, or an image that this stack runs.
 *
 * CommonJS, because the framework loads it with `require`.
 */

const { property, refuseAttached, wrong } = require('./params.cjs');

/** What can run an image, by `apiHost`: the resource and where its domain and ARN are. */
const HOSTS = {
  'ecs-express': {
    id: 'ApiExpressService',
    // AWS's documents call it an endpoint, and examples have it with and without https:// and a path.
    domain: {
      'Fn::Select': [
        0,
        {
          'Fn::Split': [
            '/',
            {
              'Fn::Join': [
                '',
                { 'Fn::Split': ['https://', { 'Fn::GetAtt': ['ApiExpressService', 'Endpoint'] }] },
              ],
            },
          ],
        },
      ],
    },
  },
  'app-runner': {
    id: 'ApiAppRunnerService',
    domain: { 'Fn::GetAtt': ['ApiAppRunnerService', 'ServiceUrl'] },
  },
};

const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const SERVICE_ARN = /^arn:aws[\w-]*:(apprunner|ecs):([a-z0-9-]+):\d{12}:service\/[\w-]+\/[\w-]+$/;
const IMAGE = /^[a-z0-9][\w.-]*(?::\d+)?(?:\/[\w.-]+)*(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?$/;
const ECR_IMAGE =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([\w./-]+?)(?::[\w.-]+)?(?:@sha256:\w+)?$/;
const PUBLIC_ECR_IMAGE = /^public\.ecr\.aws\/.+\/.+$/;
const PORT_MOST = 65_535;

/** What is at the origin. Throws an error that names the param that does not fit the others. */
const kindOf = (params) => {
  const { apiDomain, apiServiceArn, apiImage, apiHost } = params;
  if (!Object.hasOwn(HOSTS, apiHost)) throw wrong('apiHost', Object.keys(HOSTS).join(' or '), apiHost);
  if (apiImage !== '') return hostOf(params);
  if (apiServiceArn !== '') checkServiceArn(params);
  if (apiDomain === '') return 'none';
  if (!HOST_NAME.test(apiDomain))
    throw wrong('apiDomain', 'a host name in lower case, such as api.example.com', apiDomain);
  return 'domain';
};

const hostOf = ({ apiDomain, apiServiceArn, apiImage, apiHost, ...params }) => {
  refuseAttached({ ...params, apiImage }, 'apiImage');
  const other = Object.entries({ apiDomain, apiServiceArn }).find(([, value]) => value !== '');
  if (other) throw wrong(other[0], 'none, because apiImage makes the service', other[1]);
  if (!IMAGE.test(apiImage))
    throw wrong('apiImage', 'an image, such as 123456789012.dkr.ecr.us-east-1.amazonaws.com/api:1', apiImage);
  if (apiHost === 'app-runner' && !ECR_IMAGE.test(apiImage) && !PUBLIC_ECR_IMAGE.test(apiImage))
    throw wrong('apiImage', 'an image in Amazon ECR, the only ones that App Runner takes', apiImage);
  return apiHost;
};

/** Events and answers of a service are in its own region; and no ARN says at which domain it answers. */
const checkServiceArn = ({ apiDomain, apiServiceArn, region }) => {
  const [, , of] = SERVICE_ARN.exec(apiServiceArn) ?? [];
  if (of !== region)
    throw wrong(
      'apiServiceArn',
      `arn:aws:apprunner:${region}:ACCOUNT:service/NAME/ID or arn:aws:ecs:${region}:ACCOUNT:service/CLUSTER/NAME`,
      apiServiceArn,
    );
  if (apiDomain === '')
    throw wrong('apiDomain', "the service's domain, because apiServiceArn is set", apiDomain);
};

const domain = (params) => {
  const kind = kindOf(params);
  return HOSTS[kind]?.domain ?? params.apiDomain;
};

const url = (params) => {
  const kind = kindOf(params);
  if (kind === 'none') return '';
  return kind === 'domain'
    ? `https://${params.apiDomain}`
    : { 'Fn::Sub': ['https://${Domain}', { Domain: domain(params) }] };
};

const serviceArn = (params) => {
  const host = HOSTS[kindOf(params)];
  return host ? { 'Fn::GetAtt': [host.id, 'ServiceArn'] } : params.apiServiceArn;
};

/** `apprunner` or `ecs`, whose words the service's events and actions are; empty where no service is known. */
const serviceApi = (params) => {
  const kind = kindOf(params);
  if (Object.hasOwn(HOSTS, kind)) return kind === 'app-runner' ? 'apprunner' : 'ecs';
  return SERVICE_ARN.exec(params.apiServiceArn)?.[1] ?? '';
};

const actions = (params) =>
  serviceApi(params) === 'ecs'
    ? ['ecs:DescribeExpressGatewayService', 'ecs:ListServiceDeployments']
    : ['apprunner:DescribeService', 'apprunner:ListOperations'];

const eventPattern = (params) =>
  serviceApi(params) === 'ecs'
    ? {
        source: ['aws.ecs'],
        // Of tasks and their steady states there are events all day.
        'detail-type': ['ECS Deployment State Change'],
        resources: [serviceArn(params)],
      }
    : { source: ['aws.apprunner'], resources: [serviceArn(params)] };

const port = ({ apiPort }) => {
  const number = Number(apiPort);
  if (/^\d+$/.test(apiPort) && number >= 1 && number <= PORT_MOST) return number;
  throw wrong('apiPort', `1 to ${PORT_MOST}`, apiPort);
};

/** Leave to pull the image, and no other; images that are not in a private registry of ECR need none. */
const pullStatements = ({ apiImage }) => {
  const [, account, region, repository] = ECR_IMAGE.exec(apiImage) ?? [];
  if (account === undefined) return [];
  return [
    // The one action that has no resource to be held to.
    { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    {
      Effect: 'Allow',
      Action: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
      ],
      Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:ecr:${region}:${account}:repository/${repository}` },
    },
  ];
};

const PARAMS = ['apiDomain', 'apiServiceArn', 'apiImage', 'apiHost', 'apiPort'];
const of = (make) => property(PARAMS, make);

module.exports = {
  /** What the origin is made of, as text: empty where there is none. */
  origin: of((params) => (kindOf(params) === 'none' ? '' : params.apiDomain || params.apiImage)),
  makes: of((params) => (Object.hasOwn(HOSTS, kindOf(params)) ? params.apiHost : '')),
  /** The same of its service, whose status can be asked for. */
  service: of((params) => (kindOf(params) === 'none' ? '' : params.apiServiceArn || params.apiImage)),
  isInEcr: of(({ apiImage }) => String(ECR_IMAGE.test(apiImage))),
  imageType: of(({ apiImage }) => (ECR_IMAGE.test(apiImage) ? 'ECR' : 'ECR_PUBLIC')),
  domain: of(domain),
  url: of(url),
  serviceArn: of(serviceArn),
  actions: of(actions),
  eventPattern: of(eventPattern),
  port: of(port),
  pullStatements: of(pullStatements),
};
