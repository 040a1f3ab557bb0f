/** SNS's wire protocol (AWS Query: a form in, XML out) on the model of its topics. */

import { type Sns, SnsError } from '../world/sns.ts';
import type { Service, WireRequest, WireResponse } from './wire.ts';
import { type Xml, xmlDocument } from './xml.ts';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

type Form = URLSearchParams;
type Content = Readonly<Record<string, Xml | undefined>>;

const formOf = ({ body }: WireRequest): Form => new URLSearchParams(new TextDecoder().decode(body));

const required = (form: Form, name: string): string => {
  const value = form.get(name);
  if (value !== null && value !== '') return value;
  throw new SnsError('InvalidParameter', `Invalid parameter: ${name}`);
};

/** `MessageAttributes.entry.1.Name`, `...Value.StringValue`. */
const attributesIn = (form: Form): Readonly<Record<string, string>> => {
  const found: [string, string][] = [];
  for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index += 1) {
    const at = `MessageAttributes.entry.${index}`;
    found.push([form.get(`${at}.Name`) ?? '', form.get(`${at}.Value.StringValue`) ?? '']);
  }
  return Object.fromEntries(found);
};

const publish = (sns: Sns, form: Form): Content => {
  const [subject, structure] = [form.get('Subject'), form.get('MessageStructure')];
  const id = sns.publish(required(form, 'TopicArn'), form.get('Message') ?? '', {
    ...(subject === null ? {} : { subject }),
    ...(structure === null ? {} : { structure }),
    attributes: attributesIn(form),
  });
  return { MessageId: id };
};

const operations: Readonly<Record<string, (sns: Sns, form: Form) => Content>> = {
  CreateTopic: (sns, form) => ({ TopicArn: sns.createTopic(required(form, 'Name')) }),
  ListTopics: (sns) => ({ Topics: { member: sns.topics().map((arn) => ({ TopicArn: arn })) } }),
  Publish: publish,
  Subscribe: (sns, form) => {
    const endpoint = form.get('Endpoint') ?? '';
    return {
      SubscriptionArn: sns.subscribe(required(form, 'TopicArn'), required(form, 'Protocol'), endpoint).arn,
    };
  },
  ListSubscriptionsByTopic: (sns, form) => ({
    Subscriptions: {
      member: sns.subscriptions(required(form, 'TopicArn')).map(({ arn, topicArn, protocol, endpoint }) => ({
        SubscriptionArn: arn,
        Owner: '123456789012',
        Protocol: protocol,
        Endpoint: endpoint,
        TopicArn: topicArn,
      })),
    },
  }),
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

export const snsService = (sns: Sns): Service => ({
  operation: (request) => formOf(request).get('Action') ?? 'Unknown',
  answer: (request, operation) => {
    const act = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!act) return refuse(501, 'NotImplemented', `SNS ${operation} is not part of the local cloud`);
    try {
      const result = act(sns, formOf(request));
      const content = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: 'local' } };
      return reply(200, xmlDocument(`${operation}Response`, content, NAMESPACE));
    } catch (error) {
      if (error instanceof SnsError)
        return refuse(error.name === 'NotFound' ? 404 : 400, error.name, error.message);
      throw error;
    }
  },
});
