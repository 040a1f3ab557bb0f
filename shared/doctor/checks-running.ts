/** What runs, or should: the state, the ticks, the queues, the secrets, and the items of the month. */

import { monthOf } from '../core/calendar.ts';
import type { Head, ParsedHead } from '../core/head.ts';
import { itemsLeft } from '../core/ledger.ts';
import { siteId } from '../core/settings.ts';
import {
  counted,
  type Deployment,
  ok,
  quoted,
  redeploy,
  spanOf,
  unproved,
  type Verdict,
  warn,
  wrong,
} from './checks.ts';

/** A tick comes every five minutes; CloudWatch's alarm waits as long. */
const TICK_LATE_MS = 900_000;
/** An invalidation that was decided takes seconds; only refusals make it take longer. */
const INTENT_LATE_MS = 900_000;

export type Site = Readonly<{ bucket: string; distributionId: string }>;

/** `missing` is what every stack has before its first pass. */
export const judgeState = (head: ParsedHead | 'missing', site: Site, logs: string, now: number): Verdict => {
  if (head === 'missing') {
    return warn('no pass has run yet: the first comes with the first tick, within five minutes', logs);
  }
  if (head.kind === 'unreadable') {
    return wrong(
      `head.json cannot be read (${head.because}): the next pass keeps it aside and invalidates everything`,
      logs,
    );
  }
  const owner = head.head.site;
  return owner === siteId(site)
    ? judgeHead(head.head, logs, now)
    : wrong(
        `the state is that of ${owner}: the next pass keeps it aside and invalidates everything`,
        '# nothing to do where the site was moved on purpose',
      );
};

const judgeHead = (head: Head, logs: string, now: number): Verdict => {
  const { intent, follows, outbox, widen } = head;
  if (intent && now - intent.at > INTENT_LATE_MS) {
    return wrong(
      `an invalidation that was decided ${spanOf(now - intent.at)} ago is not made yet: CloudFront refuses it, or no pass runs`,
      logs,
    );
  }
  const stuck = follows.filter((follow) => follow.stuck).length;
  if (stuck > 0) return warn(`${counted(stuck, 'invalidation')} did not complete in time`, logs);
  if (widen !== undefined) return warn(`everything is to be invalidated: ${widen}`, logs);
  const pending = [
    ...(intent ? ['an invalidation is being made'] : []),
    ...(follows.length > 0 ? [`${counted(follows.length, 'invalidation')} on the way to the edges`] : []),
    ...(outbox.length > 0 ? [`${counted(outbox.length, 'message')} to send`] : []),
  ];
  return ok(`${counted(head.objects, 'object')} recorded, ${pending.join(', ') || 'nothing pending'}`);
};

/** `at`: when the last tick left its note, ms since 1970. `since`: how long there could have been one. */
export const judgeTick = (at: number | 'never', sinceMs: number, logs: string, now: number): Verdict => {
  const look = ["aws scheduler list-schedules --query 'Schedules[].[Name,State]' --output table", logs];
  if (at === 'never') {
    return sinceMs > TICK_LATE_MS
      ? wrong(`no tick has come since the stack was deployed, ${spanOf(sinceMs)} ago`, ...look)
      : warn('no tick has come yet: the first does within five minutes');
  }
  return now - at > TICK_LATE_MS
    ? wrong(`the last tick came ${spanOf(now - at)} ago, although there is one every five minutes`, ...look)
    : ok(`the last tick came ${spanOf(now - at)} ago`);
};

/** What is said of items: a plan with nothing left is one `/*`. */
export const judgeItems = (
  head: Head,
  itemsPerMonth: number,
  deployment: Deployment,
  now: number,
): Verdict => {
  const left = itemsLeft(head.ledger, now, itemsPerMonth);
  const used = head.ledger.month >= monthOf(now) ? head.ledger.items : 0;
  const said = `${used} of ${itemsPerMonth} items of the month`;
  const raise = redeploy(deployment, `itemsPerMonth=${Math.max(2_000, 2 * itemsPerMonth)}`);
  if (left === 0) {
    return wrong(
      `${said} are used up: until the month ends every change invalidates everything`,
      '# a higher budget costs $0.005 for each item above the 1,000 of the account:',
      ...raise,
    );
  }
  return left * 5 < itemsPerMonth
    ? warn(
        `${said} are used: with none left every change invalidates everything`,
        '# a higher budget costs $0.005 for each item above the 1,000 of the account:',
        ...raise,
      )
    : ok(`${said} are used`);
};

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
  return wrong(`${id} holds ${counted(waiting + inFlight, 'message')} that were given up`, read, ...cure);
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
