import { request as httpRequest } from 'node:http';
import { jest } from '@jest/globals';
import { createS3, type S3 } from '../world/s3.ts';
import { s3Service } from './s3.ts';
import { type AwsServer, type Fault, serveAws } from './server.ts';
import type { Call, Service, WireRequest } from './wire.ts';

type Answer = Readonly<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>;
type Sent = Readonly<{ method?: string; headers?: Record<string, string>; body?: string | Uint8Array }>;

const signedFor = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=me/20260102/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** `path` is sent as it stands; `fetch` would normalise it. */
const send = (server: AwsServer, path: string, { method = 'GET', headers = {}, body = '' }: Sent = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const outgoing = httpRequest({
      port: server.port,
      host: '127.0.0.1',
      path,
      method,
      headers,
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Uint8Array[] = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.on('continue', () => outgoing.end(body));
    if (headers['expect'] === undefined) outgoing.end(body);
    else outgoing.flushHeaders();
  });

let s3: S3;
let seen: WireRequest | undefined;
let fault: Fault | undefined;
let calls: Call[] = [];
let server: AwsServer;

/** Remembers the request, and fails when it is told to. */
const echo: Service = {
  operation: ({ path }) => path.slice(1),
  answer: (request, operation) => {
    seen = request;
    if (operation === 'Fail') throw new Error('the service is broken');
    return { status: 200, body: operation };
  },
};

beforeAll(async () => {
  server = await serveAws({
    port: 0,
    services: {
      s3: {
        operation: (request) => s3Service(s3).operation(request),
        answer: (request, operation) => s3Service(s3).answer(request, operation),
      },
      sqs: echo,
    },
    onCall: (call) => calls.push(call),
    fault: () => fault,
  });
});

beforeEach(() => {
  let ids = 0;
  s3 = createS3({
    now: () => Date.UTC(2026, 0, 2),
    id: () => {
      ids += 1;
      return `id${ids}`;
    },
  });
  s3.createBucket('b', { versioning: 'enabled', eventBridge: false });
  seen = undefined;
  fault = undefined;
  calls = [];
});

afterAll(() => server.close());

describe('whose call it is', () => {
  test('the signature names the service and the caller', async () => {
    const answer = await send(server, '/Echo', { headers: { authorization: signedFor('sqs') } });
    expect(answer).toMatchObject({ status: 200, body: 'Echo' });
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(calls).toEqual([{ service: 'sqs', operation: 'Echo', accessKeyId: 'me', status: 200 }]);
  });

  test.each([
    ['unsigned', '/b?list-type=2', ''],
    ['presigned', '/b?list-type=2&X-Amz-Credential=you%2F20260102%2Fus-east-1%2Fs3%2Faws4_request', 'you'],
  ])('%s calls are for S3', async (_case, path, accessKeyId) => {
    await send(server, path);
    expect(calls).toEqual([{ service: 's3', operation: 'ListObjectsV2', accessKeyId, status: 200 }]);
  });

  test.each(['kms', 'constructor'])('a service that is not there is named: %s', async (service) => {
    const answer = await send(server, '/', { headers: { authorization: signedFor(service) } });
    expect(answer.status).toBe(501);
    expect(answer.body).toContain(`${service} Unknown is not part`);
  });
});

describe('bodies', () => {
  const put = (headers: Record<string, string>, body: string) =>
    send(server, '/b/k', { method: 'PUT', headers, body });
  const framed = '5;chunk-signature=00\r\nhello\r\n6\r\n world\r\n0\r\n';

  test.each([
    ['plain', {}, 'hello world'],
    ['after 100 Continue', { expect: '100-continue', 'content-length': '11' }, 'hello world'],
    ['aws-chunked', { 'content-encoding': 'aws-chunked' }, `${framed}\r\n`],
    [
      'aws-chunked with a trailer',
      { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'content-encoding': 'aws-chunked' },
      `${framed}x-amz-checksum-crc32:DUoRhQ==\r\n\r\n`,
    ],
  ])('%s', async (_case, headers, body) => {
    expect((await put(headers as Record<string, string>, body)).status).toBe(200);
    const { body: stored, headers: storedHeaders } = s3.get('b', 'k');
    expect(Buffer.from(stored).toString()).toBe('hello world');
    expect(storedHeaders.contentEncoding).toBeUndefined();
  });

  test('only the framing is taken from the content encoding', async () => {
    await put({ 'content-encoding': 'gzip,aws-chunked' }, `${framed}\r\n`);
    expect(s3.head('b', 'k').headers.contentEncoding).toBe('gzip');
  });

  test.each([
    ['a trailer', { 'content-encoding': 'aws-chunked' }, `${framed}x-amz-checksum-crc32:AAAAAA==\r\n\r\n`],
    ['a header', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'hello world'],
  ])('a wrong checksum in %s is refused', async (_case, headers, body) => {
    const answer = await put(headers as Record<string, string>, body);
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('<Code>BadDigest</Code>')]);
    expect(s3.listObjectsV2('b').objects).toEqual([]);
  });
});

