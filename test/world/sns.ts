/** A model of SNS topics: what is published is kept, and handed to the queues that subscribed. */

import {
  checkEndpoint,
  checkMessage,
  checkSubject,
  invalidParameter,
  SnsError,
  textsOf,
} from './sns-rules.ts';

export { SnsError } from './sns-rules.ts';

export type Published = Readonly<{
  id: string;
  topicArn: string;
  message: string;
  subject?: string;
  attributes: Readonly<Record<string, string>>;
  at: number;
}>;

/** Whoever is no queue has to confirm a subscription, and nobody here can: it is recorded, and pending. */
export type Subscription = Readonly<{
  arn: string;
  topicArn: string;
  protocol: string;
  endpoint: string;
  isPending: boolean;
}>;

export type Sns = Readonly<{
  /** The ARN; a topic that is there already is given again. */
  createTopic(name: string): string;
  topics(): readonly string[];
  /** The message's id. Throws SnsError NotFound and InvalidParameter. */
  publish(
    topicArn: string,
    message: string,
    options?: Readonly<{
      subject?: string;
      structure?: string;
      attributes?: Readonly<Record<string, string>>;
    }>,
  ): string;
  /** A subscription that is there already is given again. Throws SnsError NotFound and InvalidParameter. */
  subscribe(topicArn: string, protocol: string, endpoint: string): Subscription;
  /** Throws SnsError NotFound. */
  subscriptions(topicArn: string): readonly Subscription[];
  /** The latest messages, oldest first. */
  published(): readonly Published[];
}>;

export type SnsOptions = Readonly<{
  now(): number;
  id(): string;
  /** A message for a queue that subscribed, called within `publish`. */
  toQueue?(queueArn: string, body: string): void;
}>;

const KEPT_MAX = 1_000;

export const createSns = ({ now, id, toQueue }: SnsOptions): Sns => {
  const topics = new Set<string>();
  const subscriptions: Subscription[] = [];
  const published: Published[] = [];
  const subscriptionsOf = (topicArn: string): readonly Subscription[] => {
    if (!topics.has(topicArn)) throw new SnsError('NotFound', 'Topic does not exist');
    return subscriptions.filter((one) => one.topicArn === topicArn);
  };
  return {
    createTopic: (name) => {
      if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
      const arn = `arn:aws:sns:us-east-1:123456789012:${name}`;
      topics.add(arn);
      return arn;
    },
    topics: () => [...topics],
    publish: (topicArn, message, { subject, structure, attributes = {} } = {}) => {
      const receivers = subscriptionsOf(topicArn);
      checkSubject(subject);
      checkMessage(message, attributes);
      const textFor = textsOf(message, structure);
      const of = subject === undefined ? {} : { subject };
      const sent: Published = { id: id(), topicArn, message, attributes, at: now(), ...of };
      published.push(sent);
      if (published.length > KEPT_MAX) published.shift();
      for (const { protocol, endpoint } of receivers) {
        if (protocol === 'sqs') toQueue?.(endpoint, notification(sent, textFor('sqs')));
      }
      return sent.id;
    },
    subscribe: (topicArn, protocol, endpoint) => {
      const same = subscriptionsOf(topicArn).find(
        (one) => one.protocol === protocol && one.endpoint === endpoint,
      );
      if (same) return same;
      checkEndpoint(protocol, endpoint);
      const isPending = protocol !== 'sqs';
      const subscription = { arn: `${topicArn}:${id()}`, topicArn, protocol, endpoint, isPending };
      subscriptions.push(subscription);
      return subscription;
    },
    subscriptions: subscriptionsOf,
    published: () => published,
  };
};

/** What a queue gets, without the signature. Source: SNS developer guide, "Amazon SNS message and JSON formats". */
const notification = ({ id, topicArn, subject, attributes, at }: Published, text: string): string => {
  const named = Object.entries(attributes).map(([name, value]) => [name, { Type: 'String', Value: value }]);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: id,
    TopicArn: topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: text,
    Timestamp: new Date(at).toISOString(),
    ...(named.length === 0 ? {} : { MessageAttributes: Object.fromEntries(named) }),
  });
};
