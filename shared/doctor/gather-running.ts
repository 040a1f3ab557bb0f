/** What the parts that run left behind: the state bucket, the queues, the channels' parameters. */

import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { type ParsedHead, parseHead } from '../core/head.ts';
import { type Fact, known } from './checks.ts';
import type { Subscriptions } from './checks-alarms.ts';
import type { Queue, Secret } from './checks-queues.ts';
import type { PhysicalIds } from './checks-template.ts';
import { attempt, orWhen } from './gather-parts.ts';

export const gatherHead = (s3: S3Client, bucket: string): Promise<Fact<ParsedHead | 'missing'>> =>
  attempt(() =>
    orWhen(['NoSuchKey'], 'missing' as const, async () => {
      const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'head.json' }));
      return parseHead((await body?.transformToByteArray()) ?? new Uint8Array());
    }),
  );

/** Every tick of `follow-invalidation` writes this note, whatever else there is to do. */
export const gatherTick = (s3: S3Client, bucket: string): Promise<Fact<number | 'never'>> =>
  attempt(() =>
    orWhen(['NotFound', 'NoSuchKey'], 'never' as const, async () => {
      const { LastModified: at } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'warm.json' }));
      return at?.getTime() ?? 'never';
    }),
  );

/** A queue's physical id is its URL; the mapping of a function to a queue is called after that, and has none. */
export const gatherQueues = (sqs: SQSClient, ids: PhysicalIds): Promise<Fact<readonly Queue[]>> =>
  attempt(() =>
    Promise.all(
      [...ids]
        .filter(([, physicalId]) => /^https?:\/\//.test(physicalId))
        .map(async ([id, url]) => {
          const { Attributes: attributes = {} } = await sqs.send(
            new GetQueueAttributesCommand({
              QueueUrl: url,
              AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
            }),
          );
          return {
            id,
            url,
            waiting: Number(attributes['ApproximateNumberOfMessages'] ?? 0),
            inFlight: Number(attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
          };
        }),
    ),
  );

/** Source: Systems Manager API reference, GetParameters. */
const NAMES_MAX = 10;

/** Names and types. Not decrypted, and what comes as a value is dropped here: it is nobody's business. */
export const gatherSecrets = async (
  ssm: SSMClient,
  names: Fact<readonly string[]>,
): Promise<Fact<readonly Secret[]>> => {
  if (names.kind === 'unknown') return names;
  const wanted = names.value;
  const pages = Array.from({ length: Math.ceil(wanted.length / NAMES_MAX) }, (_, page) =>
    wanted.slice(page * NAMES_MAX, (page + 1) * NAMES_MAX),
  );
  const types = new Map<string, string>();
  for (const page of pages) {
    const answer = await attempt(() =>
      ssm.send(new GetParametersCommand({ Names: [...page], WithDecryption: false })),
    );
    if (answer.kind === 'unknown') return answer;
    for (const { Name: name, Type: type } of answer.value.Parameters ?? [])
      if (name && type) types.set(name, type);
  }
  return known(wanted.map((name) => ({ name, type: types.get(name) ?? 'missing' })));
};

/** Undefined where the stack has no topic. */
export const gatherAlarms = async (
  sns: SNSClient,
  ids: PhysicalIds,
): Promise<Fact<Subscriptions> | undefined> => {
  const topic = ids.get('AlarmTopic');
  if (topic === undefined) return undefined;
  return attempt(async () => {
    const { Subscriptions: all = [] } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: topic }),
    );
    const pending = all.filter(({ SubscriptionArn: arn }) => arn === 'PendingConfirmation');
    return {
      topic,
      confirmed: all.length - pending.length,
      pending: pending.map(({ Endpoint: endpoint = '' }) => endpoint),
    };
  });
};
