/** Through the distribution nothing of the state is read but what is public. */

import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { startWorld, type World } from '../faults/world.ts';
import { STATE_BUCKET } from '../local-cloud/cloud.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
  world.cloud.tick();
  await world.rest();
  world.publish(1);
  await world.rest();
});
afterAll(() => world.stop());

/** As it stands: `fetch` would take `..` away before it asks. */
const ask = (target: string): Promise<Readonly<{ status: number; body: string }>> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(world.cloud.edgeUrls[0] ?? '');
    request({ hostname, port, path: target }, async (answer) =>
      resolve({ status: answer.statusCode ?? 0, body: await text(answer) }),
    )
      .on('error', reject)
      .end();
  });

test('the status page is there, and so is what must not be', async () => {
  expect((await ask('/_status/status.json')).status).toBe(200);
  expect(world.cloud.s3.get(STATE_BUCKET, 'head.json').body.length).toBeGreaterThan(0);
});

test.each([
  '/_status/../head.json',
  '/_status/../../head.json',
  '/_status/../public/../head.json',
  '/_status/%2e%2e/head.json',
  '/_status/%2E%2E/%2E%2E/head.json',
  '/_status/..%2fhead.json',
  '/_status/..%2f..%2fhead.json',
  '/_status/%2e%2e%2f%2e%2e%2fhead.json',
  '/_status/%252e%252e/head.json',
  '/_status//head.json',
  '/_status/./../head.json',
  '/_status/..\\..\\head.json',
  '/_status/..;/head.json',
  '/_status/head.json',
  '/_status/history.json',
  '/_status/../health.json',
  '/%5Fstatus/../head.json',
  '/head.json',
  '/../head.json',
  '/public/_status/status.json',
])('%s is not to be had', async (target) => {
  const { status, body } = await ask(target);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(body).not.toMatch(/generation|schema|outbox/);
});
