/** The topics port with its real client, against the local SNS, which refuses what SNS refuses. */

import { SNSClient } from '@aws-sdk/client-sns';
import { topicsAdapter } from '../../shared/aws/topics.ts';
import { topicMessage } from '../../shared/core/sns-message.ts';
import { aBuildReport, aHealthReport, SITE_NAMES } from '../core/report-fixture.ts';
import { type AwsServer, type Fault, serveAws } from '../local-cloud/server.ts';
import { snsService } from '../local-cloud/sns.ts';
import { createSns, type Sns } from '../world/sns.ts';

const ODD = `${'because '.repeat(5_000)}<b>&"\u0000\n\u{1f600}`;

let sns: Sns;
let aws: AwsServer;
let client: SNSClient;
let topic: string;
let fault: Fault | undefined;

beforeEach(async () => {
  let ids = 0;
  fault = undefined;
  sns = createSns({ now: () => 0, id: () => `id${ids++}` });
  topic = sns.createTopic('status');
  aws = await serveAws({ port: 0, services: { sns: snsService(sns) }, fault: () => fault });
  client = new SNSClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await aws.close();
});

const REPORTS = [
  ['a build', aBuildReport()],
  ['a long and odd reason', aBuildReport({ because: ODD, commit: ODD, outcome: 'stuck' })],
  ['an outage', aHealthReport()],
  ['an odd recovery', aHealthReport({ from: 'unhealthy', to: 'healthy', outageMs: 1, because: ODD })],
] as const;

test.each(
  REPORTS.flatMap(([what, report]) =>
    (['text', 'amazon-q'] as const).map((format) => [what, format, report] as const),
  ),
)('SNS takes %s as %s', async (_what, format, report) => {
  const message = topicMessage(report, { ...SITE_NAMES, name: 'shöp' }, format);
  expect(await topicsAdapter(client).publish(topic, message)).toEqual({ kind: 'published' });
  expect(sns.published()).toHaveLength(1);
  expect(message.subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
  const { default: text } = JSON.parse(message.message) as { default: string };
  if (format === 'text') expect(text).toContain('/_status/');
  else
    expect(JSON.parse(text)).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: { textType: 'client-markdown', title: expect.any(String), description: expect.any(String) },
    });
});

test.each([
  [aBuildReport(), 'deploy.live', 'info'],
  [aBuildReport({ outcome: 'failed' }), 'deploy.failed', 'error'],
  [aHealthReport({ to: 'degraded' }), 'api.degraded', 'warning'],
  [aHealthReport(), 'api.unhealthy', 'error'],
])('a subscription can filter by what happened and how bad it is (%#)', (report, event, severity) => {
  expect(topicMessage(report, SITE_NAMES, 'text').attributes).toEqual({ event, severity });
});

test('the same report is the same message', () => {
  const [[, report]] = REPORTS;
  expect(topicMessage(report, SITE_NAMES, 'text')).toEqual(topicMessage(report, SITE_NAMES, 'text'));
});

test('a topic that is not there is refused for good', async () => {
  const message = topicMessage(aBuildReport(), SITE_NAMES, 'text');
  const answer = await topicsAdapter(client).publish(`${topic}-gone`, message);
  expect(answer).toEqual({ kind: 'refused', because: expect.stringMatching(/^NotFound/) });
});

test.each(['throttle', 'server-error'] as const)('after "%s" it is worth another try', async (kind) => {
  fault = { kind, when: 'before' } as Fault;
  const message = topicMessage(aBuildReport(), SITE_NAMES, 'text');
  expect(await topicsAdapter(client).publish(topic, message)).toMatchObject({ kind: 'not-published' });
});
