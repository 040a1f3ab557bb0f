/** Checksums as the real client sends them, and wrong ones as only a broken client would. */

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  type ChecksumAlgorithm,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Bucket, type Served, serveS3 } from './s3-fixture.ts';

let served: Served;
beforeEach(async () => {
  served = await serveS3();
});
afterEach(() => served.close());

const text = 'hello';
const crcOf = (body: string): string =>
  Buffer.from(crc32(body).toString(16).padStart(8, '0'), 'hex').toString('base64');
const RIGHT = crcOf(text);
const WRONG = crcOf('other');
const MD5 = createHash('md5').update(text).digest('base64');

const sha512 = createHash('sha512').update(text).digest('base64');

const stored = (): string | undefined => {
  const found = served.s3.current(Bucket, 'k');
  return found && Buffer.from(found.body).toString();
};

describe.each<[string, boolean, () => string | Readable]>([
  ['a header', false, () => text],
  ['a trailer', true, () => Readable.from([Buffer.from('hel'), Buffer.from('lo')])],
])('as %s', (_case, isTrailer, bodyOf) => {
  test.each<[ChecksumAlgorithm, string]>([
    ['CRC32', 'x-amz-checksum-crc32'],
    ['CRC32C', 'x-amz-checksum-crc32c'],
    ['CRC64NVME', 'x-amz-checksum-crc64nvme'],
    ['SHA1', 'x-amz-checksum-sha1'],
    ['SHA256', 'x-amz-checksum-sha256'],
    ['MD5', 'content-md5'],
  ])("the client's %s comes as %s, and holds", async (ChecksumAlgorithm, name) => {
    const input = { Bucket, Key: 'k', Body: bodyOf(), ContentLength: text.length, ChecksumAlgorithm };
    await served.client.send(new PutObjectCommand(input));
    expect(served.sent).toMatchObject([{ [name]: expect.stringMatching(/=$/) }]);
    expect(served.sent[0]?.['x-amz-trailer']).toBe(isTrailer ? name : undefined);
    expect(stored()).toBe(text);
  });
});

const put = (headers: Readonly<Record<string, string>>, body = text): Promise<Response> =>
  fetch(`${served.url}/${Bucket}/k`, { method: 'PUT', headers, body });