describe('S3 on the wire', () => {
  test.each([
    ['/b/a+b', 'a b'],
    ['/b/a%2Bb', 'a+b'],
    ['/b/a%20b', 'a b'],
    ['/b/a//b/../.', 'a//b/../.'],
    ['/b//', '/'],
    ['/b/%2F', '/'],
  ])('%s is the key "%s"', async (path, key) => {
    await send(server, path, { method: 'PUT', body: '1' });
    expect(s3.listObjectsV2('b').objects.map((object) => object.key)).toEqual([key]);
  });

  test('GET, HEAD and DELETE say what S3 says', async () => {
    s3.put('b', 'k', Buffer.from('hello'), { cacheControl: 'no-cache', metadata: { tag: 'x' } });
    const headers = {
      etag: '"5d41402abc4b2a76b9719d911017c592"',
      'last-modified': 'Fri, 02 Jan 2026 00:00:00 GMT',
      'content-length': '5',
      'content-type': 'binary/octet-stream',
      'cache-control': 'no-cache',
      'x-amz-version-id': 'id1',
      'x-amz-meta-tag': 'x',
    };
    expect(await send(server, '/b/k')).toMatchObject({ status: 200, headers, body: 'hello' });
    expect(await send(server, '/b/k', { method: 'HEAD' })).toMatchObject({ status: 200, headers, body: '' });
    const markerHeaders = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'id2' };
    const deleted = await send(server, '/b/k', { method: 'DELETE' });
    expect(deleted).toMatchObject({ status: 204, headers: markerHeaders });
    const missing = await send(server, '/b/k');
    expect(missing).toMatchObject({ status: 404, headers: markerHeaders });
    expect(missing.body).toContain('<Code>NoSuchKey</Code>');
    const marker = await send(server, '/b/k?versionId=id2');
    expect(marker).toMatchObject({ status: 405, headers: { ...markerHeaders, allow: 'DELETE' } });
  });

  test('a bucket says what doctor asks of it, and takes what mends it', async () => {
    const suspended = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>';
    expect((await send(server, '/b/?versioning')).body).toContain('<Status>Enabled</Status>');
    await send(server, '/b/?versioning', { method: 'PUT', body: suspended });
    expect((await send(server, '/b/?versioning')).body).toContain('<Status>Suspended</Status>');

    await send(server, '/b/?notification', { method: 'PUT', body: '<NotificationConfiguration/>' });
    expect((await send(server, '/b/?notification')).body).not.toContain('EventBridge');
    const bridged = '<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>';
    await send(server, '/b/?notification', { method: 'PUT', body: bridged });
    expect((await send(server, '/b/?notification')).body).toContain('<EventBridgeConfiguration>');

    expect((await send(server, '/b/?encryption')).body).toContain('<SSEAlgorithm>AES256</SSEAlgorithm>');
    const policy = await send(server, '/b/?policy');
    expect([policy.status, policy.body]).toEqual([404, expect.stringContaining('NoSuchBucketPolicy')]);
    const wrong = { method: 'PUT', body: suspended.replace('Suspended', 'Off') };
    expect((await send(server, '/b/?versioning', wrong)).status).toBe(400);
  });

  test.each([
    ['GET', '/b', 'ListObjects'],
    ['PUT', '/b/?lifecycle', 'PutBucketLifecycleConfiguration'],
    ['POST', '/b', 'PostObject'],
    ['PUT', '/b', 'CreateBucket'],
    ['GET', '/b/k?attributes', 'GetObjectAttributes'],
    ['GET', '/b/k?acl', 'GetObjectAcl'],
    ['PATCH', '/b/k', 'Unknown'],
  ])('%s %s is refused as %s', async (method, path, operation) => {
    const answer = await send(server, path, { method });
    expect(answer.status).toBe(501);
    expect(answer.body).toContain(`<Code>NotImplemented</Code><Message>${operation} (`);
    expect(calls[0]?.operation).toBe(operation);
  });

  test.each([
    ['/b?versions&delimiter=/', 501, 'NotImplemented'],
    ['/b?list-type=2&max-keys=many', 400, 'InvalidArgument'],
  ])('%s is refused', async (path, status, code) => {
    const answer = await send(server, path);
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
  });

  test('max-keys makes a page, and a copy is not taken for an upload', async () => {
    for (const key of ['x', 'y']) s3.put('b', key, Buffer.from(key));
    const { body } = await send(server, '/b?list-type=2&max-keys=1');
    expect(body).toContain('<MaxKeys>1</MaxKeys><IsTruncated>true</IsTruncated>');
    const copy = await send(server, '/b/z', { method: 'PUT', headers: { 'x-amz-copy-source': '/b/x' } });
    expect([copy.status, calls.at(-1)?.operation]).toEqual([200, 'CopyObject']);
  });
});

