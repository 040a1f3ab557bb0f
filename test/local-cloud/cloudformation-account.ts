/**
 * What a deployment asks AWS for, over the wire: CloudFormation with change sets, and the few calls to STS, Lambda and
 * ECR that the framework makes on its way.
 */

import type { CloudFormation, Stack } from '../world/cloudformation.ts';
import { CloudFormationError } from '../world/cloudformation.ts';
import type { Service, WireRequest, WireResponse } from './wire.ts';
import { type Xml, xmlDocument } from './xml.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

type Form = URLSearchParams;
type Content = Readonly<Record<string, Xml | undefined>>;

/** What an operation gets: the account, the region that the call is signed for, and the form. */
type Asked = Readonly<{
  account: CloudFormation;
  changeSets: Map<string, ChangeSet>;
  region: string;
  form: Form;
  readTemplate(url: string): string | undefined;
  now(): number;
}>;

type ChangeSet = Readonly<{
  id: string;
  stackId: string;
  stackName: string;
  template: object;
  changes: number;
}>;

/** "AKID/20261123/eu-west-1/cloudformation/aws4_request" names the region. */
const regionOf = ({ headers }: WireRequest): string =>
  /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers['authorization'] ?? '')?.[1] ?? 'us-east-1';

const formOf = ({ body }: WireRequest): Form => new URLSearchParams(new TextDecoder().decode(body));
const text = (form: Form, name: string): string => form.get(name) ?? '';
const time = (at: number): string => new Date(at).toISOString();

const stackOf = ({ account, region, form }: Asked): Stack => {
  const name = text(form, 'StackName');
  const stack = account.find(region, name);
  if (!stack) throw new CloudFormationError(`Stack with id ${name} does not exist`);
  return stack;
};

const templateIn = ({ form, readTemplate }: Asked): object => {
  const body = form.get('TemplateBody') ?? readTemplate(text(form, 'TemplateURL'));
  if (body === undefined)
    throw new CloudFormationError(`S3 error: no template at ${text(form, 'TemplateURL')}`);
  return JSON.parse(body) as object;
};

const describeStacks = (asked: Asked): Content => {
  const { account, region, form } = asked;
  const stacks = form.has('StackName') ? [stackOf(asked)] : account.stacks(region);
  return {
    Stacks: {
      member: stacks.map(({ id, name, createdAt, status, outputs }) => ({
        StackId: id,
        StackName: name,
        CreationTime: time(createdAt),
        StackStatus: status,
        Outputs: {
          member: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        },
      })),
    },
  };
};

const createChangeSet = (asked: Asked): Content => {
  const { account, region, form, changeSets, now } = asked;
  const stackName = text(form, 'StackName');
  const template = templateIn(asked);
  account.validate(template);
  const known = account.find(region, stackName);
  const stackId = known?.id ?? `arn:aws:cloudformation:${region}:123456789012:stack/${stackName}/${now()}`;
  const name = text(form, 'ChangeSetName');
  const id = `arn:aws:cloudformation:${region}:123456789012:changeSet/${name}/${now()}`;
  const changes = account.isChanged(region, stackName, template)
    ? Object.keys((template as { Resources: object }).Resources).length
    : 0;
  changeSets.set(`${region}/${stackName}/${name}`, { id, stackId, stackName, template, changes });
  return { Id: id, StackId: stackId };
};

const changeSetOf = ({ changeSets, region, form }: Asked): ChangeSet => {
  const key = `${region}/${text(form, 'StackName')}/${text(form, 'ChangeSetName')}`;
  const found = changeSets.get(key);
  if (!found) throw new CloudFormationError(`ChangeSet [${text(form, 'ChangeSetName')}] does not exist`);
  return found;
};

const describeChangeSet = (asked: Asked): Content => {
  const { id, stackId, stackName, changes } = changeSetOf(asked);
  const isEmpty = changes === 0;
  return {
    ChangeSetId: id,
    ChangeSetName: text(asked.form, 'ChangeSetName'),
    StackId: stackId,
    StackName: stackName,
    Status: isEmpty ? 'FAILED' : 'CREATE_COMPLETE',
    ExecutionStatus: isEmpty ? 'UNAVAILABLE' : 'AVAILABLE',
    ...(isEmpty ? { StatusReason: "The submitted information didn't contain changes." } : {}),
    Changes: { member: Array.from({ length: changes }, () => ({ Type: 'Resource' })) },
  };
};

const executeChangeSet = (asked: Asked): Content => {
  const { stackName, template, stackId } = changeSetOf(asked);
  asked.account.deploy(asked.region, stackName, template, stackId);
  return {};
};

const deleteChangeSet = ({ changeSets, region, form }: Asked): Content => {
  changeSets.delete(`${region}/${text(form, 'StackName')}/${text(form, 'ChangeSetName')}`);
  return {};
};

/** Newest first. */
const describeStackEvents = (asked: Asked): Content => {
  const stack = stackOf(asked);
  return {
    StackEvents: {
      member: stack.events.toReversed().map(({ id, at, resource, type, status, because }) => ({
        StackId: stack.id,
        StackName: stack.name,
        EventId: id,
        LogicalResourceId: resource,
        ResourceType: type,
        Timestamp: time(at),
        ResourceStatus: status,
        ...(because === undefined ? {} : { ResourceStatusReason: because }),
      })),
    },
  };
};

