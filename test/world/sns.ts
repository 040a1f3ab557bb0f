/** A model of SNS topics: what is published is kept, and handed to whoever subscribed here. */

export type Published = Readonly<{
  id: string;
  topicArn: string;
  message: string;
  subject?: string;
  attributes: Readonly<Record<string, string>>;
  at: number;
}>;

export type Subscription = Readonly<{ arn: string; topicArn: string; protocol: string; endpoint: string }>;

export type Sns = Readonly<{
  /** The ARN; a topic that is there already is given again. */
  createTopic(name: string): string;
  topics(): readonly string[];
  /** Throws SnsError NotFound and InvalidParameter. */
  publish(
    topicArn: string,
    message: string,
    options?: Readonly<{
      subject?: string;
      structure?: string;
      attributes?: Readonly<Record<string, string>>;
    }>,
  ): string;
  subscribe(topicArn: string, protocol: string, endpoint: string): Subscription;
  subscriptions(topicArn: string): readonly Subscription[];
  /** The latest messages, oldest first. */
  published(): readonly Published[];
}>;

export class SnsError extends Error {
  override name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Source: SNS API reference, Publish. */
const SUBJECT_CHARACTERS_MAX = 99;
const MESSAGE_BYTES_MAX = 262_144;
const KEPT_MAX = 1_000;

const invalid = (because: string): SnsError =>
  new SnsError('InvalidParameter', `Invalid parameter: ${because}`);

const checkMessage = (message: string, subject: string | undefined, structure: string | undefined): void => {
  if (message === '' || Buffer.byteLength(message) > MESSAGE_BYTES_MAX) throw invalid('Message');
  const isSubject = subject === undefined || /^[\x20-\x7e]+$/.test(subject);
  if (!isSubject || (subject?.length ?? 0) > SUBJECT_CHARACTERS_MAX) throw invalid('Subject');
  if (structure !== 'json') return;
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  if (typeof (value as { default?: unknown } | null)?.default !== 'string') {
    throw invalid('Message Structure - No default entry in JSON message body');
  }
};

export const createSns = ({ now, id }: Readonly<{ now(): number; id(): string }>): Sns => {
  const topics = new Set<string>();
  const subscriptions: Subscription[] = [];
  const published: Published[] = [];
  const mustExist = (topicArn: string): void => {
    if (!topics.has(topicArn)) throw new SnsError('NotFound', 'Topic does not exist');
  };
  return {
    createTopic: (name) => {
      if (!/^[\w-]{1,256}$/.test(name)) throw invalid('Topic Name');
      const arn = `arn:aws:sns:us-east-1:123456789012:${name}`;
      topics.add(arn);
      return arn;
    },
    topics: () => [...topics],
    publish: (topicArn, message, { subject, structure, attributes = {} } = {}) => {
      mustExist(topicArn);
      checkMessage(message, subject, structure);
      const sent = {
        id: id(),
        topicArn,
        message,
        attributes,
        at: now(),
        ...(subject === undefined ? {} : { subject }),
      };
      published.push(sent);
      if (published.length > KEPT_MAX) published.shift();
      return sent.id;
    },
    subscribe: (topicArn, protocol, endpoint) => {
      mustExist(topicArn);
      const subscription = { arn: `${topicArn}:${id()}`, topicArn, protocol, endpoint };
      subscriptions.push(subscription);
      return subscription;
    },
    subscriptions: (topicArn) => subscriptions.filter((one) => one.topicArn === topicArn),
    published: () => published,
  };
};
