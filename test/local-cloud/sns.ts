/** SNS's wire protocol (AWS Query: a form in, XML out) on the model of its topics. */

import { type Sns, SnsError, type Subscription } from '../world/sns.ts';
import { type Page, pageOf } from './pages.ts';
import type { Service, WireRequest, WireResponse } from './wire.ts';
import { type Xml, xmlDocument } from './xml.ts';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** Source: SNS API reference, ListTopics and ListSubscriptionsByTopic. */
const PAGE = 100;

type Form = URLSearchParams;
type Content = Readonly<Record<string, Xml | undefined>>;

const formOf = ({ body }: WireRequest): Form => new URLSearchParams(new TextDecoder().decode(body));

const required = (form: Form, name: string): string => {
  const value = form.get(name);
  if (value !== null && value !== '') return value;
  throw new SnsError('InvalidParameter', `Invalid parameter: ${name}`);
};

/** `MessageAttributes.entry.1.Name`, `...Value.DataType`, `...Value.StringValue`. */
const attributesIn = (form: Form): Readonly<Record<string, string>> => {
  const found: [string, string][] = [];
  for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index += 1) {
    const at = `MessageAttributes.entry.${index}`;
    const name = form.get(`${at}.Name`) ?? '';
    const value = form.get(`${at}.Value.StringValue`) ?? form.get(`${at}.Value.BinaryValue`) ?? '';
    if (value === '' || !form.get(`${at}.Value.DataType`)) {
      throw new SnsError('ParameterValueInvalid', `expected a type and a value for the attribute ${name}`);
    }
    found.push([name, value]);
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

/** Attributes filter what is delivered: to take and ignore them would deliver what nobody wants. */
const subscribe = (sns: Sns, form: Form): Content => {
  const attribute = form.get('Attributes.entry.1.key');
  if (attribute !== null) {
    throw new SnsError('InvalidParameter', `${attribute} of subscriptions is not part of the local cloud`);
  }
  const endpoint = form.get('Endpoint') ?? '';
  const { arn, isPending } = sns.subscribe(required(form, 'TopicArn'), required(form, 'Protocol'), endpoint);
  const isShown = !isPending || form.get('ReturnSubscriptionArn') === 'true';
  return { SubscriptionArn: isShown ? arn : 'pending confirmation' };
};

const listed = <T>(all: readonly T[], form: Form): Page<T> => {
  const page = pageOf(all, form.get('NextToken') ?? undefined, PAGE);
  if (!page) throw new SnsError('InvalidParameter', 'Invalid parameter: NextToken');
  return page;
};

const shownSubscription = ({ arn, topicArn, protocol, endpoint, isPending }: Subscription): Content => ({
  SubscriptionArn: isPending ? 'PendingConfirmation' : arn,
  Owner: '123456789012',
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

const operations: Readonly<Record<string, (sns: Sns, form: Form) => Content>> = {
  CreateTopic: (sns, form) => ({ TopicArn: sns.createTopic(required(form, 'Name')) }),
  ListTopics: (sns, form) => {
    const { items, nextToken } = listed(sns.topics(), form);
    return { Topics: { member: items.map((arn) => ({ TopicArn: arn })) }, NextToken: nextToken };
  },
  Publish: publish,
  Subscribe: subscribe,
  ListSubscriptionsByTopic: (sns, form) => {
    const { items, nextToken } = listed(sns.subscriptions(required(form, 'TopicArn')), form);
    return { Subscriptions: { member: items.map(shownSubscription) }, NextToken: nextToken };
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
