/** CopyObject and UploadPartCopy over HTTP with the real client. */

import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Bucket, type Served, serveS3, WRITTEN_AT } from './s3-fixture.ts';

let served: Served;
beforeEach(async () => {
  served = await serveS3();
});
afterEach(() => served.close());

const second = 1_000;
const named = (name: string) => expect.objectContaining({ name });
const textOf = (key: string): string => Buffer.from(served.s3.get(Bucket, key).body).toString();
const other = '"d41d8cd98f00b204e9800998ecf8427e"';

const put = (key: string, text = 'text') => served.s3.put(Bucket, key, Buffer.from(text));

const copy = (input: Partial<CopyObjectCommandInput>) =>
  served.client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k`, ...input }));

test('the answer names both versions, the tag, and when the copy was made', async () => {
  const source = put('k');
  served.later(60 * second);
  const copied = await copy({});
  const { versionId, lastModified } = served.s3.head(Bucket, 'copy');
  expect(copied).toMatchObject({ VersionId: versionId, CopySourceVersionId: source.versionId });
  expect(copied.CopyObjectResult).toEqual({
    ETag: `"${source.etag}"`,
    LastModified: new Date(lastModified),
  });
  expect(lastModified).toBe(WRITTEN_AT + 60 * second);
});

test.each([
  ['a b+c%d', `${Bucket}/a%20b%2Bc%25d`],
  ['a//b/../é😀', `/${Bucket}/a//b/../%C3%A9%F0%9F%98%80`],
  ['k?x', `${Bucket}/k%3Fx`],
])('%s is the source %s', async (key, CopySource) => {
  put(key, `text of ${key}`);
  await copy({ CopySource });
  expect(textOf('copy')).toBe(`text of ${key}`);
});

test('an older version comes back by a copy of it onto itself', async () => {
  const { versionId } = put('k', 'old');
  put('k', 'new');
  await copy({ Key: 'k', CopySource: `${Bucket}/k?versionId=${versionId}` });
  expect(textOf('k')).toBe('old');
});

test('a copy onto itself may replace the headers', async () => {
  put('k');
  await copy({ Key: 'k', MetadataDirective: 'REPLACE', CacheControl: 'no-cache', Metadata: { build: '7' } });
  expect(served.s3.head(Bucket, 'k').headers).toMatchObject({
    cacheControl: 'no-cache',
    metadata: { build: '7' },
  });
});

test('a copy onto itself may change its storage class', async () => {
  put('k');
  await copy({ Key: 'k', StorageClass: 'STANDARD_IA' });
  expect(served.reasons).toEqual(['PutObject', 'CopyObject']);
});

test.each<[string, string, Partial<CopyObjectCommandInput>]>([
  ['that changes nothing, onto itself', 'InvalidRequest', { Key: 'k' }],
  ['of what is not there', 'NoSuchKey', { CopySource: `${Bucket}/nothing` }],
  ['of another bucket', 'NoSuchBucket', { CopySource: 'nowhere/k' }],
  ['of no key', 'InvalidArgument', { CopySource: Bucket }],
  ['of a bucket', 'InvalidArgument', { CopySource: `${Bucket}/` }],
  ['of a version that never was', 'NoSuchVersion', { CopySource: `${Bucket}/k?versionId=x` }],
  ['with an unknown directive', 'InvalidArgument', { MetadataDirective: 'MERGE' as 'COPY' }],
])('a copy %s is refused: %s', async (_case, name, input) => {
  put('k');
  await expect(copy(input)).rejects.toEqual(named(name));
  expect(served.reasons).toEqual(['PutObject']);
});

test('a delete marker is no source, by name or by its version id', async () => {
  put('k');
  const { versionId } = served.s3.delete(Bucket, 'k');
  await expect(copy({})).rejects.toEqual(named('NoSuchKey'));
  const byId = copy({ CopySource: `${Bucket}/k?versionId=${versionId}` });
  await expect(byId).rejects.toEqual(named('InvalidRequest'));
});

