/** What the AWS CLI and the SDKs do with larger files, over HTTP with the real client. */

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { createS3, type S3 } from '../world/s3.ts';
import { s3Service } from './s3.ts';
import { type AwsServer, serveAws } from './server.ts';

const Bucket = 'bucket';
const PART_BYTES = 5_242_880;
const first = Buffer.alloc(PART_BYTES, 'a');
const last = Buffer.from('the end');

let s3: S3;
let aws: AwsServer;
let client: S3Client;
let reasons: unknown[];

beforeEach(async () => {
  let ids = 0;
  reasons = [];
  s3 = createS3({
    now: Date.now,
    id: () => `id${ids++}`,
    onEvent: ({ detail }) => reasons.push((detail as { reason?: unknown }).reason),
  });
  s3.createBucket(Bucket, { versioning: 'enabled', eventBridge: true });
  aws = await serveAws({ port: 0, services: { s3: s3Service(s3, [Bucket]) } });
  client = new S3Client({
    endpoint: aws.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterEach(async () => {
  client.destroy();
  await aws.close();
});

const begin = async (Key: string) => {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'text/plain', Metadata: { by: 'test' } }),
  );
  return { Bucket, Key, UploadId };
};

const upload = async (target: Awaited<ReturnType<typeof begin>>, PartNumber: number, Body: Uint8Array) => {
  const { ETag } = await client.send(new UploadPartCommand({ ...target, PartNumber, Body }));
  return { PartNumber, ETag };
};

const named = (name: string) => expect.objectContaining({ name });

test('parts become one object, with the headers that it began with and an ETag of two parts', async () => {
  const target = await begin('big');
  const Parts = [await upload(target, 1, first), await upload(target, 2, last)];
  const listed = await client.send(new ListPartsCommand(target));
  expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, PART_BYTES],
    [2, last.length],
  ]);
  const done = await client.send(
    new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }),
  );
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  const { headers, size } = s3.head(Bucket, 'big');
  expect([headers.contentType, headers.metadata, size]).toEqual([
    'text/plain',
    { by: 'test' },
    PART_BYTES + last.length,
  ]);
  expect(reasons).toEqual(['CompleteMultipartUpload']);
});

test('an upload that was given up leaves nothing, and cannot be completed', async () => {
  const target = await begin('big');
  const Parts = [await upload(target, 1, last)];
  await client.send(new AbortMultipartUploadCommand(target));
  expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
  const completed = client.send(
    new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }),
  );
  await expect(completed).rejects.toEqual(named('NoSuchUpload'));
});

test.each<[string, string, (parts: readonly { PartNumber: number; ETag: string | undefined }[]) => object[]]>(
  [
    ['a part that is not there', 'InvalidPart', ([one]) => [{ ...one, PartNumber: 9 }]],
    ['another entity tag', 'InvalidPart', ([one]) => [{ ...one, ETag: '"0"' }]],
    ['the wrong order', 'InvalidPartOrder', ([one, two]) => [two ?? {}, one ?? {}]],
    ['a small part that is not the last', 'EntityTooSmall', ([one, two]) => [one ?? {}, two ?? {}]],
  ],
)('completing with %s is refused: %s', async (_case, code, partsOf) => {
  const target = await begin('big');
  const parts = [await upload(target, 1, last), await upload(target, 2, last)];
  const Parts = partsOf(parts);
  const completed = client.send(
    new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }),
  );
  await expect(completed).rejects.toEqual(named(code));
});

test('a part may be a range of another object', async () => {
  s3.put(Bucket, 'a b', Buffer.from('0123456789'));
  const target = await begin('copy');
  const { CopyPartResult: part } = await client.send(
    new UploadPartCopyCommand({
      ...target,
      PartNumber: 1,
      CopySource: `${Bucket}/a%20b`,
      CopySourceRange: 'bytes=2-4',
    }),
  );
  const Parts = [{ PartNumber: 1, ETag: part?.ETag }];
  await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));
  expect(Buffer.from(s3.get(Bucket, 'copy').body).toString()).toBe('234');
});

test.each([
  ['bytes=2-4', '234'],
  ['bytes=8-', '89'],
  ['bytes=-3', '789'],
  ['bytes=5-99', '56789'],
])('the range %s of ten bytes is %s', async (Range, expected) => {
  s3.put(Bucket, 'k', Buffer.from('0123456789'));
  const { Body: body, ContentRange: range } = await client.send(
    new GetObjectCommand({ Bucket, Key: 'k', Range }),
  );
  expect(await body?.transformToString()).toBe(expected);
  expect(range).toMatch(/^bytes \d-\d\/10$/);
});

test('a range behind the end is refused', async () => {
  s3.put(Bucket, 'k', Buffer.from('0'));
  const got = client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=5-' }));
  await expect(got).rejects.toEqual(named('InvalidRange'));
});

test('a copy keeps the headers of its source, or replaces them', async () => {
  s3.put(Bucket, 'k', Buffer.from('x'), { contentType: 'text/css' });
  const CopySource = `${Bucket}/k`;
  await client.send(new CopyObjectCommand({ Bucket, Key: 'kept', CopySource }));
  await client.send(
    new CopyObjectCommand({
      Bucket,
      Key: 'other',
      CopySource,
      MetadataDirective: 'REPLACE',
      ContentType: 'text/x',
    }),
  );
  expect(['kept', 'other'].map((key) => s3.head(Bucket, key).headers.contentType)).toEqual([
    'text/css',
    'text/x',
  ]);
  expect(reasons).toEqual(['PutObject', 'CopyObject', 'CopyObject']);
});

test('many objects are deleted in one call, odd names among them', async () => {
  const keys = ['a&b', '<c>', 'd'];
  for (const key of keys) s3.put(Bucket, key, Buffer.from(key));
  const Objects = keys.map((Key) => ({ Key }));
  const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(Deleted?.map(({ Key, DeleteMarker }) => [Key, DeleteMarker])).toEqual(
    keys.map((key) => [key, true]),
  );
  expect(s3.listObjectsV2(Bucket, {}).objects).toEqual([]);
});

test.each([
  ['CRC32', { ChecksumCRC32: 'AAAAAA==' }],
  ['SHA-256', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }],
  ['MD5', { ContentMD5: Buffer.alloc(16).toString('base64') }],
])('a body with the wrong %s is refused', async (_case, checksum) => {
  const put = client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...checksum }));
  await expect(put).rejects.toEqual(named('BadDigest'));
  expect(s3.current(Bucket, 'k')).toBeUndefined();
});

test('buckets are listed, and asked whether they are there', async () => {
  const { Buckets } = await client.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
  expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('us-east-1');
  await expect(client.send(new HeadBucketCommand({ Bucket: 'nowhere' }))).rejects.toEqual(named('NotFound'));
});

test.each([
  ['', ['index.html'], ['a b/', 'assets/']],
  ['assets/', ['assets/x.js'], ['assets/deep/']],
  ['assets/d', [], ['assets/deep/']],
  ['nothing/', [], []],
])('one level below "%s" is %p and %p', async (Prefix, keys, prefixes) => {
  for (const key of ['a b/x', 'a b/y', 'assets/deep/y.js', 'assets/x.js', 'index.html']) {
    s3.put(Bucket, key, Buffer.from('x'));
  }
  const { Contents = [], CommonPrefixes = [] } = await client.send(
    new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/', EncodingType: 'url' }),
  );
  expect(Contents.map(({ Key }) => Key)).toEqual(keys);
  expect(CommonPrefixes.map((one) => decodeURIComponent((one.Prefix ?? '').replaceAll('+', ' ')))).toEqual(
    prefixes,
  );
});
