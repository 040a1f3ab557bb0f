/** The settings of the checks name what a team runs: neither a public file nor GitHub gets to see them. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startWorld, type World } from '../faults/world.ts';
import { type Fact, STATE_BUCKET } from '../local-cloud/cloud.ts';

const TIMEOUT_MS = 60_000;
const HEADER = 'x-internal-replica-pool';
const FIELD = 'rds-prod-7';
const NAMES = [HEADER, FIELD, 'replica', 'db.primary'];

const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';

const facts: Fact[] = [];
/** What GitHub was sent. */
const posted: string[] = [];
/** What the API answers with. */
let headers: Record<string, string> = { [HEADER]: 'main' };
let body = `{"db":{"primary":{"${FIELD}":"up"}}}`;
let world: World;
let close: () => void;

/** The settings' names in the public files, and in what GitHub has. */
const seen = (): readonly string[] => {
  const { objects } = world.cloud.s3.listObjectsV2(STATE_BUCKET, { prefix: 'public/' });
  const files = objects.map(({ key }) => [
    key,
    new TextDecoder().decode(world.cloud.s3.get(STATE_BUCKET, key).body),
  ]);
  return [...files, ...posted.map((sent) => ['GitHub', sent])].flatMap(([where, what = '']) =>
    NAMES.filter((name) => what.includes(name)).map((name) => `${where}: ${name}`),
  );
};

const publicText = (name: string): string =>
  new TextDecoder().decode(world.cloud.s3.get(STATE_BUCKET, `public/_status/${name}`).body);

const reasons = (): string =>
  facts.flatMap(({ kind, because }) => (kind === 'health' ? [String(because)] : [])).join('\n');

beforeAll(async () => {
  const api = createServer((_incoming, outgoing) => {
    outgoing.writeHead(200, headers).end(body);
  });
  const github = createServer(async (incoming, outgoing) => {
    posted.push(await text(incoming));
    outgoing
      .writeHead(incoming.method === 'GET' ? 200 : 201)
      .end(incoming.method === 'GET' ? '[]' : '{"id":7}');
  });
  for (const server of [api, github])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const urlOf = (server: typeof api): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    for (const server of [api, github]) {
      server.close();
      server.closeAllConnections();
    }
  };
  world = await startWorld({
    apiUrl: urlOf(api),
    environment: {
      CHANNELS: JSON.stringify([
        { name: 'page', kind: 'page' },
        {
          name: 'github',
          kind: 'github',
          repository: 'you/site',
          token: 'ssm:/afterbuild/token',
          api: urlOf(github),
        },
      ]),
      EXPECT_HEADER: HEADER,
      EXPECT_JSON: `db.primary.${FIELD}=up`,
      CHECK_EVERY_MS: '0',
    },
    scheduleMs: { CheckTick: 60_000 },
    onFact: (fact) => facts.push(fact),
  });
  world.cloud.ssm.put('/afterbuild/token', 'SecureString', 'token', true);
  world.cloud.tick();
  await world.run(180_000);
}, TIMEOUT_MS);
afterAll(async () => {
  await world.stop();
  close();
});

test.each<[string, () => void, string]>([
  [
    'a header is missing',
    () => {
      headers = {};
    },
    HEADER,
  ],
  [
    'a field is missing',
    () => {
      headers = { [HEADER]: 'main' };
      body = '{}';
    },
    FIELD,
  ],
])(
  'while %s the log names it, and nothing public does',
  async (_case, fail, name) => {
    fail();
    await world.run(300_000);
    const build = world.cloud.codebuild.start({ commit: COMMIT });
    world.upload(facts.length, 'index.html');
    world.cloud.codebuild.finish(build, 'SUCCEEDED');
    await world.run(300_000);
    expect(reasons()).toContain(name);
    expect(publicText('badge/api.json')).toContain('down');
    expect(publicText('index.html')).toContain('the answer is not what is expected');
    expect(publicText('history.atom')).toContain('the answer is not what is expected');
    expect(posted.join('\n')).toContain('API unhealthy');
    expect(seen()).toEqual([]);
  },
  TIMEOUT_MS,
);
