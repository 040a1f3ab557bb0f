/** The same calls through SDK, adapter, HTTP and model, and through port and model: the answers must be equal. */

import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetDistributionConfigCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
  ListKeyGroupsCommand,
} from '@aws-sdk/client-cloudfront';
import { cdnAdapter } from '../../shared/aws/cdn.ts';
import { edgeAdapter } from '../../shared/aws/edge.ts';
import type { Cdn, Edge } from '../../shared/ports.ts';
import { cdnPort } from '../simulation/ports/cdn.ts';
import { edgePort } from '../simulation/ports/edge.ts';
import type { CloudFront, CloudFrontOptions } from '../world/cloudfront.ts';
import { cachingDisabled } from '../world/cloudfront-config.ts';
import { startedAt, viewerFunction, type World, withBehaviour, world } from '../world/cloudfront-fixture.ts';
import { cloudfrontService } from './cloudfront.ts';
import { serveEdge } from './edge-server.ts';
import { type Fault, serveAws } from './server.ts';

type Side = Readonly<{ name: string; world: World; cdn: Cdn; edges: readonly Edge[] }>;

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const config = withBehaviour(
  {
    viewerRequest: viewerFunction(
      "function handler(e) { if (e.request.uri === '/docs') e.request.uri = '/index.html'; return e.request }",
    ),
  },
  {
    origins: [
      { id: 'site', domainName: 'site.s3.amazonaws.com', path: '' },
      { id: 'api', domainName: 'api.example.com', path: '/v1' },
    ],
    customErrorResponses: [
      { code: 403, responsePage: '/404.html', responseCode: 404, errorCachingMinTtlSeconds: 1 },
      { code: 500, errorCachingMinTtlSeconds: 0 },
    ],
  },
);
const { viewerRequest: _siteOnly, ...plain } = config.defaultBehaviour;
const api = { ...plain, pathPattern: '/api/*', originId: 'api', cachePolicy: cachingDisabled };
const fullConfig = { ...config, behaviours: [api] };
const distributionId = fullConfig.id;

/** A client of a model of its own port; `fault` is asked before each call. */
const clientOf = async (
  cloudfront: CloudFront,
  fault: () => Fault | undefined = () => undefined,
): Promise<CloudFrontClient> => {
  const services = { cloudfront: cloudfrontService(cloudfront) };
  const server = await serveAws({ port: 0, services, fault });
  const client = new CloudFrontClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  closing.push(async () => {
    client.destroy();
    await server.close();
  });
  return client;
};

/** Two equal worlds: one behind HTTP, one behind ports. */
const sides = async (
  options: Partial<CloudFrontOptions> = {},
  id = distributionId,
): Promise<readonly Side[]> => {
  const [remote, near] = [
    world({ config: fullConfig, ...options }),
    world({ config: fullConfig, ...options }),
  ];
  const client = await clientOf(remote.cloudfront);
  const servers = await Promise.all(
    [0, 1].map((edge) => serveEdge({ cloudfront: remote.cloudfront, edge, port: 0 })),
  );
  closing.push(...servers.map((server) => server.close));
  return [
    {
      name: 'HTTP',
      world: remote,
      cdn: cdnAdapter(client, client, id),
      edges: servers.map(({ url }) => edgeAdapter(url)),
    },
    {
      name: 'port',
      world: near,
      cdn: cdnPort(near.cloudfront, id),
      edges: [0, 1].map((edge) => edgePort(near.cloudfront, edge)),
    },
  ];
};

/** What each side answered, which must be the same; the answer of one. */
const both = async <T>(pair: readonly Side[], act: (side: Side) => Promise<T>): Promise<T> => {
  const [http, port] = [await act(pair[0] as Side), await act(pair[1] as Side)];
  expect(http).toEqual(port);
  return port;
};

