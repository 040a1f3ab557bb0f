import fc from 'fast-check';
import { type BridgeEvent, createS3, type S3, S3Error, type S3Options, urlEncoded } from './s3.ts';

const second = 1000;
const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** A world of three buckets whose clock stands still until it is moved. */
const worldOf = (options: Partial<S3Options> = {}) => {
  let now = start;
  let ids = 0;
  const events: BridgeEvent[] = [];
  const id = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const s3 = createS3({ now: () => now, id, onEvent: (event) => events.push(event), ...options });
  s3.createBucket('on', { versioning: 'enabled', eventBridge: true });
  s3.createBucket('off', { versioning: 'off', eventBridge: true });
  s3.createBucket('quiet', { versioning: 'enabled', eventBridge: false });
  const wait = (ms: number): void => {
    now += ms;
  };
  return { s3, events, wait };
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const refusal = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    const { code, status, deleteMarker } = error;
    return { code, status, ...(deleteMarker === undefined ? {} : { deleteMarker }) };
  }
};

/** "key@version", with a cross for markers and a star for the latest. */
const history = (s3: S3, bucket = 'on'): readonly string[] =>
  s3
    .listObjectVersions(bucket)
    .entries.map(
      ({ kind, key, versionId, isLatest }) =>
        `${key}@${versionId}${kind === 'marker' ? '✗' : ''}${isLatest ? '*' : ''}`,
    );

const keysOf = (s3: S3, bucket = 'on'): readonly string[] =>
  s3.listObjectsV2(bucket).objects.map(({ key }) => key);

describe('versions', () => {
  test('each write is a new version, newest first, and the old ones stay readable', () => {
    const { s3 } = worldOf();
    const first = s3.put('on', 'k', bytes('1'));
    s3.put('on', 'k', bytes('2'));
    expect(history(s3)).toEqual(['k@id3*', 'k@id1']);
    expect(s3.get('on', 'k').body).toEqual(bytes('2'));
    expect(s3.get('on', 'k', first.versionId).body).toEqual(bytes('1'));
  });

  test('a delete puts a marker in front, and deleting the marker undoes it', () => {
    const { s3 } = worldOf();
    s3.put('quiet', 'k', bytes('1'));
    expect(s3.delete('quiet', 'k')).toEqual({ deleteMarker: true, versionId: 'id2' });
    expect(history(s3, 'quiet')).toEqual(['k@id2✗*', 'k@id1']);
    expect(keysOf(s3, 'quiet')).toEqual([]);
    expect(s3.delete('quiet', 'k', 'id2')).toEqual({ deleteMarker: true, versionId: 'id2' });
    expect(history(s3, 'quiet')).toEqual(['k@id1*']);
    expect(keysOf(s3, 'quiet')).toEqual(['k']);
  });

  test('deleting the latest version makes the one before it current', () => {
    const { s3 } = worldOf();
    s3.put('quiet', 'k', bytes('1'));
    const { versionId } = s3.put('quiet', 'k', bytes('2'));
    expect(s3.delete('quiet', 'k', versionId)).toEqual({ deleteMarker: false, versionId });
    expect(s3.get('quiet', 'k').body).toEqual(bytes('1'));
  });

  test('a key that never was can be deleted, and its marker is listed', () => {
    const { s3 } = worldOf();
    s3.delete('quiet', 'k');
    expect(history(s3, 'quiet')).toEqual(['k@id1✗*']);
  });

  test('deleting a version that is not there changes nothing', () => {
    const { s3, events } = worldOf();
    s3.put('on', 'k', bytes('1'));
    expect(s3.delete('on', 'k', 'other')).toEqual({ deleteMarker: false, versionId: 'other' });
    expect(history(s3)).toHaveLength(1);
    expect(events).toHaveLength(1);
  });

  test('the last version of a key takes the key with it', () => {
    const { s3 } = worldOf();
    for (const key of ['c', 'a', 'b']) s3.put('quiet', key, bytes(key));
    s3.delete('quiet', 'b', s3.head('quiet', 'b').versionId);
    expect(history(s3, 'quiet')).toEqual(['a@id2*', 'c@id1*']);
  });

  test('without versioning there is one object a key, and no version id is shown', () => {
    const { s3 } = worldOf();
    expect(s3.put('off', 'k', bytes('1'))).toEqual({ etag: 'c4ca4238a0b923820dcc509a6f75849b' });
    s3.put('off', 'k', bytes('2'));
    expect(history(s3, 'off')).toEqual(['k@null*']);
    expect(s3.head('off', 'k')).not.toHaveProperty('versionId');
    expect(s3.delete('off', 'k')).toEqual({ deleteMarker: false });
    expect(history(s3, 'off')).toEqual([]);
  });

  test('suspended versioning overwrites null in place and leaves the other versions', () => {
    const { s3 } = worldOf();
    s3.put('quiet', 'k', bytes('1'));
    s3.putBucketVersioning('quiet', 'suspended');
    expect(s3.put('quiet', 'k', bytes('2')).versionId).toBe('null');
    s3.put('quiet', 'k', bytes('3'));
    expect(history(s3, 'quiet')).toEqual(['k@null*', 'k@id1']);
    expect(s3.delete('quiet', 'k')).toEqual({ deleteMarker: true, versionId: 'null' });
    expect(history(s3, 'quiet')).toEqual(['k@null✗*', 'k@id1']);
    s3.putBucketVersioning('quiet', 'enabled');
    s3.put('quiet', 'k', bytes('4'));
    expect(history(s3, 'quiet')).toEqual(['k@id2*', 'k@null✗', 'k@id1']);
  });
});

