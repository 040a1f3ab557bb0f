import { hintsByKey, parseHint } from '../../shared/core/hints.ts';

const bucket = 'site-bucket';
const sentAt = Date.UTC(2026, 10, 23, 12, 0, 5);
const at = Date.UTC(2026, 10, 23, 12, 0, 0);
const time = '2026-11-23T12:00:00Z';
const base = { messageId: 'm-1', sentAt };

const read = (body: unknown) =>
  parseHint({ id: 'm-1', body: typeof body === 'string' ? body : JSON.stringify(body), sentAt }, bucket);

/** As the S3 user guide shows it, "EventBridge event message structure". */
const created = {
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '111122223333',
  time,
  region: 'ca-central-1',
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: '0',
    bucket: { name: bucket },
    object: {
      key: 'css/main.css',
      size: 5,
      etag: 'b1946ac92492d2347c6235b4d2611184',
      'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
      sequencer: '617f08299329d189',
    },
    'request-id': 'N4N7GDK58NMKJ12R',
    requester: '123456789012',
    'source-ip-address': '1.2.3.4',
    reason: 'PutObject',
  },
};
const deleted = {
  ...created,
  'detail-type': 'Object Deleted',
  detail: { ...created.detail, reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
};
const withObject = (object: unknown) => ({ ...created, detail: { ...created.detail, object } });

test('a created object names its key, its ETag and when it happened', () => {
  expect(read(created)).toMatchObject({
    ...base,
    kind: 'object',
    at,
    key: 'css/main.css',
    etag: 'b1946ac92492d2347c6235b4d2611184',
    deleted: false,
  });
});

test.each(['PutObject', 'POST Object', 'CopyObject', 'CompleteMultipartUpload'])(
  'a creation by %s is one',
  (reason) => {
    expect(read({ ...created, detail: { ...created.detail, reason } })).toMatchObject({ deleted: false });
  },
);

test.each(['Permanently Deleted', 'Delete Marker Created'])('a deleted object, %s, is deleted', (type) => {
  const event = { ...deleted, detail: { ...deleted.detail, 'deletion-type': type } };
  expect(read(event)).toMatchObject({ kind: 'object', key: 'css/main.css', deleted: true, at });
});

test.each([
  ['a version that was written', created, { wrote: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' }],
  ['a delete marker that was written', deleted, { wrote: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' }],
  [
    'what was deleted for good',
    { ...deleted, detail: { ...deleted.detail, 'deletion-type': 'Permanently Deleted' } },
    { erased: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' },
  ],
  [
    'an old version that expired',
    {
      ...deleted,
      detail: { ...deleted.detail, 'deletion-type': 'Permanently Deleted', reason: 'Lifecycle Expiration' },
    },
    {},
  ],
  [
    'a delete marker that an expiry wrote',
    { ...deleted, detail: { ...deleted.detail, reason: 'Lifecycle Expiration' } },
    { wrote: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' },
  ],
  ['no version', withObject({ key: 'k' }), {}],
])('the id of %s is told as what it is', (_case, event, expected) => {
  const { wrote, erased } = read(event) as { wrote?: string; erased?: string };
  expect({ ...(wrote && { wrote }), ...(erased && { erased }) }).toEqual(expected);
});

test('an ETag loses its quotes, and may be missing', () => {
  expect(read(withObject({ key: 'k', etag: '"abc"' }))).toMatchObject({ key: 'k', etag: 'abc' });
  expect(read(withObject({ key: 'k' }))).not.toHaveProperty('etag');
  expect(read(withObject({ key: 'k', etag: 5 }))).not.toHaveProperty('etag');
});

test.each([
  ['before it was sent', '2026-11-23T12:00:04.999Z', sentAt - 1],
  ['at the ms it was sent', '2026-11-23T12:00:05Z', sentAt],
  ['after it was sent, by a clock that differs', '2026-11-23T12:00:06Z', sentAt],
  ['at a time that cannot be read', 'yesterday', sentAt],
  ['at no time', undefined, sentAt],
])('an event that happened %s', (_case, when, expected) => {
  expect(read({ ...created, time: when }).at).toBe(expected);
  expect(read({ source: 'aws.codebuild', time: when }).at).toBe(expected);
});

/** As the CodeBuild user guide shows it, "Build state change". */
const build = {
  version: '0',
  id: 'c030038d-8c4d-6141-9545-00ff7b7153EX',
  'detail-type': 'CodeBuild Build State Change',
  source: 'aws.codebuild',
  time,
  detail: {
    'build-status': 'SUCCEEDED',
    'project-name': 'my-sample-project',
    'build-id': 'arn:aws:codebuild:us-west-2:123456789012:build/my-sample-project:8745a7a9-c340-456a-9166',
    'additional-information': { 'build-start-time': 'Sep 1, 2017 4:12:29 PM' },
  },
};

test('a build that began is no change of the site', () => {
  const event = { ...build, detail: { ...build.detail, 'build-status': 'IN_PROGRESS' } };
  expect(read(event)).toEqual({ ...base, kind: 'start', at });
});

test.each(['SUCCEEDED', 'FAILED', 'STOPPED', 'FAULT', 'TIMED_OUT', 'NEW'])(
  'a build that is %s is a hint to ask the project',
  (status) => {
    const event = { ...build, detail: { ...build.detail, 'build-status': status } };
    expect(read(event)).toEqual({ ...base, kind: 'build', at });
  },
);

test('a tick is one, at the time it was sent', () => {
  expect(read({ kind: 'tick' })).toEqual({ ...base, kind: 'tick', at: sentAt });
});

test.each([
  ['the pass asks itself', { kind: 'look', because: 'an old copy was proved' }, 'an old copy was proved'],
  ['it gives no reason', { kind: 'look' }, 'asked to'],
  ['it is not JSON', 'nonsense', 'a message that is not a JSON object'],
  ['it is empty', '', 'a message that is not a JSON object'],
  ['it is null', 'null', 'a message that is not a JSON object'],
  ['it is a list', '[]', 'a message that is not a JSON object'],
  ['it is a number', '5', 'a message that is not a JSON object'],
  ['it says nothing', {}, 'an event of an unknown source, undefined'],
  ['its source is another', { source: 'aws.ec2', time }, 'an event of an unknown source, aws.ec2'],
  ['its kind is another', { kind: 'tock' }, 'an event of an unknown source, undefined'],
  ['an S3 event has no detail', { source: 'aws.s3', time }, 'an S3 event without a key'],
  ['an S3 event has no object', withObject(undefined), 'an S3 event without a key'],
  ['an S3 event has no key', withObject({}), 'an S3 event without a key'],
  ['an S3 event’s key is no text', withObject({ key: 5 }), 'an S3 event without a key'],
])('a message is a hint to look at everything where %s', (_case, body, because) => {
  expect(read(body)).toEqual({ ...base, kind: 'look', at: sentAt, because });
});

test.each([
  ['another bucket', { name: 'state-bucket' }],
  ['a bucket without a name', {}],
  ['no bucket', undefined],
])('an event of %s names no key', (_case, other) => {
  const hint = read({ ...created, detail: { ...created.detail, bucket: other } });
  expect(hint).toMatchObject({ ...base, kind: 'look', because: 'an event of another bucket' });
  expect(hintsByKey([hint]).size).toBe(0);
});

const object = (key: string, etag?: string) => read(withObject(etag === undefined ? { key } : { key, etag }));
const gone = (key: string) => read({ ...deleted, detail: { ...deleted.detail, object: { key, etag: 'x' } } });

test('hints of one key are brought together: each ETag once, whether deleted, whether one lacked its ETag', () => {
  const byKey = hintsByKey([object('k', 'a'), object('k', 'b'), object('k', 'a'), object('other', 'c')]);
  expect([...byKey.keys()]).toEqual(['k', 'other']);
  expect(byKey.get('k')).toMatchObject({ etags: new Set(['a', 'b']), deleted: false, untold: false });
  expect(hintsByKey([object('k', 'a'), gone('k')]).get('k')).toMatchObject({
    etags: new Set(['a']),
    deleted: true,
    untold: false,
  });
  expect(hintsByKey([object('k')]).get('k')).toMatchObject({
    etags: new Set(),
    deleted: false,
    untold: true,
  });
});

test('the ids that were written and erased are gathered by key; whether one is lost is not known here', () => {
  const erased = { ...deleted, detail: { ...deleted.detail, 'deletion-type': 'Permanently Deleted' } };
  expect(hintsByKey([created, deleted, erased].map(read)).get('css/main.css')).toMatchObject({
    wrote: new Set(['IYV3p45BT0ac8hjHg1houSdS1a.Mro8e']),
    erased: new Set(['IYV3p45BT0ac8hjHg1houSdS1a.Mro8e']),
    lost: [],
  });
  expect(hintsByKey([object('k', 'a')]).get('k')).toMatchObject({
    wrote: new Set(),
    erased: new Set(),
    lost: [],
  });
});

test('a deletion’s ETag is that of a delete marker or of what went: it is not taken for a write', () => {
  expect(hintsByKey([gone('k')]).get('k')).toMatchObject({ etags: new Set(), untold: false });
});

test.each([
  ['a plain key', 'css/main.css', ['css/main.css']],
  ['a raw space', 'a b', ['a b']],
  ['a plus, raw or for a space', 'a+b', ['a+b', 'a b']],
  ['an encoded plus, or a key with a percent sign', 'a%2Bb', ['a%2Bb', 'a+b']],
  ['encoded UTF-8', '%C3%A9.txt', ['%C3%A9.txt', 'é.txt']],
  ['raw UTF-8', 'é.txt', ['é.txt']],
  ['a percent sign that escapes nothing', '100%', ['100%']],
  ['an escape that is no UTF-8', '%FF', ['%FF']],
  ['a key that is a property of every object', '__proto__', ['__proto__']],
])('%s may mean %s', (_case, key, keys) => {
  const byKey = hintsByKey([object(key, 'e')]);
  expect([...byKey.keys()]).toEqual(keys);
  for (const one of keys) {
    const twins = keys.filter((other) => other !== one);
    expect(byKey.get(one)).toMatchObject({ etags: new Set(['e']), twins, phantom: false });
  }
});

test('hints that name no key add none', () => {
  expect(hintsByKey([read({ kind: 'tick' }), read(build), read('x')]).size).toBe(0);
});