describe('create answers', () => {
  const earlier = ['/earlier'];
  test.each<[string, string, readonly string[], string, Partial<CloudFrontOptions>]>([
    ['created, to paths and wildcards', 'r', ['/', '/index.html', '/a%20b', '/x?y=1&z', '/*'], 'created', {}],
    ['created, to a path of every character that stays raw', 'r', ["/!$&'()*+,-./:;=@_0aZ"], 'created', {}],
    ['created, to a repeated reference with the same items', 'earlier', earlier, 'created', {}],
    ['reference-taken, to one with other items', 'earlier', ['/other'], 'reference-taken', {}],
    ['rejected, to a raw unsafe character', 'r', ['/a b'], 'rejected', {}],
    ['rejected, to raw non-ASCII', 'r', ['/é'], 'rejected', {}],
    ['rejected, to markup', 'r', ['/<a>&amp;"\''], 'rejected', {}],
    ['rejected, to a raw tilde', 'r', ['/~'], 'rejected', {}],
    ['rejected, to duplicates', 'r', ['/a', '/a'], 'rejected', {}],
    ['rejected, to no item', 'r', [], 'rejected', {}],
    ['rejected, to a tag where there is no header for tags', 'r', ['#tag'], 'rejected', {}],
    ['too-large', 'r', ['/a', '/b', '/c'], 'too-large', { batchItemsMax: 2 }],
    ['later, over the new quota', 'r', ['/a*', '/b*'], 'later', { switches: { quotas: 'new' } }],
    ['later, over the old quota', 'r', Array.from({ length: 16 }, (_, n) => `/${n}*`), 'later', {}],
  ])('%s', async (_case, reference, items, kind, options) => {
    const pair = await sides(options);
    await both(pair, ({ cdn }) => cdn.create('earlier', earlier));
    const answer = await both(pair, ({ cdn }) => cdn.create(reference, items));
    expect(answer.kind).toBe(kind);
    await both(pair, async (side) => side.world.cloudfront.listInvalidations());
  });

  test('denied, for another distribution', async () => {
    const pair = await sides({}, 'EOTHER');
    expect((await both(pair, ({ cdn }) => cdn.create('r', ['/a']))).kind).toBe('denied');
  });

  test.each([
    ['throttled', 'throttle', 0],
    ['after an internal error', 'server-error', 0],
    ['when the reply is lost', 'drop-reply', 1],
  ] as const)('later, %s: the same reference then makes one invalidation', async (_case, kind, made) => {
    const faults: Fault[] = [{ kind }];
    const { cloudfront } = world({ config: fullConfig });
    const client = await clientOf(cloudfront, () => faults.shift());
    const cdn = cdnAdapter(client, client, distributionId);
    expect((await cdn.create('r', ['/a'])).kind).toBe('later');
    expect(cloudfront.listInvalidations()).toHaveLength(made);
    expect(await cdn.create('r', ['/a'])).toEqual({ kind: 'created', id: 'I1' });
    expect(cloudfront.listInvalidations()).toHaveLength(1);
  });
});

test('status follows an invalidation to its end, and says what is missing', async () => {
  const pair = await sides();
  const made = await both(pair, ({ cdn }) => cdn.create('r', ['/a']));
  const id = made.kind === 'created' ? made.id : '';
  expect(await both(pair, ({ cdn }) => cdn.status(id))).toBe('in-progress');
  for (const side of pair) side.world.pass(1_500);
  expect(await both(pair, ({ cdn }) => cdn.status(id))).toBe('completed');
  expect(await both(pair, ({ cdn }) => cdn.status('I404'))).toBe('missing');
});

test('status and facts of another distribution cannot be found out', async () => {
  for (const { cdn } of await sides({}, 'EOTHER')) {
    await expect(cdn.status('I1')).rejects.toThrow('EOTHER');
    await expect(cdn.distribution()).rejects.toThrow('EOTHER');
  }
});

test('the distribution gives the same facts, through an update and a new function', async () => {
  const pair = await sides();
  const before = await both(pair, ({ cdn }) => cdn.distribution());
  expect(before).toMatchObject({
    deployed: true,
    defaultRootObject: 'index.html',
    errorResponses: [
      { code: 403, ttlSeconds: 1, page: '/404.html' },
      { code: 500, ttlSeconds: 0 },
    ],
    otherBehaviours: [{ pathPattern: '/api/*', cached: false }],
    originPath: '',
  });
  const viewerRequest = viewerFunction('function handler(e) { return e.request }');
  const updated = { ...fullConfig, defaultBehaviour: { ...fullConfig.defaultBehaviour, viewerRequest } };
  for (const side of pair) side.world.cloudfront.setConfig(updated);
  const during = await both(pair, ({ cdn }) => cdn.distribution());
  expect(during.deployed).toBe(false);
  expect(during.fingerprint).not.toBe(before.fingerprint);
  for (const side of pair) side.world.pass(5_000);
  expect(await both(pair, ({ cdn }) => cdn.distribution())).toEqual({ ...during, deployed: true });
});