describe('what is refused', () => {
  const { s3 } = worldOf();
  s3.put('quiet', 'here', bytes('1'));
  s3.put('quiet', 'deleted', bytes('1'));
  const { versionId: marker } = s3.delete('quiet', 'deleted');
  const one = bytes('1');

  test.each([
    ['no such bucket', () => s3.get('nowhere', 'k'), 'NoSuchBucket', 404],
    ['no such key', () => s3.get('quiet', 'k'), 'NoSuchKey', 404],
    ['no such version', () => s3.head('quiet', 'here', 'other'), 'NoSuchVersion', 404],
    ['an empty key', () => s3.put('quiet', '', one), 'InvalidArgument', 400],
    ['a key of 1,025 bytes', () => s3.put('quiet', `${'é'.repeat(512)}a`, one), 'KeyTooLongError', 400],
    ['if match, no key', () => s3.put('quiet', 'k', one, { ifMatch: 'cafe' }), 'NoSuchKey', 404],
    ['if match, a marker', () => s3.put('quiet', 'deleted', one, { ifMatch: 'cafe' }), 'NoSuchKey', 404],
    ['another tag', () => s3.put('quiet', 'here', one, { ifMatch: 'cafe' }), 'PreconditionFailed', 412],
    ['if none', () => s3.put('quiet', 'here', one, { ifNoneMatch: '*' }), 'PreconditionFailed', 412],
    ['if none, a tag', () => s3.put('quiet', 'k', one, { ifNoneMatch: 'cafe' }), 'InvalidArgument', 400],
    ['a broken token', () => s3.listObjectsV2('quiet', { continuationToken: 'k' }), 'InvalidArgument', 400],
    [
      'a version marker without its key',
      () => s3.listObjectVersions('quiet', { versionIdMarker: 'id1' }),
      'InvalidArgument',
      400,
    ],
    [
      'a version marker that never was',
      () => s3.listObjectVersions('quiet', { keyMarker: 'here', versionIdMarker: 'other' }),
      'InvalidArgument',
      400,
    ],
  ])('%s', (_case, act, code, status) => {
    expect(refusal(act)).toEqual({ code, status });
  });

  test('a deleted key is missing, and its marker cannot be read', () => {
    expect(refusal(() => s3.get('quiet', 'deleted'))).toEqual({
      code: 'NoSuchKey',
      status: 404,
      deleteMarker: marker,
    });
    expect(refusal(() => s3.head('quiet', 'deleted', marker))).toEqual({
      code: 'MethodNotAllowed',
      status: 405,
      deleteMarker: marker,
    });
    expect(s3.current('quiet', 'deleted')).toBeUndefined();
  });

  test('a write that meets another one is 409, and only a conditional one does', () => {
    const { s3: busy } = worldOf({ conflict: (bucket, key) => bucket === 'on' && key === 'k' });
    expect(refusal(() => busy.put('on', 'k', one, { ifNoneMatch: '*' }))).toEqual({
      code: 'ConditionalRequestConflict',
      status: 409,
    });
    expect(busy.put('on', 'k', one)).toHaveProperty('etag');
    expect(busy.put('on', 'l', one, { ifNoneMatch: '*' })).toHaveProperty('etag');
  });
});

