/** Queues with messages that nobody handled, and parameters that channels cannot do without. */

import { counted, ok, quoted, unproved, type Verdict, warn, wrong } from './checks.ts';

/** One queue, by its logical id; counts as SQS says them, approximately. */
export type Queue = Readonly<{ id: string; url: string; waiting: number; inFlight: number }>;

/** More than any build makes in the time between two polls. */
const WAITING_MAX = 1_000;

const isDeadLetters = ({ id }: Queue): boolean => id.endsWith('DeadLetterQueue');

/** Dead letters of one queue are one finding: each has another reason and another cure. */
export const judgeQueues = (queues: readonly Queue[], region: string): readonly Verdict[] => {
  const dead = queues.filter((queue) => isDeadLetters(queue) && queue.waiting + queue.inFlight > 0);
  const full = queues.filter((queue) => !isDeadLetters(queue) && queue.waiting > WAITING_MAX);
  const verdicts = [
    ...dead.map((queue) => deadLetters(queue, region)),
    ...full.map((queue) =>
      warn(
        `${queue.id} has ${queue.waiting} messages waiting: its function does not keep up, or does not run`,
        `aws lambda list-event-source-mappings --region ${region} --event-source-arn ${arnOfQueue(queue.url)} --query 'EventSourceMappings[].State'`,
      ),
    ),
  ];
  if (verdicts.length > 0) return verdicts;
  return [
    queues.length === 0
      ? unproved('the stack has no queues')
      : ok(`${counted(queues.length, 'queue')}, no dead letters`),
  ];
};

const deadLetters = ({ id, url, waiting, inFlight }: Queue, region: string): Verdict => {
  const read = `aws sqs receive-message --region ${region} --queue-url ${quoted(url)} --max-number-of-messages 10 --visibility-timeout 5`;
  // What EventBridge could not deliver has no queue to go back to; the next tick looked without it.
  const cure =
    id === 'EventsDeadLetterQueue'
      ? [
          '# the ticks have looked since, so that nothing is lost with them:',
          `aws sqs purge-queue --region ${region} --queue-url ${quoted(url)}`,
        ]
      : [
          `# once its cause is mended, send them back:`,
          `aws sqs start-message-move-task --region ${region} --source-arn ${arnOfQueue(url)}`,
        ];
  return wrong(`${id} holds ${counted(waiting + inFlight, 'message')} that nobody handled`, read, ...cure);
};

/** `https://sqs.us-east-1.amazonaws.com/123456789012/name` to its ARN. */
const arnOfQueue = (url: string): string => {
  const { hostname, pathname } = new URL(url);
  const [, account = '', name = ''] = pathname.split('/');
  const region = /^sqs\.([a-z0-9-]+)\./.exec(hostname)?.[1] ?? 'us-east-1';
  return `arn:aws:sqs:${region}:${account}:${name}`;
};

/** A parameter that a channel names; `type` as SSM says, or missing. Its value is never looked at. */
export type Secret = Readonly<{ name: string; type: string | 'missing' }>;

export const judgeSecrets = (secrets: readonly Secret[], region: string): Verdict => {
  const put = (name: string, more = ''): string =>
    `read -rs SECRET && aws ssm put-parameter --region ${region} --type SecureString --name ${name} --value "$SECRET"${more}`;
  const missing = secrets.filter(({ type }) => type === 'missing');
  if (missing.length > 0) {
    return wrong(
      `channels name parameters that are not there: ${missing.map(({ name }) => name).join(', ')}`,
      ...missing.map(({ name }) => put(name)),
    );
  }
  const plain = secrets.filter(({ type }) => type !== 'SecureString');
  if (plain.length > 0) {
    return warn(
      `${plain.map(({ name, type }) => `${name} is a ${type}`).join(', ')}: whoever lists parameters reads it`,
      ...plain.flatMap(({ name }) => [
        `aws ssm delete-parameter --region ${region} --name ${name}`,
        put(name),
      ]),
    );
  }
  return secrets.length === 0
    ? ok('no channel needs one')
    : ok(`${counted(secrets.length, 'parameter')} of the channels, all there and encrypted`);
};