describe('an edge answers', () => {
  const soon = () => Date.now() + 5_000;

  test.each([
    ['the root', '/', 200],
    ['a rewritten URI', '/docs', 200],
    ['a query', '/a.css?v=1', 200],
    ['an escape', '/a%20b', 200],
    ['dots as they are sent', '/x/../a.css', 404],
    ['what is missing, with the custom page', '/none', 404],
    ['a body over the cap', '/big', 200],
    ['nothing from an origin that is not there', '/api/x', 502],
  ])('%s, first a miss and then what it is', async (_case, path, status) => {
    const pair = await sides();
    for (const side of pair)
      side.world.site.set('a b', 'space').set('404.html', 'lost').set('big', 'x'.repeat(1_048_577));
    for (const edge of [0, 1, 0]) {
      expect(await both(pair, (side) => (side.edges[edge] as Edge).get(path, soon()))).toMatchObject({
        status,
      });
    }
    await both(pair, async (side) => side.world.asked);
  });

  test('a hit, then a new copy once an invalidation has arrived', async () => {
    const pair = await sides();
    const look = () => both(pair, (side) => (side.edges[0] as Edge).get('/a.css', soon()));
    expect(await look()).toMatchObject({ etag: 'css', cache: 'miss', pop: 'LOC50-P1' });
    for (const side of pair) {
      side.world.site.set('a.css', 'new');
      side.world.pass(1);
    }
    expect(await look()).toMatchObject({ etag: 'css', cache: 'hit' });
    await both(pair, ({ cdn }) => cdn.create('r', ['/a.css']));
    for (const side of pair) side.world.pass(1_000);
    expect(await look()).toMatchObject({ etag: 'new', cache: 'miss' });
  });

  test('HEAD without a body, and methods as the behaviour allows', async () => {
    const server = await serveEdge({ cloudfront: world().cloudfront, edge: 0, port: 0 });
    closing.push(server.close);
    const head = await fetch(`${server.url}/a.css`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '3', '']);
    expect((await fetch(`${server.url}/a.css`, { method: 'POST', body: 'x' })).status).toBe(403);
  });
});

describe('the API', () => {
  const clientAndWorld = async () => {
    const made = world({ config: fullConfig });
    return { ...made, client: await clientOf(made.cloudfront) };
  };
  const batch = (CallerReference: string, items: string[], Quantity = items.length) => ({
    DistributionId: distributionId,
    InvalidationBatch: { CallerReference, Paths: { Quantity, Items: items } },
  });

  test('gives back an invalidation with its batch', async () => {
    const { client } = await clientAndWorld();
    const { Invalidation: made, Location } = await client.send(
      new CreateInvalidationCommand(batch('r <&>', ['/a&b'])),
    );
    expect(Location).toBe(`/2020-05-31/distribution/${distributionId}/invalidation/I1`);
    const { Invalidation: got } = await client.send(
      new GetInvalidationCommand({ DistributionId: distributionId, Id: 'I1' }),
    );
    expect(got).toEqual({ ...made, Status: 'InProgress' });
    expect(got).toEqual({
      Id: 'I1',
      Status: 'InProgress',
      CreateTime: new Date(startedAt),
      InvalidationBatch: { CallerReference: 'r <&>', Paths: { Quantity: 1, Items: ['/a&b'] } },
    });
  });

  test('refuses a quantity that is not the number of items', async () => {
    const { client } = await clientAndWorld();
    const call = client.send(new CreateInvalidationCommand(batch('r', ['/a'], 2)));
    await expect(call).rejects.toMatchObject({
      name: 'InconsistentQuantities',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('lists invalidations by pages, newest first', async () => {
    const { client, cloudfront } = await clientAndWorld();
    for (const reference of ['a', 'b', 'c']) cloudfront.createInvalidation(reference, ['/x']);
    const page = (Marker?: string) =>
      client.send(
        new ListInvalidationsCommand({
          DistributionId: distributionId,
          MaxItems: 2,
          ...(Marker ? { Marker } : {}),
        }),
      );
    const { InvalidationList: first } = await page();
    expect([first?.Items?.map(({ Id }) => Id), first?.IsTruncated]).toEqual([['I3', 'I2'], true]);
    const { InvalidationList: second } = await page(first?.NextMarker);
    expect([second?.Items?.map(({ Id }) => Id), second?.IsTruncated]).toEqual([['I1'], false]);
  });

  test('gives the configuration alone, with its entity tag', async () => {
    const { client } = await clientAndWorld();
    const { DistributionConfig: got, ETag } = await client.send(
      new GetDistributionConfigCommand({ Id: distributionId }),
    );
    expect(got?.CacheBehaviors?.Items?.[0]).toMatchObject({
      PathPattern: '/api/*',
      CachePolicyId: cachingDisabled.id,
    });
    expect(ETag).toBe(`E${startedAt}`);
  });

  test('answers 501 to what it does not know', async () => {
    const { client } = await clientAndWorld();
    await expect(client.send(new ListKeyGroupsCommand({}))).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
  });

  test('refuses a body that is no InvalidationBatch', () => {
    const service = cloudfrontService(world({ config: fullConfig }).cloudfront);
    const request = {
      method: 'POST',
      path: `/2020-05-31/distribution/${distributionId}/invalidation`,
      query: '',
      headers: {},
      body: new TextEncoder().encode('<Other/>'),
      accessKeyId: '',
    };
    expect(service.operation(request)).toBe('CreateInvalidation');
    expect(service.answer(request, 'CreateInvalidation')).toMatchObject({ status: 400 });
  });
});