test('conditions that hold are written: a tag with or without quotes, a marker as no object, 1,024 bytes', () => {
  const { s3 } = worldOf();
  const key = 'é'.repeat(512);
  const { etag } = s3.put('quiet', key, bytes('1'), { ifNoneMatch: '*' });
  s3.put('quiet', key, bytes('1'), { ifMatch: etag });
  s3.put('quiet', key, bytes('1'), { ifMatch: `"${etag}"` });
  s3.delete('quiet', key);
  s3.put('quiet', key, bytes('1'), { ifNoneMatch: '*' });
  expect(s3.listObjectVersions('quiet').entries).toHaveLength(5);
});

describe('what is stored', () => {
  test('the entity tag is the MD5, the time whole seconds, the content type has a default', () => {
    const { s3 } = worldOf();
    s3.put('quiet', 'k', bytes('hello'), { metadata: { Build: '7' }, cacheControl: 'no-cache' });
    const head = {
      etag: '5d41402abc4b2a76b9719d911017c592',
      size: 5,
      lastModified: Date.UTC(2026, 0, 2, 3, 4, 5),
      versionId: 'id1',
    };
    const headers = {
      contentType: 'binary/octet-stream',
      cacheControl: 'no-cache',
      metadata: { build: '7' },
    };
    expect(s3.head('quiet', 'k')).toEqual({ ...head, headers });
    expect(s3.get('quiet', 'k')).toEqual({ ...head, headers, body: bytes('hello') });
    expect(s3.current('quiet', 'k')).toEqual({ ...head, ...headers, body: bytes('hello') });
  });

  test('a multipart upload has a tag of its own and the time of its start, and is the newest all the same', () => {
    const { s3 } = worldOf();
    s3.put('quiet', 'k', bytes('hello'));
    const initiatedAt = start - 60 * second;
    // From S3's own rule: the MD5 of the parts' MD5s (here of "he" and "llo"), and how many.
    const { etag } = s3.putMultipart('quiet', 'k', [bytes('he'), bytes('llo')], { initiatedAt });
    expect(etag).toBe('69550038a8792ffbdd7e8621f07de912-2');
    expect(s3.get('quiet', 'k')).toMatchObject({
      body: Buffer.from('hello'),
      lastModified: Date.UTC(2026, 0, 2, 3, 3, 5),
      versionId: 'id2',
    });
  });
});

