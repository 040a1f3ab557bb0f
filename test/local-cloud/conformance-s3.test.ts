/** The same calls through SDK, adapter, HTTP and model, and through the direct port and the model, end the same. */

import { S3Client } from '@aws-sdk/client-s3';
import { siteAdapter } from '../../shared/aws/site.ts';
import { stateAdapter } from '../../shared/aws/state.ts';
import { refusalOf } from '../../shared/core/answers.ts';
import type { VersionsCursor, VersionsPage } from '../../shared/core/listing.ts';
import type { Site, State } from '../../shared/ports.ts';
import { sitePort } from '../simulation/ports/site.ts';
import { statePort } from '../simulation/ports/state.ts';
import { createS3, type S3 } from '../world/s3.ts';
import { s3Service } from './s3.ts';
import { type AwsServer, type Fault, serveAws } from './server.ts';
import type { Call } from './wire.ts';

type Setup = Readonly<{ pageKeysMax?: number; conflict?: boolean }>;
type Side = Readonly<{ s3: S3; site: Site; state: State }>;
type Run = (side: Side) => Promise<unknown>;

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** Clock and ids are the same in each world: the clock moves 700 ms with each look. */
const worldOf = ({ pageKeysMax = 1000, conflict = false }: Setup): S3 => {
  let now = at;
  let ids = 0;
  const s3 = createS3({
    now: () => {
      now += 700;
      return now;
    },
    id: () => {
      ids += 1;
      return `id-${ids}`;
    },
    pageKeysMax,
    conflict: () => conflict,
  });
  s3.createBucket('site', { versioning: 'enabled', eventBridge: false });
  s3.createBucket('plain', { versioning: 'off', eventBridge: false });
  s3.createBucket('state', { versioning: 'enabled', eventBridge: false });
  return s3;
};

let world = worldOf({});
let fault: Fault | undefined;
let calls: Call[] = [];
let server: AwsServer;
let reader: S3Client;
let writer: S3Client;

beforeAll(async () => {
  server = await serveAws({
    port: 0,
    services: {
      s3: {
        operation: (request) => s3Service(world).operation(request),
        answer: (request, operation) => s3Service(world).answer(request, operation),
      },
    },
    onCall: (call) => calls.push(call),
    fault: () => fault,
  });
  const client = {
    endpoint: server.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'reader', secretAccessKey: 'secret' },
  };
  reader = new S3Client(client);
  writer = new S3Client({
    ...client,
    maxAttempts: 1,
    credentials: { accessKeyId: 'writer', secretAccessKey: 'secret' },
  });
});

beforeEach(() => {
  fault = undefined;
  calls = [];
});

afterAll(async () => {
  await server.close();
  reader.destroy();
  writer.destroy();
});

const overHttp = (bucket: string, setup: Setup): Side => {
  world = worldOf(setup);
  const site = siteAdapter(reader, bucket);
  return { s3: world, site, state: stateAdapter(reader, writer, 'state') };
};

const direct = (bucket: string, setup: Setup): Side => {
  const s3 = worldOf(setup);
  return { s3, site: sitePort(s3, bucket), state: statePort(s3, 'state') };
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a call came to, errors included. */
const outcome = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return await call;
  } catch (error) {
    const { name, status } = refusalOf(error);
    return { refused: name, status };
  }
};

/** Bytes as text, so that a Buffer and a Uint8Array with the same content are equal. */
const withText = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(withText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withText(inner)]));
};

const bothWays = async (bucket: string, setup: Setup, run: Run): Promise<unknown> => {
  const wired = withText(await run(overHttp(bucket, setup)));
  const simulated = withText(await run(direct(bucket, setup)));
  expect(wired).toEqual(simulated);
  return wired;
};

/** Ends a listing that goes round in circles. */
const listedMax = 100;

const listAll = async ({ site }: Side, prefix = ''): Promise<readonly string[]> => {
  const keys: string[] = [];
  let next: string | undefined;
  do {
    const page = await site.list(prefix, next);
    keys.push(...page.objects.map(({ key }) => key));
    next = page.next;
  } while (next !== undefined && keys.length < listedMax);
  return keys;
};

const listVersions = async ({ site }: Side, from: VersionsCursor = {}): Promise<readonly VersionsPage[]> => {
  const pages: VersionsPage[] = [];
  let next: VersionsCursor | undefined = from;
  while (next && pages.length < listedMax) {
    const page: VersionsPage = await site.versions(next);
    pages.push(page);
    next = page.next;
  }
  return pages;
};