const describeStackResource = (asked: Asked): Content => {
  const stack = stackOf(asked);
  const id = text(asked.form, 'LogicalResourceId');
  const found = stack.resources.find((resource) => resource.id === id);
  if (!found) throw new CloudFormationError(`Resource ${id} does not exist for stack ${stack.name}`);
  return {
    StackResourceDetail: {
      StackName: stack.name,
      LogicalResourceId: id,
      PhysicalResourceId: found.physicalId,
      ResourceType: found.type,
      LastUpdatedTimestamp: time(stack.createdAt),
      ResourceStatus: 'CREATE_COMPLETE',
    },
  };
};

const listStackResources = (asked: Asked): Content => {
  const stack = stackOf(asked);
  return {
    StackResourceSummaries: {
      member: stack.resources.map(({ id, physicalId, type }) => ({
        LogicalResourceId: id,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        LastUpdatedTimestamp: time(stack.createdAt),
        ResourceStatus: 'CREATE_COMPLETE',
      })),
    },
  };
};

const operations: Readonly<Record<string, (asked: Asked) => Content>> = {
  DescribeStacks: describeStacks,
  CreateChangeSet: createChangeSet,
  DescribeChangeSet: describeChangeSet,
  ExecuteChangeSet: executeChangeSet,
  DeleteChangeSet: deleteChangeSet,
  DescribeStackEvents: describeStackEvents,
  DescribeStackResource: describeStackResource,
  ListStackResources: listStackResources,
  GetTemplate: (asked) => ({ TemplateBody: JSON.stringify(stackOf(asked).template) }),
  ValidateTemplate: (asked) => {
    asked.account.validate(templateIn(asked));
    return {};
  },
  DeleteStack: ({ account, region, form }) => {
    account.remove(region, text(form, 'StackName'));
    return {};
  },
};

const reply = (status: number, body: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body,
});

const refuse = (status: number, code: string, message: string): WireResponse =>
  reply(
    status,
    xmlDocument('ErrorResponse', { Error: { Type: 'Sender', Code: code, Message: message } }, NAMESPACE),
  );

/** `readTemplate` gives what lies at a TemplateURL. */
export const cloudformationAccount = (
  account: CloudFormation,
  readTemplate: (url: string) => string | undefined,
  now: () => number,
): Service => {
  const changeSets = new Map<string, ChangeSet>();
  return {
    operation: (request) => formOf(request).get('Action') ?? 'Unknown',
    answer: (request, operation) => {
      const act = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!act)
        return refuse(501, 'NotImplemented', `CloudFormation ${operation} is not part of this account`);
      try {
        const asked = {
          account,
          changeSets,
          region: regionOf(request),
          form: formOf(request),
          readTemplate,
          now,
        };
        const content = { [`${operation}Result`]: act(asked), ResponseMetadata: { RequestId: 'local' } };
        return reply(200, xmlDocument(`${operation}Response`, content, NAMESPACE));
      } catch (error) {
        if (error instanceof CloudFormationError) return refuse(400, error.name, error.message);
        throw error;
      }
    },
  };
};

/** GetCallerIdentity, which every deployment begins with. */
export const stsService: Service = {
  operation: (request) => formOf(request).get('Action') ?? 'Unknown',
  answer: (_request, operation) =>
    operation === 'GetCallerIdentity'
      ? reply(
          200,
          xmlDocument(
            'GetCallerIdentityResponse',
            {
              GetCallerIdentityResult: {
                Arn: 'arn:aws:iam::123456789012:user/local',
                UserId: 'local',
                Account: '123456789012',
              },
            },
            'https://sts.amazonaws.com/doc/2011-06-15/',
          ),
        )
      : refuse(501, 'NotImplemented', `STS ${operation} is not part of this account`),
};

const json = (status: number, body: object): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** GetFunction, by which the framework knows when a function was last deployed. */
export const lambdaService = (account: CloudFormation, now: () => number): Service => ({
  operation: ({ path }) => (/^\/2015-03-31\/functions\/[^/]+$/.test(path) ? 'GetFunction' : 'Unknown'),
  answer: (request, operation) => {
    if (operation !== 'GetFunction')
      return json(501, { message: `Lambda ${request.path} is not part of this account` });
    const name = decodeURIComponent(request.path.split('/').at(-1) ?? '');
    const found = account
      .stacks(regionOf(request))
      .flatMap(({ resources }) => resources)
      .find(({ type, physicalId }) => type === 'AWS::Lambda::Function' && physicalId === name);
    if (!found)
      return {
        ...json(404, { Message: `Function not found: ${name}` }),
        headers: { 'x-amzn-errortype': 'ResourceNotFoundException', 'content-type': 'application/json' },
      };
    return json(200, { Configuration: { FunctionName: name, LastModified: time(now()) } });
  },
});

/** There are no repositories of images. */
export const ecrService: Service = {
  operation: ({ headers }) => headers['x-amz-target']?.split('.').at(-1) ?? 'Unknown',
  answer: () => json(400, { __type: 'RepositoryNotFoundException', message: 'There is none.' }),
};