describe('listings', () => {
  const keys = ['\uff5e', '😀', 'a', 'a/b', 'a!', 'B', '__proto__', 'a/c'];
  const inOrder = ['B', '__proto__', 'a', 'a!', 'a/b', 'a/c', '\uff5e', '😀'];

  test.each([1, 2, 3, 8, 9])('pages of %i, by UTF-8 bytes', (pageKeysMax) => {
    const { s3 } = worldOf({ pageKeysMax });
    for (const key of keys) s3.put('quiet', key, bytes(key));
    s3.put('quiet', 'deleted', bytes(''));
    s3.delete('quiet', 'deleted');
    const listed: string[] = [];
    let pages = 0;
    let continuationToken: string | undefined;
    do {
      const page = s3.listObjectsV2('quiet', { ...(continuationToken ? { continuationToken } : {}) });
      listed.push(...page.objects.map(({ key }) => key));
      continuationToken = page.nextContinuationToken;
      pages += 1;
    } while (continuationToken && pages < 10);
    expect(listed).toEqual(inOrder);
    expect(pages).toBe(Math.ceil(8 / pageKeysMax));
  });

  test.each([
    [{ prefix: 'a/' }, ['a/b', 'a/c']],
    [{ prefix: 'a/', startAfter: 'B' }, ['a/b', 'a/c']],
    [{ prefix: 'a', startAfter: 'a' }, ['a!', 'a/b', 'a/c']],
    [{ startAfter: 'a/b' }, ['a/c', '\uff5e', '😀']],
    [{ startAfter: 'a/bb' }, ['a/c', '\uff5e', '😀']],
    [{ prefix: 'b' }, []],
    [{ maxKeys: 2 }, ['B', '__proto__']],
    [{ maxKeys: 0 }, []],
  ])('objects of %j', (input, expected) => {
    const { s3 } = worldOf();
    for (const key of keys) s3.put('quiet', key, bytes(key));
    expect(s3.listObjectsV2('quiet', input).objects.map(({ key }) => key)).toEqual(expected);
  });

  test('maxKeys counts versions and markers, and no more than a page is given', () => {
    const { s3 } = worldOf({ pageKeysMax: 3 });
    s3.put('quiet', 'a', bytes('1'));
    s3.delete('quiet', 'a');
    s3.put('quiet', 'b', bytes('1'));
    s3.delete('quiet', 'b');
    expect(s3.listObjectVersions('quiet', { maxKeys: 2 })).toMatchObject({
      entries: [{ kind: 'marker' }, { kind: 'version' }],
      next: { keyMarker: 'a', versionIdMarker: 'id1' },
    });
    expect(s3.listObjectVersions('quiet', { maxKeys: 1000 }).entries).toHaveLength(3);
    expect(s3.listObjectVersions('quiet', { maxKeys: 0 })).toEqual({ entries: [] });
  });

  test.each([
    ['the marker is there', (_s3: S3) => undefined],
    ['it was removed since', (s3: S3) => s3.delete('quiet', 'b', 'id3')],
    ['a newer version was written since', (s3: S3) => s3.put('quiet', 'b', bytes('3'))],
  ])('versions go on behind a marker: %s', (_case, meanwhile) => {
    const { s3 } = worldOf();
    s3.put('quiet', 'a', bytes('1'));
    s3.put('quiet', 'b', bytes('1'));
    s3.put('quiet', 'b', bytes('2'));
    s3.put('quiet', 'c', bytes('1'));
    meanwhile(s3);
    const ids = (versionIdMarker?: string) => {
      const from = { keyMarker: 'b', ...(versionIdMarker ? { versionIdMarker } : {}) };
      return s3.listObjectVersions('quiet', from).entries.map(({ versionId }) => versionId);
    };
    expect(ids('id3')).toEqual(['id2', 'id4']);
    expect(ids()).toEqual(['id4']);
    const elsewhere = { prefix: 'c', keyMarker: 'b', versionIdMarker: 'id3' };
    expect(s3.listObjectVersions('quiet', elsewhere).entries).toMatchObject([{ versionId: 'id4' }]);
  });

  test('any history lists the same in pages of any size', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'a/b', '😀', '\uff5e'),
      act: fc.constantFrom('put', 'delete', 'purge', 'suspend', 'enable'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (steps, maxKeys) => {
        const { s3 } = worldOf();
        for (const { key, act } of steps) {
          if (act === 'put') s3.put('quiet', key, bytes(key));
          if (act === 'delete') s3.delete('quiet', key);
          if (act === 'suspend') s3.putBucketVersioning('quiet', 'suspended');
          if (act === 'enable') s3.putBucketVersioning('quiet', 'enabled');
          const latest = s3.listObjectVersions('quiet').entries.find((entry) => entry.key === key);
          if (act === 'purge' && latest) s3.delete('quiet', key, latest.versionId);
        }
        const { entries } = s3.listObjectVersions('quiet');
        const paged: unknown[] = [];
        for (let next: object | undefined = {}; next && paged.length <= entries.length; ) {
          const page = s3.listObjectVersions('quiet', { ...next, maxKeys });
          paged.push(...page.entries);
          next = page.next;
        }
        expect(paged).toEqual(entries);
        const current = entries.filter(({ kind, isLatest }) => kind === 'version' && isLatest);
        expect(keysOf(s3, 'quiet')).toEqual(current.map(({ key }) => key));
      }),
      { numRuns: 200 },
    );
  });
});

