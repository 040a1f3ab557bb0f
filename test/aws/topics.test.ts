/** The topics port with its real client, against the local SNS, which refuses what SNS refuses. */

import { SNSClient } from '@aws-sdk/client-sns';
import { topicsAdapter } from '../../shared/aws/topics.ts';
import type { Report } from '../../shared/core/report.ts';
import { type TopicFormat, type TopicMessage, topicMessage } from '../../shared/core/sns-message.ts';
import type { SiteNames } from '../../shared/core/status-json.ts';
import { aBuildReport, aHealthReport, aStartReport, PAGELESS, SITE_NAMES } from '../core/report-fixture.ts';
import { FORMS } from '../core/report-forms.ts';
import { type AwsServer, type Fault, serveAws } from '../local-cloud/server.ts';
import { snsService } from '../local-cloud/sns.ts';
import { amazonQ } from '../stand-ins/topics.ts';
import { createSns, type Published, type Sns } from '../world/sns.ts';

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
  expect(await topicsAdapter(() => client).publish(topic, message)).toEqual({ kind: 'published' });
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

/** Through the model itself: what its server does with a message is tried above. */
const take = (report: Report, site: SiteNames, format: TopicFormat): Published | undefined => {
  const { subject, message, attributes } = topicMessage(report, site, format);
  sns.publish(topic, message, { subject, structure: 'json', attributes });
  return sns.published().at(-1);
};
const textOf = ({ message }: TopicMessage): string => (JSON.parse(message) as { default: string }).default;

test.each([
  ['text', SITE_NAMES],
  ['text', PAGELESS],
  ['amazon-q', SITE_NAMES],
  ['amazon-q', PAGELESS],
] as readonly (readonly [TopicFormat, SiteNames])[])(
  'as %s every form of a report is taken, with a status page and without (%#)',
  (format, site) => {
    for (const report of FORMS) {
      const { subject, attributes } = take(report, site, format) ?? {};
      expect(subject).toMatch(/^shop: /);
      expect(Object.keys(attributes ?? {}).sort()).toEqual(['event', 'severity']);
      const text = textOf(topicMessage(report, site, format));
      if (format === 'amazon-q') expect(() => amazonQ(text)).not.toThrow();
      else expect(text.endsWith(`\n${site.statusUrl ?? site.url}`)).toBe(true);
    }
  },
);

test('whatever a reason says, a chat of Amazon Q mentions nobody and links nowhere', () => {
  const because = '<!channel> <@U024BE7LH> @here @channel <https://evil.example|click>';
  const text = textOf(
    topicMessage(aBuildReport({ because }), { ...SITE_NAMES, name: '<!here>' }, 'amazon-q'),
  );
  expect(() => amazonQ(text)).not.toThrow();
  expect(text).not.toContain('<https://evil');
  expect(text).toContain(`<${SITE_NAMES.statusUrl}|the status page>`);
});

test('mails and notifications are cut where nobody reads on', () => {
  const because = 'x'.repeat(9_000);
  const told = (format: TopicFormat) => textOf(topicMessage(aBuildReport({ because }), SITE_NAMES, format));
  for (const line of told('text').split('\n')) expect(line.length).toBeLessThanOrEqual(1_000);
  expect(JSON.parse(told('amazon-q')).content.description).toHaveLength(2_000);
  const named = topicMessage(aBuildReport(), { ...SITE_NAMES, name: 'n'.repeat(300) }, 'amazon-q');
  expect(named.subject).toHaveLength(99);
  expect(JSON.parse(textOf(named)).content.title).toHaveLength(250);
});

test('what belongs to one build is one thread, and so is all of the API’s health', () => {
  const threadOf = (report: Report): string =>
    JSON.parse(textOf(topicMessage(report, SITE_NAMES, 'amazon-q'))).metadata.threadId;
  expect(threadOf(aStartReport())).toBe(threadOf(aBuildReport()));
  expect(threadOf(aHealthReport())).toBe(threadOf(aHealthReport({ to: 'healthy' })));
  expect(threadOf(aHealthReport())).toBe(`${SITE_NAMES.name}/${SITE_NAMES.stage}/api`);
});

test.each<[string, object, RegExp]>([
  ['another version', { version: '2.0' }, /version/],
  ['another source', { source: 'aws' }, /source/],
  ['a field that nobody knows', { detail: {} }, /detail/],
  ['no content', { content: undefined }, /content/],
  ['no description', { content: { textType: 'client-markdown', title: 'x' } }, /description/],
  ['a mention', { metadata: { threadId: 'x', summary: '<!here>', eventType: 'x' } }, /mentioned/],
])('Amazon Q is silent about a notification with %s', (_what, change, expected) => {
  const right = JSON.parse(textOf(topicMessage(aBuildReport(), SITE_NAMES, 'amazon-q')));
  expect(() => amazonQ(JSON.stringify({ ...right, ...change }))).toThrow(expected);
});

test('the same report is the same message', () => {
  const [[, report]] = REPORTS;
  expect(topicMessage(report, SITE_NAMES, 'text')).toEqual(topicMessage(report, SITE_NAMES, 'text'));
});

test('in a subject letters lose their accents, and nothing else stands for them', () => {
  const { subject } = topicMessage(aBuildReport(), { ...SITE_NAMES, name: 'Café Zoë' }, 'text');
  expect(subject).toBe('Cafe Zoe: a1b2c3d is live');
});

test('a reason with a line break in it adds no line of its own to a mail', () => {
  const text = textOf(topicMessage(aBuildReport({ because: 'x\nWhat to do: y' }), SITE_NAMES, 'text'));
  expect(text).toContain('\nWhy: x What to do: y\n');
});

test.each(['AuthorizationError', 'KMSAccessDeniedException'])(
  'after "%s" it is worth another try: a deployment gives the permission last',
  async (name) => {
    const send = () => Promise.reject(Object.assign(new Error('canary'), { name }));
    const message = topicMessage(aBuildReport(), SITE_NAMES, 'text');
    const denied = topicsAdapter(() => ({ send }) as unknown as SNSClient);
    expect(await denied.publish(topic, message)).toEqual({ kind: 'not-published', because: name });
  },
);

test('a topic that is not there is refused for good', async () => {
  const message = topicMessage(aBuildReport(), SITE_NAMES, 'text');
  const answer = await topicsAdapter(() => client).publish(`${topic}-gone`, message);
  expect(answer).toEqual({ kind: 'refused', because: expect.stringMatching(/^NotFound/) });
});

test.each(['throttle', 'server-error'] as const)('after "%s" it is worth another try', async (kind) => {
  fault = { kind, when: 'before' } as Fault;
  const message = topicMessage(aBuildReport(), SITE_NAMES, 'text');
  expect(await topicsAdapter(() => client).publish(topic, message)).toMatchObject({ kind: 'not-published' });
});