const oddKeys: readonly (readonly [string, string])[] = [
  ['plain', 'assets/app.js'],
  ['a space', 'a b.txt'],
  ['a plus sign', 'a+b.txt'],
  ['percent signs', '100%/%2F%41%.txt'],
  ['empty segments', 'a//b'],
  ['a leading slash', '/a'],
  ['two leading slashes', '//a'],
  ['a trailing slash', 'dir/'],
  ['a slash alone', '/'],
  ['dots', '../a/./b/..'],
  ['one dot', '.'],
  ['two dots', '..'],
  ['a question mark and a hash', 'c#/?x=1&y'],
  ['characters that XML escapes', `<a>&"'`],
  ['characters that URLs escape differently', "!'()*~-_.@:;=,$"],
  ['brackets and the like', '[a]{b}|c^d`e\\f'],
  ['line ends, a tab and a control character', 'a\r\nb\tc\u0001d'],
  ['spaces around', ' a '],
  ['beyond the basic plane', 'é/日本/😀\uff5e'],
  ['a property of every object', '__proto__'],
  ['a number', '007'],
  ['an XML boolean', 'true'],
  ['an entity', '&#65;&amp;'],
  ['1,024 bytes', 'é'.repeat(512)],
];

describe('odd keys', () => {
  test.each(oddKeys)('a key with %s is the same key everywhere', async (_case, key) => {
    const result = await bothWays('site', {}, async (side) => {
      const { versionId = '' } = side.s3.put('site', key, bytes('one'), { cacheControl: 'no-cache' });
      await side.state.write(key, bytes('content'));
      return {
        listed: (await side.site.list('', undefined)).objects.map((object) => object.key),
        versions: (await side.site.versions({})).versions.map((version) => version.key),
        after: (await side.site.versions({ keyMarker: key })).versions,
        found: (await side.site.versions({ prefix: key })).versions.length,
        headers: await side.site.headers(key, versionId),
        stored: side.s3.listObjectsV2('state').objects.map((object) => object.key),
        content: await side.state.read(key),
      };
    });
    expect(result).toEqual({
      listed: [key],
      versions: [key],
      after: [],
      found: 1,
      headers: { contentType: 'binary/octet-stream', cacheControl: 'no-cache', metadata: {} },
      stored: [key],
      content: 'content',
    });
  });

  test.each([1, 2, 7])('pages of %i lose and repeat no odd key, in byte order', async (pageKeysMax) => {
    const keys = oddKeys.map(([, key]) => key);
    const inOrder = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const result = await bothWays('site', { pageKeysMax }, async (side) => {
      for (const key of keys) side.s3.put('site', key, bytes(key));
      const versions = await listVersions(side);
      return {
        listed: await listAll(side),
        versions: versions.flatMap((page) => page.versions.map(({ key }) => key)),
      };
    });
    expect(result).toEqual({ listed: inOrder, versions: inOrder });
  });
});

const history: Run = async (side) => {
  const put = (key: string, text: string) =>
    side.s3.put('site', key, bytes(text), { metadata: { Build: text } });
  put('a', '1');
  put('b', '1');
  side.s3.delete('site', 'a');
  put('b', '2');
  put('a', '3');
  side.s3.delete('site', 'c');
  put('b', '1');
  put('under/d', '1');
  side.s3.putMultipart('site', 'under/e', [bytes('x'), bytes('y')], { initiatedAt: at - 60_000 });
  side.s3.delete('site', 'b');
  return undefined;
};

