/** CloudFormation's wire protocol (AWS Query: a form in, XML out): what it would say of this stack, to be read only. */

import type { DeployedStack } from './deployed-stack.ts';
import type { Service, WireRequest, WireResponse } from './wire.ts';
import { type Xml, xmlDocument } from './xml.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

type Form = URLSearchParams;
type Content = Readonly<Record<string, Xml | undefined>>;

class CloudFormationError extends Error {
  override name = 'ValidationError';
}

const formOf = ({ body }: WireRequest): Form => new URLSearchParams(new TextDecoder().decode(body));

/** A stack goes by its name or its id; none in the form means all, where an operation allows that. */
const mustBe = (stack: DeployedStack, form: Form): void => {
  const name = form.get('StackName') ?? '';
  if (name === stack.name || name === stack.id) return;
  throw new CloudFormationError(`Stack with id ${name} does not exist`);
};

const describeStacks = (stack: DeployedStack, form: Form): Content => {
  if (form.has('StackName')) mustBe(stack, form);
  return {
    Stacks: {
      member: [
        {
          StackId: stack.id,
          StackName: stack.name,
          CreationTime: time(stack.createdAt),
          StackStatus: 'CREATE_COMPLETE',
          Outputs: {
            member: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({
              OutputKey,
              OutputValue,
            })),
          },
        },
      ],
    },
  };
};

const listStackResources = (stack: DeployedStack, form: Form): Content => {
  mustBe(stack, form);
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

const getTemplate = (stack: DeployedStack, form: Form): Content => {
  mustBe(stack, form);
  return { TemplateBody: JSON.stringify(stack.template) };
};

const operations: Readonly<Record<string, (stack: DeployedStack, form: Form) => Content>> = {
  DescribeStacks: describeStacks,
  ListStackResources: listStackResources,
  GetTemplate: getTemplate,
};

const time = (at: number): string => new Date(at).toISOString();

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

/** `stack` is asked at each call: some of its names are known only when everything listens. */
export const cloudformationService = (stack: () => DeployedStack): Service => ({
  operation: (request) => formOf(request).get('Action') ?? 'Unknown',
  answer: (request, operation) => {
    const act = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!act)
      return refuse(501, 'NotImplemented', `CloudFormation ${operation} is not part of the local cloud`);
    try {
      const content = {
        [`${operation}Result`]: act(stack(), formOf(request)),
        ResponseMetadata: { RequestId: 'local' },
      };
      return reply(200, xmlDocument(`${operation}Response`, content, NAMESPACE));
    } catch (error) {
      if (error instanceof CloudFormationError) return refuse(400, error.name, error.message);
      throw error;
    }
  },
});