describe('lifecycle', () => {
  test('what has not been current for long enough goes, the current stays, a marker left alone goes', () => {
    const { s3, wait } = worldOf();
    s3.put('quiet', 'k', bytes('1'));
    s3.put('quiet', 'gone', bytes('1'));
    wait(10 * second);
    s3.put('quiet', 'k', bytes('2'));
    s3.delete('quiet', 'gone');
    wait(5 * second);
    s3.put('quiet', 'k', bytes('3'));
    wait(5 * second - 1);
    expect(s3.expireNoncurrent('quiet', 10 * second)).toBe(0);
    wait(1);
    expect(s3.expireNoncurrent('quiet', 10 * second)).toBe(3);
    expect(history(s3, 'quiet')).toEqual(['k@id5*', 'k@id3']);
  });

  test('its events say that they are its own', () => {
    const { s3, wait, events } = worldOf();
    s3.put('on', 'k', bytes('1'));
    s3.delete('on', 'k');
    wait(second);
    events.length = 0;
    s3.expireNoncurrent('on', second);
    expect(events.map(({ detail }) => [detail['reason'], detail['deletion-type']])).toEqual([
      ['Lifecycle Expiration', 'Permanently Deleted'],
      ['Lifecycle Expiration', 'Permanently Deleted'],
    ]);
  });
});

describe('events', () => {
  test('a write is an event with all that S3 says', () => {
    const { s3, events } = worldOf();
    s3.put('on', 'a b', bytes('hello'));
    expect(events).toEqual([
      {
        version: '0',
        id: 'id2',
        'detail-type': 'Object Created',
        source: 'aws.s3',
        account: '123456789012',
        time: '2026-01-02T03:04:05Z',
        region: 'us-east-1',
        resources: ['arn:aws:s3:::on'],
        detail: {
          version: '0',
          bucket: { name: 'on' },
          object: {
            key: 'a b',
            size: 5,
            etag: '5d41402abc4b2a76b9719d911017c592',
            'version-id': 'id1',
            sequencer: '000000000000000001',
          },
          reason: 'PutObject',
        },
      },
    ]);
  });

  const put = (s3: S3) => s3.put('on', 'k', bytes('1'));
  test.each([
    ['put', put, 'Object Created', 'PutObject', undefined],
    [
      'copy',
      (s3: S3) => s3.put('on', 'k', bytes('1'), { reason: 'CopyObject' }),
      'Object Created',
      'CopyObject',
      undefined,
    ],
    [
      'multipart',
      (s3: S3) => s3.putMultipart('on', 'k', [bytes('1')]),
      'Object Created',
      'CompleteMultipartUpload',
      undefined,
    ],
    ['delete', (s3: S3) => s3.delete('on', 'k'), 'Object Deleted', 'DeleteObject', 'Delete Marker Created'],
    [
      'purge',
      (s3: S3) => s3.delete('on', 'k', put(s3).versionId),
      'Object Deleted',
      'DeleteObject',
      'Permanently Deleted',
    ],
    [
      'unversioned',
      (s3: S3) => [s3.put('off', 'k', bytes('1')), s3.delete('off', 'k')],
      'Object Deleted',
      'DeleteObject',
      'Permanently Deleted',
    ],
  ])('%s', (_case, act, type, reason, deletionType) => {
    const { s3, events } = worldOf();
    act(s3);
    expect(events.at(-1)).toMatchObject({ 'detail-type': type, detail: { reason } });
    expect(events.at(-1)?.detail['deletion-type']).toBe(deletionType);
  });

  test('sequencers grow, keys may be encoded, a quiet bucket and a refused write say nothing', () => {
    const { s3, events } = worldOf({ eventKeys: 'encoded' });
    s3.put('on', 'a b+é/(1)', bytes('1'));
    s3.delete('on', 'a b+é/(1)');
    s3.put('quiet', 'k', bytes('1'));
    refusal(() => s3.put('on', 'a b', bytes('1'), { ifMatch: 'cafe' }));
    const objects = events.map(({ detail }) => detail['object'] as { key: string; sequencer: string });
    expect(objects.map(({ key }) => key)).toEqual(Array(2).fill('a+b%2B%C3%A9/%281%29'));
    expect((objects[0]?.sequencer ?? '') < (objects[1]?.sequencer ?? '')).toBe(true);
  });
});

test.each([
  ['test_file(3).png', 'test_file%283%29.png'],
  ['a b+c', 'a+b%2Bc'],
  ["/*-_.~!'", '/*-_.%7E%21%27'],
  ['é😀', '%C3%A9%F0%9F%98%80'],
])('S3 encodes %s in listings as %s', (key, expected) => {
  expect(urlEncoded(key)).toBe(expected);
});
