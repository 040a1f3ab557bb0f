/** An API that the stack runs from an image: its service, its roles, and where its domain and ARN go. */

import { type Params, packageTemplate } from '../package-template.ts';
import { type Loose, PACKAGING_TIMEOUT_MS, type Stack, stackOf } from './packaged-stack.ts';

const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/team/api:1.2';
const MADE: Params = { apiDomain: '', apiServiceArn: '', apiImage: IMAGE, apiPort: '3000' };

let express: Stack;
let appRunner: Stack;

beforeAll(async () => {
  express = stackOf(await packageTemplate(MADE));
  appRunner = stackOf(await packageTemplate({ ...MADE, apiHost: 'app-runner' }));
}, PACKAGING_TIMEOUT_MS);

/** The template with what AWS answers for the service's attributes. */
const answering = (stack: Stack, attributes: Readonly<Record<string, string>>): Stack => {
  const text = JSON.stringify(stack.packaged.template);
  const answered = Object.entries(attributes).reduce((template, [attribute, value]) => {
    const [id, name] = attribute.split('.');
    return template.replaceAll(JSON.stringify({ 'Fn::GetAtt': [id, name] }), JSON.stringify(value));
  }, text);
  return stackOf({ ...stack.packaged, template: JSON.parse(answered) });
};

const origin = (stack: Stack): Loose =>
  stack.properties('SiteDistribution').DistributionConfig.Origins.find(({ Id }: Loose) => Id === 'api');
const environment = (stack: Stack): Loose =>
  stack.properties('CheckOriginLambdaFunction').Environment.Variables;
const statements = (policy: Loose): Loose => policy.PolicyDocument.Statement;

describe('on ECS Express Mode', () => {
  const HOST = 'ap-1a2b.ecs.us-east-1.on.aws';

  test.each([`https://${HOST}/`, `https://${HOST}`, `${HOST}/`, HOST])(
    'an endpoint %s is the origin, and what is asked',
    (endpoint) => {
      const stack = answering(express, { 'ApiExpressService.Endpoint': endpoint });
      expect(origin(stack).DomainName).toBe(HOST);
      expect(environment(stack).API_URL).toBe(`https://${HOST}`);
    },
  );

  test('runs the image where it listens, asks its health path, and logs for 30 days', () => {
    expect(express.properties('ApiExpressService')).toEqual({
      ExecutionRoleArn: 'arn:ApiExecutionRole',
      InfrastructureRoleArn: 'arn:ApiInfrastructureRole',
      HealthCheckPath: '/api/health',
      Cpu: '256',
      Memory: '512',
      ScalingTarget: {
        AutoScalingMetric: 'AVERAGE_CPU',
        AutoScalingTargetValue: 60,
        MinTaskCount: 1,
        MaxTaskCount: 4,
      },
      PrimaryContainer: {
        Image: IMAGE,
        ContainerPort: 3000,
        AwsLogsConfiguration: { LogGroup: 'ApiLogs', LogStreamPrefix: 'api' },
      },
    });
    expect(express.properties('ApiLogs').RetentionInDays).toBe(30);
  });

  test('may pull that image and write that log, and no more', () => {
    const policies: Loose[] = express.properties('ApiExecutionRole').Policies;
    expect(policies.flatMap(statements).map(({ Resource }) => Resource)).toEqual([
      'arn:ApiLogs',
      '*',
      'arn:aws:ecr:us-east-1:123456789012:repository/team/api',
    ]);
    expect(express.properties('ApiInfrastructureRole').ManagedPolicyArns).toEqual([
      'arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices',
    ]);
    const trusted = ['ApiExecutionRole', 'ApiInfrastructureRole'].map(
      (id) => express.properties(id).AssumeRolePolicyDocument.Statement[0].Principal.Service,
    );
    expect(trusted).toEqual(['ecs-tasks.amazonaws.com', 'ecs.amazonaws.com']);
  });

  test('its deployments are events of the check, which may ask for it', () => {
    const stack = answering(express, { 'ApiExpressService.ServiceArn': 'arn:aws:ecs:the-service' });
    expect(environment(stack).API_SERVICE_ARN).toBe('arn:aws:ecs:the-service');
    expect(stack.properties('ApiServiceRule').EventPattern).toEqual({
      source: ['aws.ecs'],
      'detail-type': ['ECS Deployment State Change'],
      resources: ['arn:aws:ecs:the-service'],
    });
    expect(statements(stack.properties('ApiServicePolicy'))).toEqual([
      {
        Effect: 'Allow',
        Action: expect.arrayContaining(['ecs:DescribeExpressGatewayService']),
        Resource: 'arn:aws:ecs:the-service',
      },
    ]);
    expect(stack.has('CheckTick')).toBe(true);
  });

  test('makes nothing of App Runner', () => {
    expect([express.has('ApiAppRunnerService'), express.has('ApiAccessRole')]).toEqual([false, false]);
  });
});

describe('on App Runner', () => {
  test('runs the image where it listens, asks its health path, and deploys when it is told to', () => {
    expect(appRunner.properties('ApiAppRunnerService')).toMatchObject({
      SourceConfiguration: {
        AutoDeploymentsEnabled: false,
        AuthenticationConfiguration: { AccessRoleArn: 'arn:ApiAccessRole' },
        ImageRepository: {
          ImageIdentifier: IMAGE,
          ImageRepositoryType: 'ECR',
          ImageConfiguration: { Port: '3000' },
        },
      },
      InstanceConfiguration: { Cpu: '256', Memory: '512' },
      HealthCheckConfiguration: { Protocol: 'HTTP', Path: '/api/health' },
    });
  });

  test('may pull that image, and no more', () => {
    const { AssumeRolePolicyDocument, Policies } = appRunner.properties('ApiAccessRole');
    expect(AssumeRolePolicyDocument.Statement[0].Principal.Service).toBe('build.apprunner.amazonaws.com');
    const resources = Policies.flatMap(statements).map(({ Resource }: Loose) => Resource);
    expect(resources).toEqual(['*', 'arn:aws:ecr:us-east-1:123456789012:repository/team/api']);
  });

  test('its domain is the origin, and what is asked; its ARN is what the check may ask for', () => {
    const domain = 'psbqam834h.us-east-1.awsapprunner.com';
    const stack = answering(appRunner, {
      'ApiAppRunnerService.ServiceUrl': domain,
      'ApiAppRunnerService.ServiceArn': 'arn:aws:apprunner:the-service',
    });
    expect([origin(stack).DomainName, environment(stack).API_URL]).toEqual([domain, `https://${domain}`]);
    expect(environment(stack).API_SERVICE_ARN).toBe('arn:aws:apprunner:the-service');
    expect(stack.properties('ApiServiceRule').EventPattern).toEqual({
      source: ['aws.apprunner'],
      resources: ['arn:aws:apprunner:the-service'],
    });
    expect(statements(stack.properties('ApiServicePolicy'))[0].Resource).toBe(
      'arn:aws:apprunner:the-service',
    );
  });

  test('makes nothing of ECS', () => {
    const ids = ['ApiExpressService', 'ApiExecutionRole', 'ApiInfrastructureRole', 'ApiLogs'];
    expect(ids.filter(appRunner.has)).toEqual([]);
  });
});
