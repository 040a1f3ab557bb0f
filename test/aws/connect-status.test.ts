/** How the ports of `post-status` are wired: a topic is published to in its own region. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectStatus } from '../../shared/aws/connect-status.ts';
import { SITE_NAMES } from '../core/report-fixture.ts';

const scopes: string[] = [];
const server = createServer((request, response) => {
  scopes.push(/Credential=[^/]+\/\d+\/([\w-]+)\/sns\//.exec(request.headers.authorization ?? '')?.[1] ?? '');
  response.writeHead(500).end();
});
const GIVEN = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
const before = GIVEN.map((name) => process.env[name]);

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const values = [
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    'eu-west-1',
    'local',
    'local',
  ];
  for (const [index, name] of GIVEN.entries()) process.env[name] = values[index];
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  for (const [index, name] of GIVEN.entries()) {
    const value = before[index];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test('a topic is published to in its own region, wherever the stack is', async () => {
  const settings = { channels: [], site: SITE_NAMES };
  const config = { settings, stateBucket: 'state', postQueueUrl: 'http://127.0.0.1/queue' };
  const { topics } = connectStatus(config, () => undefined);
  const message = { subject: 's', message: '{"default":"m"}', attributes: { event: 'e', severity: 'info' } };
  for (const region of ['us-east-1', 'eu-central-1'])
    await topics.publish(`arn:aws:sns:${region}:123456789012:status`, message);
  expect(scopes).toEqual(['us-east-1', 'eu-central-1']);
});
