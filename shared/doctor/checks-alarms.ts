/** Whether anybody is told of alarms: a mail address counts once its owner has confirmed it. */

import { type Deployment, ok, quoted, redeploy, type Verdict, warn } from './checks.ts';

/** Of the topic that alarms publish to. */
export type Subscriptions = Readonly<{ topic: string; confirmed: number; pending: readonly string[] }>;

export const judgeAlarms = (
  { topic, confirmed, pending }: Subscriptions,
  deployment: Deployment,
): Verdict => {
  if (pending.length > 0) {
    return warn(
      `${pending.join(', ')} is told of no alarm before the mail of SNS is confirmed`,
      '# its owner has to follow the link in it, within three days; this sends it again:',
      ...pending.map(
        (address) =>
          `aws sns subscribe --region ${deployment.region} --topic-arn ${topic} --protocol email --notification-endpoint ${quoted(address)}`,
      ),
    );
  }
  return confirmed > 0
    ? ok('somebody is told of alarms')
    : warn('nobody is told of alarms', ...redeploy(deployment, 'alarmEmail=you@example.com'));
};