describe('the site', () => {
  test.each([1, 2, 3, 1000])('versions and markers in pages of %i', async (pageKeysMax) => {
    const result = (await bothWays('site', { pageKeysMax }, async (side) => {
      await history(side);
      return listVersions(side);
    })) as VersionsPage[];
    const entries = result.flatMap(({ versions, markers }) => [...versions, ...markers]);
    expect(entries).toHaveLength(10);
    expect(result).toHaveLength(Math.ceil(10 / pageKeysMax));
    expect(entries.filter(({ isLatest }) => isLatest)).toHaveLength(5);
  });

  test('the whole of a listed object, version and marker', async () => {
    const result = await bothWays('site', {}, async (side) => {
      side.s3.put('site', 'k', bytes('hello'));
      side.s3.put('site', 'l', bytes(''));
      side.s3.delete('site', 'k');
      return {
        list: await side.site.list('', undefined),
        versions: await side.site.versions({ prefix: 'k' }),
      };
    });
    const second = Date.UTC(2026, 0, 2, 3, 4, 0);
    expect(result).toEqual({
      list: {
        objects: [
          { key: 'l', etag: 'd41d8cd98f00b204e9800998ecf8427e', size: 0, lastModified: second + 7_000 },
        ],
      },
      versions: {
        versions: [
          {
            key: 'k',
            etag: '5d41402abc4b2a76b9719d911017c592',
            size: 5,
            lastModified: second + 6_000,
            versionId: 'id-1',
            isLatest: false,
          },
        ],
        markers: [{ key: 'k', versionId: 'id-3', lastModified: second + 7_000, isLatest: true }],
      },
    });
  });

  test('a prefix stays with a listing over its pages', async () => {
    const result = (await bothWays('site', { pageKeysMax: 1 }, async (side) => {
      await history(side);
      return listVersions(side, { prefix: 'under/' });
    })) as VersionsPage[];
    expect(result.map(({ versions }) => versions.map(({ key }) => key))).toEqual([['under/d'], ['under/e']]);
  });

  test('under a prefix are its keys, whole, and no others', async () => {
    const result = await bothWays('site', { pageKeysMax: 1 }, async (side) => {
      await history(side);
      side.s3.put('site', 'underneath', bytes('no'));
      return listAll(side, 'under/');
    });
    expect(result).toEqual(['under/d', 'under/e']);
  });

  test('an empty bucket lists nothing', async () => {
    const result = await bothWays('site', {}, async ({ site }) => [
      await site.list('', undefined),
      await site.versions({}),
    ]);
    expect(result).toEqual([{ objects: [] }, { versions: [], markers: [] }]);
  });

  test('every header that a viewer gets', async () => {
    const headers = {
      contentType: 'text/html; charset=utf-8',
      cacheControl: 'max-age=0, must-revalidate',
      contentEncoding: 'br',
      contentDisposition: 'inline; filename="a.html"',
      contentLanguage: 'de',
      metadata: { 'cache-tag': 'a,b', build: '7' },
    };
    const result = await bothWays('site', {}, async ({ s3, site }) => {
      const { versionId = '' } = s3.put('site', 'k', bytes('1'), headers);
      s3.put('site', 'k', bytes('2'));
      return site.headers('k', versionId);
    });
    expect(result).toEqual(headers);
  });

  test.each([
    ['never was', (s3: S3) => `not-${s3.put('site', 'k', bytes('1')).versionId}`],
    ['is a delete marker', (s3: S3) => s3.delete('site', 'k').versionId],
    [
      'is gone for good',
      (s3: S3) => {
        const { versionId } = s3.put('site', 'k', bytes('1'));
        return s3.delete('site', 'k', versionId).versionId;
      },
    ],
  ])('headers of a version that %s are missing', async (_case, prepare) => {
    const result = await bothWays('site', {}, ({ s3, site }) => site.headers('k', prepare(s3) ?? ''));
    expect(result).toBe('missing');
  });

  test('a bucket without versioning has versions called null', async () => {
    const result = await bothWays('plain', {}, async ({ s3, site }) => {
      s3.put('plain', 'k', bytes('1'));
      s3.put('plain', 'k', bytes('2'));
      return [await site.versions({}), await site.headers('k', 'null')];
    });
    expect(result).toMatchObject([
      { versions: [{ key: 'k', versionId: 'null', isLatest: true }], markers: [] },
      { metadata: {} },
    ]);
  });

  test.each([1, 1000])(
    'suspended versioning overwrites null in place, in pages of %i',
    async (pageKeysMax) => {
      const result = (await bothWays('site', { pageKeysMax }, async (side) => {
        side.s3.put('site', 'k', bytes('1'));
        side.s3.putBucketVersioning('site', 'suspended');
        side.s3.put('site', 'k', bytes('2'));
        side.s3.put('site', 'k', bytes('3'));
        side.s3.delete('site', 'l');
        return listVersions(side);
      })) as VersionsPage[];
      expect(result.flatMap(({ versions }) => versions)).toMatchObject([
        { key: 'k', versionId: 'null', isLatest: true },
        { key: 'k', versionId: 'id-1', isLatest: false },
      ]);
      expect(result.flatMap(({ markers }) => markers)).toMatchObject([{ key: 'l', versionId: 'null' }]);
    },
  );

  test.each([
    [
      'a bucket that does not exist',
      'nowhere',
      ({ site }: Side) => outcome(site.list('', undefined)),
      'NoSuchBucket',
      404,
    ],
    ['versions of that', 'nowhere', ({ site }: Side) => outcome(site.versions({})), 'NoSuchBucket', 404],
    ['a broken token', 'site', ({ site }: Side) => outcome(site.list('', 'broken')), 'InvalidArgument', 400],
    [
      'a version marker alone',
      'site',
      ({ site }: Side) => outcome(site.versions({ versionIdMarker: 'id-1' })),
      'InvalidArgument',
      400,
    ],
  ] as const)('%s is refused', async (_case, bucket, run, refused, status) => {
    expect(await bothWays(bucket, {}, run)).toEqual({ refused, status });
  });
});