const trailed = (trailers: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> => {
  const streaming = {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  };
  return put({ ...streaming, ...headers }, `5\r\n${text}\r\n0\r\n${trailers}\r\n`);
};

const crc = (value: string) => ({ 'x-amz-checksum-crc32': value });

test.each<[string, () => Promise<Response>]>([
  ['no checksum', () => put({})],
  ['a right one', () => put(crc(RIGHT))],
  ['a right one that is named', () => put({ ...crc(RIGHT), 'x-amz-sdk-checksum-algorithm': 'CRC32' })],
  ['a right Content-MD5', () => put({ 'content-md5': MD5 })],
  ['a Content-MD5 that is named', () => put({ 'content-md5': MD5, 'x-amz-sdk-checksum-algorithm': 'MD5' })],
  ['Content-MD5 and a checksum', () => put({ 'content-md5': MD5, ...crc(RIGHT) })],
  ['what only begins like a checksum', () => put({ 'x-amz-checksum-type': 'FULL_OBJECT' })],
  ['a right MD5 as a checksum', () => put({ 'x-amz-checksum-md5': MD5 })],
  ['a right SHA-512', () => put({ 'x-amz-checksum-sha512': sha512 })],
  ['a right trailer', () => trailed(`x-amz-checksum-crc32:${RIGHT}\r\n`)],
])('a body with %s is stored', async (_case, send) => {
  expect((await send()).status).toBe(200);
  expect(stored()).toBe(text);
});

const isInvalid = 'Value for x-amz-checksum-crc32 header is invalid.';
test.each<[string, string, string, () => Promise<Response>]>([
  ['a wrong checksum', 'BadDigest', 'The CRC32 you specified', () => put(crc(WRONG))],
  [
    'a wrong one of all zeros',
    'BadDigest',
    'The SHA1 you',
    () => put({ 'x-amz-checksum-sha1': `${'A'.repeat(27)}=` }),
  ],
  ['a wrong trailer', 'BadDigest', 'The CRC32 you', () => trailed(`x-amz-checksum-crc32:${WRONG}\r\n`)],
  [
    'a wrong Content-MD5',
    'BadDigest',
    'The Content-MD5 you',
    () => put({ 'content-md5': `${'A'.repeat(22)}==` }),
  ],
  [
    'a wrong Content-MD5 beside a right checksum',
    'BadDigest',
    'The Content-MD5',
    () => put({ ...crc(RIGHT), 'content-md5': `${'A'.repeat(22)}==` }),
  ],
  ['a checksum of another length', 'InvalidRequest', isInvalid, () => put(crc('AAAA'))],
  ['a checksum that is not Base64', 'InvalidRequest', isInvalid, () => put(crc('!!!!!!=='))],
  ['an empty checksum', 'InvalidRequest', isInvalid, () => put(crc(''))],
  [
    'a trailer of another length',
    'InvalidRequest',
    'crc32 trailing header is invalid',
    () => trailed('x-amz-checksum-crc32:AAAA\r\n'),
  ],
  ['a Content-MD5 of another length', 'InvalidDigest', 'Content-MD5', () => put({ 'content-md5': 'AAAA' })],
  ['a trailer that did not come', 'MalformedTrailerError', 'trailing data', () => trailed('')],
  [
    'another trailer than announced',
    'MalformedTrailerError',
    'trailing data',
    () => trailed('x-amz-checksum-sha1:AAAA\r\n'),
  ],
  [
    'a header and a trailer',
    'InvalidRequest',
    'Expecting a single',
    () => trailed(`x-amz-checksum-crc32:${RIGHT}\r\n`, { 'x-amz-checksum-sha1': 'AAAA' }),
  ],
  [
    'two checksums',
    'InvalidRequest',
    'Expecting a single',
    () => put({ ...crc(RIGHT), 'x-amz-checksum-sha1': 'AAAA' }),
  ],
  [
    'an algorithm without its checksum',
    'InvalidRequest',
    'but no corresponding',
    () => put({ 'x-amz-sdk-checksum-algorithm': 'CRC32' }),
  ],
  [
    'another algorithm than named',
    'InvalidRequest',
    'x-amz-sdk-checksum-algorithm header is invalid',
    () => put({ ...crc(RIGHT), 'x-amz-sdk-checksum-algorithm': 'SHA1' }),
  ],
  [
    'an unknown algorithm',
    'NotImplemented',
    'x-amz-checksum-constructor',
    () => put({ 'x-amz-checksum-constructor': 'AAAA' }),
  ],
])('a body with %s is refused: %s', async (_case, code, because, send) => {
  const answer = await send();
  const said = await answer.text();
  expect(answer.status).toBe(code === 'NotImplemented' ? 501 : 400);
  expect(said).toContain(`<Code>${code}</Code>`);
  expect(said).toContain(because);
  expect(stored()).toBeUndefined();
});

test('a part with a wrong checksum is refused, and is no part', async () => {
  const target = { Bucket, Key: 'k' };
  const { UploadId } = await served.client.send(new CreateMultipartUploadCommand(target));
  const part = { ...target, UploadId, PartNumber: 1, Body: text };
  const wrong = served.client.send(new UploadPartCommand({ ...part, ChecksumCRC32: WRONG }));
  await expect(wrong).rejects.toEqual(expect.objectContaining({ name: 'BadDigest' }));
  const listed = await fetch(`${served.url}/${Bucket}/k?uploadId=${UploadId}`);
  expect(await listed.text()).not.toContain('<Part>');
});

test('a list of keys to delete with a wrong checksum deletes nothing', async () => {
  served.s3.put(Bucket, 'k', Buffer.from(text));
  const body = '<Delete><Object><Key>k</Key></Object></Delete>';
  const answer = await fetch(`${served.url}/${Bucket}?delete`, { method: 'POST', headers: crc(WRONG), body });
  expect(await answer.text()).toContain('<Code>BadDigest</Code>');
  expect(stored()).toBe(text);
});
