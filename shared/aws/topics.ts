/** The topics port over SNS's API. */

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { refusalOf } from '../core/answers.ts';
import type { Topics } from '../ports.ts';

/** Of these it would be no use to try again. A permission may be on its way: a deployment gives it last. */
const FOR_GOOD = /^(NotFound|InvalidParameter|InvalidParameterValue)/;

/** `arn:aws:sns:REGION:ACCOUNT:NAME`: only there can it be published to. */
const regionOf = (topic: string): string => topic.split(':')[3] ?? '';

/**
 * `clientOf` gives the client of a region. It makes one attempt only: a message that is tried again is the queue's to
 * say.
 */
export const topicsAdapter = (clientOf: (region: string) => SNSClient): Topics => ({
  publish: async (topic, { subject, message, attributes }) => {
    try {
      await clientOf(regionOf(topic)).send(
        new PublishCommand({
          TopicArn: topic,
          Subject: subject,
          Message: message,
          MessageStructure: 'json',
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [
              name,
              { DataType: 'String', StringValue: value },
            ]),
          ),
        }),
      );
      return { kind: 'published' };
    } catch (error) {
      const { name } = refusalOf(error);
      return { kind: FOR_GOOD.test(name) ? 'refused' : 'not-published', because: name };
    }
  },
});