describe('when something breaks', () => {
  const fail = { headers: { authorization: signedFor('sqs') } };

  test('an exception in a service is an answer of 500, its message on stderr, and the server lives on', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    expect((await send(server, '/Fail', fail)).status).toBe(500);
    expect(String(log.mock.calls[0]?.[1])).toContain('the service is broken');
    log.mockRestore();
    expect((await send(server, '/Echo', fail)).status).toBe(200);
  });

  test.each([
    ['a path that is not UTF-8', '/b/%ff', {}, 'InvalidURI'],
    ['framing that is none', '/b/k', { 'content-encoding': 'aws-chunked' }, 'aws-chunked chunk'],
  ])('%s is answered, not fatal', async (_case, path, headers, because) => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const answer = await send(server, path, {
      method: 'PUT',
      headers: headers as Record<string, string>,
      body: 'x',
    });
    log.mockRestore();
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining(because)]);
    expect((await send(server, '/b?list-type=2')).status).toBe(200);
  });

  test('a throttled JSON call is refused in JSON, before it takes effect', async () => {
    fault = { kind: 'throttle' };
    const headers = { ...fail.headers, 'content-type': 'application/x-amz-json-1.0' };
    const answer = await send(server, '/Echo', { method: 'POST', headers });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({ __type: 'ThrottlingException', message: 'Rate exceeded' });
    expect(seen).toBeUndefined();
  });

  test('a dropped reply breaks the connection after the effect', async () => {
    fault = { kind: 'drop-reply' };
    await expect(send(server, '/Echo', fail)).rejects.toThrow('socket hang up');
    expect(seen?.path).toBe('/Echo');
    expect(calls).toEqual([{ service: 'sqs', operation: 'Echo', accessKeyId: 'me', status: 0 }]);
  });

  test('close ends at once, also under a call that hangs', async () => {
    let isHanging: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => {
      isHanging = resolve;
    });
    const other = await serveAws({
      port: 0,
      services: { sqs: echo },
      fault: () => ({ kind: 'hang' }),
      onCall: () => isHanging(),
    });
    const call = send(other, '/Echo', fail).then(
      () => 'answered',
      () => 'broken',
    );
    await hanging;
    await other.close();
    expect(await call).toBe('broken');
    expect(seen).toBeUndefined();
  });
});
