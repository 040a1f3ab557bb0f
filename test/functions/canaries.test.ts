/** Secrets planted wherever one can be: none is seen again but where it was meant to go. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startWorld, type World } from '../faults/world.ts';
import { type Fact, STATE_BUCKET } from '../local-cloud/cloud.ts';

const TIMEOUT_MS = 60_000;
const CANARY = 'canary7f3a';

const facts: Fact[] = [];
const logs: string[] = [];
/** Status codes that the channels answer, the first first; then 204. */
const answers = [400, 503, 301];
let received = 0;
let world: World;
let close: () => void;

beforeAll(async () => {
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    received += 1;
    // What a server says may be an echo of what it was sent.
    outgoing.writeHead(answers.shift() ?? 204, { location: `https://${CANARY}.example.com` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  world = await startWorld({
    environment: {
      CHANNELS: JSON.stringify([
        { name: 'log', kind: 'log' },
        { name: 'page', kind: 'page' },
        { name: 'slack', kind: 'slack', url: 'ssm:/afterbuild/slack' },
        { name: 'teams', kind: 'teams', url: 'ssm:/afterbuild/teams' },
        { name: 'discord', kind: 'discord', url: 'ssm:/afterbuild/gone' },
        { name: 'hook', kind: 'webhook', url: 'ssm:/afterbuild/hook', secret: 'ssm:/afterbuild/key' },
        { name: 'refused', kind: 'webhook', url: 'ssm:/afterbuild/refused', secret: 'ssm:/afterbuild/key' },
        {
          name: 'bot',
          kind: 'slack-bot',
          conversation: 'C0123456789',
          token: 'ssm:/afterbuild/key',
          api: url,
        },
        {
          name: 'github',
          kind: 'github',
          repository: 'you/site',
          token: 'ssm:/afterbuild/key',
          api: url,
          only: ['live', 'live-unproved', 'failed'],
        },
      ]),
      BODY_MARKER: `${CANARY}-marker`,
      EXPECT_JSON: `status=${CANARY}-value`,
      EXPECT_HEADER: `x-app: ${CANARY}-header`,
      CHECK_EVERY_MS: '0',
    },
    scheduleMs: { CheckTick: 60_000 },
    onFact: (fact) => facts.push(fact),
    onLog: (line) => logs.push(line),
  });
  const { ssm } = world.cloud;
  ssm.put('/afterbuild/key', 'SecureString', `${CANARY}-key`, true);
  ssm.put('/afterbuild/refused', 'SecureString', `https://10.0.0.1/${CANARY}`, true);
  for (const name of ['slack', 'teams', 'hook'])
    ssm.put(`/afterbuild/${name}`, 'SecureString', `${url}/${CANARY}-${name}`, true);
  world.cloud.tick();
  await world.run(60_000);
  world.publish(1);
  await world.run(600_000);
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

test('there was something to see: messages, failures, an outage and all public files', () => {
  expect(received).toBeGreaterThan(3);
  expect(facts.some(({ kind }) => kind === 'not-posted')).toBe(true);
  expect(facts.some(({ kind, health }) => kind === 'health' && health === 'unhealthy')).toBe(true);
  expect(publicFiles().map(([key]) => key.replace(/^public\/_status\//, ''))).toEqual(
    expect.arrayContaining(['badge/api.svg', 'history.atom', 'index.html', 'status.json']),
  );
});

test('no secret is in a line of a log, nor in an error', () => {
  expect(JSON.stringify(facts)).not.toContain(CANARY);
  expect(logs.join('\n')).not.toContain(CANARY);
});

test('no secret is in a page, a badge, the feed or status.json', () => {
  for (const [key, text] of publicFiles()) expect([key, text.includes(CANARY)]).toEqual([key, false]);
});

test('no secret is in a message that waits, nor in what is kept', () => {
  for (const queue of world.cloud.queues)
    for (const { body } of world.cloud.sqs.peek(queue)) expect(body).not.toContain(CANARY);
  for (const key of ['head.json', 'health.json', 'history.json', 'deliveries.json']) {
    const text = new TextDecoder().decode(world.cloud.s3.get(STATE_BUCKET, key).body);
    expect([key, text.includes(CANARY)]).toEqual([key, false]);
  }
});
