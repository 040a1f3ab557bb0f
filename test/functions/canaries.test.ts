/** Secrets planted wherever one can be: none is seen again but where it was meant to go. */

import { parseChannels } from '../../shared/core/channels.ts';
import { KEYS, startWorld, type World } from '../faults/world.ts';
import { type Fact, STATE_BUCKET } from '../local-cloud/cloud.ts';
import { answersOf, CANARY, type Came, canariesIn, canaryChannels, KINDS } from './canary-channels.ts';

const TIMEOUT_MS = 120_000;
const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
const TOPIC = `arn:aws:sns:us-east-1:123456789012:${CANARY}`;
const TOPICS = [
  { name: 'topic', topic: `${TOPIC}-topic` },
  { name: 'topic-of-q', topic: `${TOPIC}-q`, format: 'amazon-q' },
  { name: 'topic-gone', topic: `${TOPIC}-gone` },
];

const channels: { name: string; kind: string }[] = [];
const facts: Fact[] = [];
const logs: string[] = [];
let world: World;
let came: readonly Came[];
let close: () => void;

beforeAll(async () => {
  const made = await canaryChannels();
  ({ came, close } = made);
  channels.push(
    { name: 'log', kind: 'log' },
    { name: 'page', kind: 'page' },
    ...TOPICS.map((topic) => ({ kind: 'sns', ...topic })),
    ...made.channels,
  );
  world = await startWorld({
    environment: {
      CHANNELS: JSON.stringify(channels),
      API_HEALTH_PATH: `/api/health?key=${CANARY}-path`,
      BODY_MARKER: `${CANARY}-marker`,
      EXPECT_JSON: `status=${CANARY}-value`,
      EXPECT_HEADER: `x-app: ${CANARY}-header`,
      CHECK_EVERY_MS: '0',
    },
    scheduleMs: { CheckTick: 60_000 },
    onFact: (fact) => facts.push(fact),
    onLog: (line) => logs.push(line),
  });
  const { ssm, sns, faults } = world.cloud;
  for (const [name, value] of made.parameters) ssm.put(name, 'SecureString', value, true);
  for (const name of ['topic', 'q']) sns.createTopic(`${CANARY}-${name}`);
  // A topic that has too much to do, and one that breaks.
  for (const trouble of ['throttle', '500'] as const)
    faults.add({ service: 'sns', operation: 'Publish', nth: 1, when: 'before', do: trouble });
  world.cloud.tick();
  await world.run(60_000);
  const build = world.cloud.codebuild.start({ commit: COMMIT });
  await world.run(10_000);
  world.upload(1, ...KEYS);
  world.cloud.codebuild.finish(build, 'SUCCEEDED');
  await world.run(240_000);
}, TIMEOUT_MS);
afterAll(async () => {
  await world.stop();
  close();
});

const publicFiles = (): readonly (readonly [string, string])[] => {
  const { objects } = world.cloud.s3.listObjectsV2(STATE_BUCKET, { prefix: 'public/' });
  return objects.map(({ key }) => [
    key,
    new TextDecoder().decode(world.cloud.s3.get(STATE_BUCKET, key).body),
  ]);
};

/** All that is kept, by its keys. */
const stateFiles = (): readonly (readonly [string, string])[] => {
  const { objects } = world.cloud.s3.listObjectsV2(STATE_BUCKET, {});
  return objects.map(({ key }) => [
    key,
    Buffer.from(world.cloud.s3.get(STATE_BUCKET, key).body).toString('latin1'),
  ]);
};

const thrownBy = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

const channelsTold = (kind: string): ReadonlySet<unknown> =>
  new Set(facts.filter((fact) => fact.kind === kind).map(({ channel }) => channel));

test('there was something to see: an outage, a build of a commit, and all public files', () => {
  expect(facts.some(({ kind, health }) => kind === 'health' && health === 'unhealthy')).toBe(true);
  expect(publicFiles().map(([key]) => key.replace(/^public\/_status\//, ''))).toEqual(
    expect.arrayContaining(['badge/api.svg', 'history.atom', 'index.html', 'status.json']),
  );
  expect(stateFiles().map(([key]) => key)).toEqual(
    expect.arrayContaining(['head.json', 'health.json', 'history.json', 'deliveries.json']),
  );
});

test('there is a channel of every kind', () => {
  const known = /expected one of ([a-z-]+(?:, [a-z-]+)*)$/;
  const kinds = () => parseChannels('[{"name":"x","kind":"none"}]');
  const [, listed = ''] = known.exec(String(thrownBy(kinds))) ?? [];
  expect([...new Set(channels.map(({ kind }) => kind))].sort()).toEqual(listed.split(', ').sort());
});

describe.each(Object.keys(KINDS))('the service of a channel of the kind %s', (kind) => {
  test.each(answersOf(kind))('that %s was sent its secrets, and nobody else’s', (mode) => {
    const own = `${CANARY}-of-${kind}-that-${mode}-`;
    const sent = came.filter(({ name }) => name === `${kind}.${mode}`).map(({ echo }) => echo);
    expect(sent).not.toEqual([]);
    const canaries = sent.flatMap(canariesIn);
    expect(canaries).not.toEqual([]);
    expect(canaries.filter((canary) => !canary.startsWith(own))).toEqual([]);
  });

  test('refused it for good, broke and could not be reached', () => {
    expect(channelsTold('not-posted')).toContain(`${kind}.refuses`);
    expect(channelsTold('posted-later')).toContain(`${kind}.breaks`);
    expect(channelsTold('posted-later')).toContain(`${kind}.unreachable`);
  });
});

test('redirects, private addresses, answers without their end and unusable secrets were met too', () => {
  expect([...channelsTold('not-posted')]).toEqual(
    expect.arrayContaining(['webhook.redirects', 'webhook.private', 'no-address', 'no-header']),
  );
  expect([...channelsTold('posted-later')]).toEqual(
    expect.arrayContaining(['webhook.hangs-up', 'slack-bot.says-why-not', 'gone']),
  );
});

test('a secret that travels in the text was there to be said again', () => {
  const texts = came.filter(({ name }) => name === 'pagerduty.refuses').map(({ echo }) => echo);
  expect(texts.some((echo) => echo.includes('"routing_key":"canary7f3a-'))).toBe(true);
});

test('topics were published to, failed and refused, and what they got has no secret', () => {
  expect([...channelsTold('not-posted')]).toContain('topic-gone');
  expect([...channelsTold('posted-later')].some((name) => String(name).startsWith('topic'))).toBe(true);
  const published = world.cloud.sns.published();
  expect(new Set(published.map(({ topicArn }) => topicArn))).toEqual(
    new Set([`${TOPIC}-topic`, `${TOPIC}-q`]),
  );
  for (const { topicArn: _own, ...said } of published) expect(canariesIn(JSON.stringify(said))).toEqual([]);
});

test('no secret is in a line of a log, nor in an error', () => {
  for (const fact of facts) expect([fact, canariesIn(JSON.stringify(fact))]).toEqual([fact, []]);
  for (const line of logs) expect([line, canariesIn(line)]).toEqual([line, []]);
});

test('no secret is in a page, a badge, the feed or status.json', () => {
  for (const [key, text] of publicFiles()) expect([key, canariesIn(text)]).toEqual([key, []]);
});

test('no secret is in a message that waits, nor in anything that is kept', () => {
  for (const queue of world.cloud.queues)
    for (const { body } of world.cloud.sqs.peek(queue)) expect(canariesIn(body)).toEqual([]);
  for (const [key, text] of stateFiles()) expect([key, canariesIn(text)]).toEqual([key, []]);
});
