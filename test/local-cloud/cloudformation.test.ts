/** CloudFormation over HTTP with the real client: a template as if it had been deployed. */

import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { cloudformationService } from './cloudformation.ts';
import { deployedStack, STACK_NAME } from './deployed-stack.ts';
import { serveAws } from './server.ts';

const NEVER = { 'Fn::Equals': ['a', 'b'] };
const TEMPLATE = {
  Conditions: { Never: NEVER },
  Resources: {
    Bucket: { Type: 'AWS::S3::Bucket' },
    Gone: { Type: 'AWS::S3::Bucket', Condition: 'Never' },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { EDGE_URL: { 'Fn::Sub': 'x' }, QUIET_MS: '3000' } } },
    },
  },
  Outputs: {
    BucketName: { Value: { Ref: 'Bucket' } },
    BucketArn: { Value: { 'Fn::Join': ['', ['arn of ', { Ref: 'Bucket' }]] } },
    GoneName: { Condition: 'Never', Value: { Ref: 'Gone' } },
  },
};

const stack = deployedStack({
  template: TEMPLATE,
  physical: { Bucket: 'my-bucket' },
  environment: { EDGE_URL: 'http://127.0.0.1:8080', AWS_REGION: 'us-east-1' },
  createdAt: Date.UTC(2026, 10, 23),
});

let aws: Awaited<ReturnType<typeof serveAws>>;
let client: CloudFormationClient;

beforeAll(async () => {
  aws = await serveAws({ port: 0, services: { cloudformation: cloudformationService(() => stack) } });
  client = new CloudFormationClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await aws.close();
});

test.each([STACK_NAME, undefined, stack.id])('the stack is described, asked for as %s', async (name) => {
  const { Stacks } = await client.send(
    new DescribeStacksCommand(name === undefined ? {} : { StackName: name }),
  );
  expect(Stacks).toMatchObject([
    {
      StackName: STACK_NAME,
      StackStatus: 'CREATE_COMPLETE',
      CreationTime: new Date(Date.UTC(2026, 10, 23)),
      Outputs: [
        { OutputKey: 'BucketName', OutputValue: 'my-bucket' },
        { OutputKey: 'BucketArn', OutputValue: 'arn of my-bucket' },
      ],
    },
  ]);
});

test('resources go by their names here, without those that are not made', async () => {
  const { StackResourceSummaries } = await client.send(
    new ListStackResourcesCommand({ StackName: STACK_NAME }),
  );
  expect(StackResourceSummaries).toMatchObject([
    { LogicalResourceId: 'Bucket', PhysicalResourceId: 'my-bucket', ResourceType: 'AWS::S3::Bucket' },
    { LogicalResourceId: 'Function', PhysicalResourceId: 'Function' },
  ]);
});

test('the template has the settings that the functions have here, and none that are only of their processes', async () => {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: STACK_NAME }));
  const { Resources } = JSON.parse(TemplateBody) as typeof TEMPLATE;
  expect(Resources.Function.Properties.Environment.Variables).toEqual({
    EDGE_URL: 'http://127.0.0.1:8080',
    QUIET_MS: '3000',
  });
  expect(Resources.Bucket).toEqual(TEMPLATE.Resources.Bucket);
});

test('another stack is not there, and what is not asked by anybody is not part of it', async () => {
  const other = { StackName: 'other' };
  for (const command of [new ListStackResourcesCommand(other), new GetTemplateCommand(other)])
    await expect(client.send(command as GetTemplateCommand)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id other does not exist',
    });
  await expect(client.send(new ListStacksCommand({}))).rejects.toMatchObject({ name: 'NotImplemented' });
});