const before = new Date(WRITTEN_AT - second);
const then = new Date(WRITTEN_AT);
test.each<[boolean, string, (etag: string) => Partial<CopyObjectCommandInput>]>([
  [true, 'the source has the tag', (etag) => ({ CopySourceIfMatch: etag })],
  [false, 'the source has another tag', () => ({ CopySourceIfMatch: other })],
  [true, 'the source has another tag than is known', () => ({ CopySourceIfNoneMatch: other })],
  [false, 'the source is known', (etag) => ({ CopySourceIfNoneMatch: etag })],
  [true, 'it was modified since', () => ({ CopySourceIfModifiedSince: before })],
  [false, 'it was not modified since', () => ({ CopySourceIfModifiedSince: then })],
  [true, 'it was not modified since, as it should be', () => ({ CopySourceIfUnmodifiedSince: then })],
  [false, 'it was modified since, as it should not be', () => ({ CopySourceIfUnmodifiedSince: before })],
  [true, 'the copy is not there yet', () => ({ Key: 'fresh', IfNoneMatch: '*' })],
  [false, 'the copy is there', () => ({ IfNoneMatch: '*' })],
  [false, 'the copy has another tag', () => ({ IfMatch: other })],
  [
    false,
    'the copy has another tag, and new headers',
    () => ({ IfMatch: other, MetadataDirective: 'REPLACE' }),
  ],
])('it is %s that a copy is made where %s', async (isMade, _case, conditionOf) => {
  put('copy', 'overwritten');
  const { etag } = put('k');
  const copied = copy(conditionOf(etag));
  if (isMade) await expect(copied).resolves.toHaveProperty('CopyObjectResult.ETag', `"${etag}"`);
  else await expect(copied).rejects.toEqual(named('PreconditionFailed'));
  expect(served.reasons).toHaveLength(isMade ? 3 : 2);
});

test('the conditions of a write are not those of its source', async () => {
  const { etag } = put('copy', 'overwritten');
  put('k');
  await copy({ IfMatch: etag });
  expect(textOf('copy')).toBe('text');
});

const part = async (input: Readonly<{ CopySourceRange?: string; CopySourceIfMatch?: string }>) => {
  const target = { Bucket, Key: 'copy' };
  const { UploadId } = await served.client.send(new CreateMultipartUploadCommand(target));
  const asked = { ...target, UploadId, PartNumber: 1, CopySource: `${Bucket}/k`, ...input };
  return served.client.send(new UploadPartCopyCommand(asked));
};

// The MD5 of the part.
test.each([
  [{}, '781e5e245d69b566979b86e28d23f2c7'],
  [{ CopySourceRange: 'bytes=0-9' }, '781e5e245d69b566979b86e28d23f2c7'],
  [{ CopySourceRange: 'bytes=0-0' }, 'cfcd208495d565ef66e7dff9f98764da'],
  [{ CopySourceRange: 'bytes=9-9' }, '45c48cce2e2d7fbdea1afc51c7c6ad26'],
])('the part that is the copy of ten bytes with %j has the tag %s', async (input, expected) => {
  put('k', '0123456789');
  const { CopyPartResult: result } = await part(input);
  expect(result?.ETag).toBe(`"${expected}"`);
});

test.each([
  ['InvalidArgument', 'source object of size: 10', { CopySourceRange: 'bytes=0-10' }],
  ['InvalidArgument', 'form bytes=first-last', { CopySourceRange: 'bytes=5-4' }],
  ['InvalidArgument', 'form bytes=first-last', { CopySourceRange: 'bytes=5-' }],
  ['InvalidArgument', 'form bytes=first-last', { CopySourceRange: 'bytes=-5' }],
  ['PreconditionFailed', 'x-amz-copy-source-if-match', { CopySourceIfMatch: other }],
])('%s (%s): no part is a copy of ten bytes with %j', async (name, because, input) => {
  put('k', '0123456789');
  const message = expect.stringContaining(because);
  await expect(part(input)).rejects.toEqual(expect.objectContaining({ name, message }));
});
