/** Reads of a part, of a version, and of what has changed: GetObject and HeadObject over HTTP. */

import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { Bucket, type Served, serveS3, WRITTEN_AT } from './s3-fixture.ts';

let served: Served;
beforeEach(async () => {
  served = await serveS3();
});
afterEach(() => served.close());

const TEXT = '0123456789';
/** The MD5 of it. */
const ETAG = '781e5e245d69b566979b86e28d23f2c7';
const second = 1_000;
const at = (ms: number): string => new Date(WRITTEN_AT + ms).toUTCString();

const read = async (headers: Readonly<Record<string, string>>, method = 'GET') => {
  const answer = await fetch(`${served.url}/${Bucket}/k`, { method, headers });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
};

const tag = `"${ETAG}"`;
const other = '"d41d8cd98f00b204e9800998ecf8427e"';

describe.each(['GET', 'HEAD'])('%s', (method) => {
  test.each([
    [200, {}],
    [200, { 'if-match': tag }],
    [200, { 'if-match': ETAG }],
    [200, { 'if-match': '*' }],
    [200, { 'if-match': `${other}, ${tag}` }],
    [412, { 'if-match': other }],
    [304, { 'if-none-match': tag }],
    [304, { 'if-none-match': ETAG }],
    [304, { 'if-none-match': `W/${tag}` }],
    [304, { 'if-none-match': `${other}, ${tag}` }],
    [304, { 'if-none-match': '*' }],
    [200, { 'if-none-match': other }],
    [200, { 'if-modified-since': at(-second) }],
    [304, { 'if-modified-since': at(0) }],
    [304, { 'if-modified-since': at(second) }],
    [200, { 'if-modified-since': 'yesterday' }],
    [412, { 'if-unmodified-since': at(-second) }],
    [200, { 'if-unmodified-since': at(0) }],
    [200, { 'if-unmodified-since': at(second) }],
    [200, { 'if-unmodified-since': 'yesterday' }],
    // A tag counts for more than a time.
    [200, { 'if-match': tag, 'if-unmodified-since': at(-second) }],
    [412, { 'if-match': other, 'if-unmodified-since': at(second) }],
    [304, { 'if-none-match': tag, 'if-modified-since': at(-second) }],
    [200, { 'if-none-match': other, 'if-modified-since': at(second) }],
    // What fails goes before what is not modified.
    [412, { 'if-match': other, 'if-none-match': tag }],
    [304, { 'if-match': tag, 'if-none-match': tag }],
    // Conditions are looked at before ranges.
    [304, { 'if-none-match': tag, range: 'bytes=99-' }],
    [206, { 'if-match': tag, range: 'bytes=0-0' }],
  ])('is answered %i with %j', async (status, headers) => {
    served.s3.put(Bucket, 'k', Buffer.from(TEXT));
    const { headers: answered, ...answer } = await read(headers as Record<string, string>, method);
    expect(answer.status).toBe(status);
    if (status === 304) expect([answer.body, answered.get('etag')]).toEqual(['', tag]);
    if (status === 412 && method === 'GET') expect(answer.body).toContain('<Code>PreconditionFailed</Code>');
  });

  test.each([
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=9-9', 206, '9', 'bytes 9-9/10'],
    ['bytes=9-10', 206, '9', 'bytes 9-9/10'],
    ['bytes=0-', 206, TEXT, 'bytes 0-9/10'],
    ['bytes=-1', 206, '9', 'bytes 9-9/10'],
    ['bytes=-11', 206, TEXT, 'bytes 0-9/10'],
    ['bytes=5-4', 200, TEXT, null],
    ['bytes=1-2,4-5', 200, TEXT, null],
    ['bytes=x', 200, TEXT, null],
    ['bytes=-', 200, TEXT, null],
    ['lines=1-2', 200, TEXT, null],
  ])('of %s is %i, %j', async (range, status, body, contentRange) => {
    served.s3.put(Bucket, 'k', Buffer.from(TEXT));
    const { headers, ...answer } = await read({ range }, method);
    expect(answer).toEqual({ status, body: method === 'GET' ? body : '' });
    expect(headers.get('content-range')).toBe(contentRange);
    expect(headers.get('content-length')).toBe(String(body.length));
  });

  test.each([
    ['bytes=10-', TEXT],
    ['bytes=10-11', TEXT],
    ['bytes=-0', TEXT],
    ['bytes=0-', ''],
    ['bytes=-1', ''],
  ])('of %s of %j cannot be satisfied', async (range, text) => {
    served.s3.put(Bucket, 'k', Buffer.from(text));
    const { status, body } = await read({ range }, method);
    expect(status).toBe(416);
    if (method === 'GET') expect(body).toContain('<Code>InvalidRange</Code>');
  });
});

test('a version is read by its id, with its own conditions and ranges', async () => {
  const { versionId: VersionId = '', etag } = served.s3.put(Bucket, 'k', Buffer.from(TEXT));
  served.s3.put(Bucket, 'k', Buffer.from('new'));
  served.s3.delete(Bucket, 'k');
  const input = { Bucket, Key: 'k', VersionId, IfMatch: etag, Range: 'bytes=2-4' };
  const got = await served.client.send(new GetObjectCommand(input));
  expect([await got.Body?.transformToString(), got.VersionId]).toEqual(['234', VersionId]);
  const { ContentLength: length } = await served.client.send(new HeadObjectCommand(input));
  expect(length).toBe(3);
});

test('what is not there is missing, whatever the condition', async () => {
  const conditions = [{ 'if-match': '*' }, { 'if-none-match': '*' }, {}];
  const answers = await Promise.all(conditions.map((headers) => read(headers as Record<string, string>)));
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
});

test.each([
  [304, { IfNoneMatch: tag }],
  [412, { IfMatch: other }],
])('the client gets a refusal with status %i for %j', async (httpStatusCode, condition) => {
  served.s3.put(Bucket, 'k', Buffer.from(TEXT));
  const got = served.client.send(new GetObjectCommand({ Bucket, Key: 'k', ...condition }));
  const $metadata = expect.objectContaining({ httpStatusCode });
  await expect(got).rejects.toEqual(expect.objectContaining({ $metadata }));
});