describe('the state', () => {
  test('a head that is missing, written, read, and written over', async () => {
    const result = await bothWays('site', {}, async ({ state }) => {
      const missing = await state.readHead();
      const first = await state.writeHead(bytes('{"a":1}'), 'absent');
      const etag = first.kind === 'written' ? first.etag : '';
      return [
        missing,
        await state.readHead(),
        await state.writeHead(bytes('{"a":2}'), etag),
        await state.readHead(),
      ];
    });
    expect(result).toEqual([
      'missing',
      { bytes: '{"a":1}', etag: 'bb6cb5c68df4652941caf652a366f2d8' },
      { kind: 'written', etag: 'aab457e0ec244f477ee0c097b94a2728' },
      { bytes: '{"a":2}', etag: 'aab457e0ec244f477ee0c097b94a2728' },
    ]);
  });

  const nothing = (_s3: S3): void => undefined;
  const present = (s3: S3): void => void s3.put('state', 'head.json', bytes('old'));
  const deleted = (s3: S3): void => {
    present(s3);
    s3.delete('state', 'head.json');
  };
  test.each([
    ['absent expected, a head there: 412', present, 'absent', {}, 'old'],
    ['another entity tag expected: 412', present, 'cafe', {}, 'old'],
    ['a head expected, none there: 404', nothing, 'cafe', {}, 'missing'],
    ['a head expected, a delete marker there: 404', deleted, 'cafe', {}, 'missing'],
    ['another write under way: 409', nothing, 'absent', { conflict: true }, 'missing'],
  ] as const)('%s is a conflict, and nothing is written', async (_case, prepare, ifMatch, setup, left) => {
    const result = await bothWays('site', setup, async ({ s3, state }) => {
      prepare(s3);
      const written = await state.writeHead(bytes('new'), ifMatch);
      const head = await state.readHead();
      return [written, head === 'missing' ? head : head.bytes];
    });
    expect(result).toEqual([{ kind: 'conflict' }, left]);
  });

  test('absent expected, a delete marker there: written', async () => {
    const result = await bothWays('site', {}, async ({ s3, state }) => {
      deleted(s3);
      return state.writeHead(bytes('new'), 'absent');
    });
    expect(result).toMatchObject({ kind: 'written' });
  });

  test('objects beside the head come back byte by byte, missing ones are missing', async () => {
    const every = Uint8Array.from({ length: 70_000 }, (_byte, index) => index % 251);
    const result = await bothWays('site', {}, async ({ state }) => {
      await state.write('blobs/a', every);
      await state.write('blobs/empty', new Uint8Array());
      const read = await state.read('blobs/a');
      return [
        Buffer.compare(Buffer.from(read), every),
        await state.read('blobs/empty'),
        await state.read('blobs/b'),
      ];
    });
    expect(result).toEqual([0, '', 'missing']);
  });

  test('an object that is not gzip is given as it is stored', async () => {
    const result = await bothWays('site', {}, async ({ s3, state }) => {
      s3.put('state', 'blobs/a', bytes('damaged'));
      return state.read('blobs/a');
    });
    expect(result).toBe('damaged');
  });

  test('a bucket that does not exist is an error, not a missing head', async () => {
    world = createS3({ now: () => at, id: () => 'id' });
    const run = async (state: State) => [
      await outcome(state.readHead()),
      await outcome(state.read('blobs/a')),
      // 404 alone cannot tell a missing bucket from a missing key: a read finds out.
      await state.writeHead(bytes('new'), 'absent'),
    ];
    const refused = { refused: 'NoSuchBucket', status: 404 };
    const wired = await run(stateAdapter(reader, writer, 'state'));
    expect(wired).toEqual([refused, refused, { kind: 'conflict' }]);
    expect(wired).toEqual(await run(statePort(world, 'state')));
  });
});

describe('what only a wire can do', () => {
  test.each([
    ['drop-reply', 'ECONNRESET|socket hang up|Error', true],
    ['throttle', 'SlowDown', false],
    ['server-error', 'InternalError', false],
  ] as const)(
    'a head write that meets %s is unknown, and not tried again',
    async (kind, because, arrives) => {
      const { state, s3 } = overHttp('site', {});
      fault = { kind };
      const written = await state.writeHead(bytes('new'), 'absent');
      expect(written).toEqual({ kind: 'unknown', because: expect.stringMatching(because) });
      expect(calls.map(({ operation, accessKeyId }) => [operation, accessKeyId])).toEqual([
        ['PutObject', 'writer'],
      ]);
      expect(s3.listObjectsV2('state').objects).toHaveLength(arrives ? 1 : 0);
    },
  );

  test('stored blobs say that they are gzip', async () => {
    const { state, s3 } = overHttp('site', {});
    await state.write('blobs/a', bytes('a'.repeat(1000)));
    const { headers, size } = s3.head('state', 'blobs/a');
    expect(headers.contentEncoding).toBe('gzip');
    expect(size).toBeLessThan(100);
  });
});
