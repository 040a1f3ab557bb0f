import {
  type ChangeRules,
  diff,
  judgeKey,
  type KeyVersions,
  keysToLookUp,
  pairs,
} from '../../shared/core/changes.ts';
import type { Entry, GoneEntry, ObjectEntry } from '../../shared/core/entries.ts';
import { hintsByKey, type KeyHint } from '../../shared/core/hints.ts';
import type { DeleteMarker, ObjectVersion } from '../../shared/core/listing.ts';

const DAY_MS = 86_400_000;
const listedAt = Date.UTC(2026, 10, 23);
const lastModified = listedAt - 60_000;
const rules: ChangeRules = {
  isFingerprinted: (key) => key.startsWith('assets/'),
  purgeRemoved: false,
  listedAt,
  maxTtlMs: 365 * DAY_MS,
};

/** "A" is an object of that content; its id is the second letter. */
const version = (text: string, isLatest = false, key = 'k'): ObjectVersion => ({
  key,
  etag: text[0] ?? '',
  size: 1,
  lastModified,
  versionId: text[1] ?? '',
  isLatest,
});
const marker = (versionId: string, isLatest = false, key = 'k'): DeleteMarker => ({
  key,
  versionId,
  lastModified,
  isLatest,
});

/** "C3 m2 B1": what is listed of a key, newest first. */
const listed = (text: string, key = 'k'): KeyVersions => {
  const parts = text.split(' ').filter((part) => part !== '');
  const all = parts.map((part, at) =>
    part.startsWith('m')
      ? { marker: marker(part.slice(1), at === 0, key) }
      : { version: version(part, at === 0, key) },
  );
  return {
    versions: all.flatMap((one) => one.version ?? []),
    markers: all.flatMap((one) => one.marker ?? []),
  };
};

const object = (text: string, more: Partial<ObjectEntry> = {}): ObjectEntry => ({
  kind: 'object',
  key: 'k',
  etag: text[0] ?? '',
  size: 1,
  lastModified,
  versionId: text[1] ?? '',
  ...more,
});
const gone = (text: string, more: Partial<GoneEntry> = {}): GoneEntry => ({
  kind: 'gone',
  key: 'k',
  etag: text[0] ?? '',
  size: 1,
  versionId: text[1] ?? '',
  expiring: false,
  until: listedAt + DAY_MS,
  ...more,
});
const hint = (more: Partial<KeyHint> = {}): KeyHint => ({
  etags: new Set(),
  wrote: new Set(),
  erased: new Set(),
  deleted: false,
  untold: false,
  lost: [],
  twins: [],
  phantom: false,
  ...more,
});
const etags = (...seen: string[]): KeyHint => hint({ etags: new Set(seen) });

describe('a recorded object', () => {
  test.each<[string, ObjectEntry, string, KeyHint | undefined]>([
    ['as it was', object('A1'), 'A1', undefined],
    ['with older versions behind', object('A2'), 'A2 B1', undefined],
    ['uploaded again with the same bytes', object('A1'), 'A3 A2 A1', undefined],
    ['with a marker that was recorded', object('A3', { marker: '2' }), 'A4 A3 m2 B1', undefined],
    ['with its recorded marker expired', object('A3', { marker: '2' }), 'A3', undefined],
    ['with a hint of another ETag that is listed behind', object('A2'), 'A2 B1', etags('B')],
    ['with a hint of a deletion', object('A2'), 'A2 A1', hint({ deleted: true })],
    ['without ids, with a hint of the same ETag', object('An'), 'An', etags('A')],
  ])('is unchanged %s', (_case, entry, listing, told) => {
    const judged = judgeKey('k', recordedAs(entry), withNull(listed(listing)), told, rules);
    expect(judged.change).toBeUndefined();
    expect(judged.entry).toMatchObject({ kind: 'object', etag: 'A' });
  });

  test.each<[string, ObjectEntry, string, KeyHint | undefined, string]>([
    ['has other bytes', object('A1'), 'B2 A1', undefined, 'ETag'],
    ['had other bytes in between', object('A1'), 'A3 B2 A1', undefined, 'was another object in between'],
    ['has lost its version', object('A1'), 'A2', undefined, 'the recorded version is gone'],
    ['was rolled back', object('B2'), 'A1', undefined, 'the recorded version is gone'],
    ['was deleted in between', object('A1'), 'A3 m2 A1', undefined, 'was deleted in between'],
    [
      'was deleted again in between',
      object('A3', { marker: '2' }),
      'A5 m4 A3 m2 A1',
      undefined,
      'was deleted in between',
    ],
    [
      'was written and rolled back',
      object('A1'),
      'A1',
      hint({ lost: ['9'] }),
      'an event names a version that is gone',
    ],
    [
      'without ids was deleted in between',
      object('An'),
      'An',
      hint({ deleted: true }),
      'an event says that it was deleted in between',
    ],
    [
      'without ids was written in between',
      object('An'),
      'An',
      etags('A', 'B'),
      'an event names another ETag',
    ],
    [
      'without ids was written by an event that names no ETag',
      object('An'),
      'An',
      hint({ untold: true }),
      'an event names another ETag',
    ],
    ['lost its ids in between', object('A1'), 'An A1', etags('A', 'B'), 'an event names another ETag'],
  ])('that %s is changed', (_case, entry, listing, told, because) => {
    const seen = withNull(listed(listing));
    const current = seen.versions[0];
    const { change, entry: next } = judgeKey('k', recordedAs(entry), seen, told, rules);
    expect(change).toEqual({
      key: 'k',
      kind: 'changed',
      because,
      etag: current?.etag,
      versionId: current?.versionId,
      was: entry.etag,
    });
    expect(next).toMatchObject({ kind: 'object', versionId: current?.versionId, etag: current?.etag });
  });

  test('of the same ETag and another size is changed', () => {
    const seen = { versions: [{ ...version('A2', true), size: 2 }, version('A1')], markers: [] };
    expect(judgeKey('k', object('A1'), seen, undefined, rules).change?.kind).toBe('changed');
  });

  test('keeps the version whose headers the edges hold, and what is known of them', () => {
    const again = (entry: ObjectEntry, listing: string) =>
      judgeKey('k', entry, listed(listing), undefined, rules).entry;
    expect(again(object('A1', { headers: 'h' }), 'A1')).toEqual(object('A1', { headers: 'h' }));
    expect(again(object('A1', { headers: 'h' }), 'A2 A1')).toEqual(object('A2', { base: '1', headers: 'h' }));
    expect(again(object('A1'), 'A2 A1')).toEqual(object('A2', { base: '1' }));
    expect(again(object('A2', { base: '1' }), 'A3 A2 A1')).toEqual(object('A3', { base: '1' }));
    expect(again(object('A1', { headers: 'h', marker: '0' }), 'B2 A1')).toEqual(object('B2'));
  });
});

/** Ids of one letter, but for "null". */
const nullId = <T extends { versionId: string }>(one: T): T =>
  one.versionId === 'n' ? { ...one, versionId: 'null' } : one;
const withNull = ({ versions, markers }: KeyVersions): KeyVersions => ({
  versions: versions.map(nullId),
  markers: markers.map(nullId),
});
const recordedAs = <T extends Entry>(entry: T): T => nullId(entry);

describe('a removed key', () => {
  const judge = (key: string, entry: Entry | undefined, listing: string, told?: KeyHint, more = {}) =>
    judgeKey(key, entry && { ...recordedAs(entry), key }, withNull(listed(listing, key)), told, {
      ...rules,
      ...more,
    });

  test.each<[string, Entry | undefined, string]>([
    ['was deleted', object('A1'), 'm2 A1'],
    ['was deleted for good', object('A1'), ''],
    ['changed first', object('A1'), 'm3 B2 A1'],
    ['without ids is not listed', object('An'), ''],
  ])('that %s is purged', (_case, entry, listing) => {
    const { change, entry: next } = judge('k', entry, listing);
    expect(change).toEqual({ key: 'k', kind: 'removed', because: 'removed', was: 'A' });
    expect(next).toMatchObject({ kind: 'gone', expiring: false, until: listedAt + 7 * DAY_MS });
  });

  test.each<[string, Entry | undefined, string, KeyHint | undefined, string]>([
    ['was deleted', object('A1'), 'm2 A1', undefined, 'expiring'],
    ['was uploaded again and deleted', object('A1'), 'm3 A2 A1', undefined, 'expiring'],
    ['without ids is not listed', object('An'), '', undefined, 'expiring'],
    ['without ids was uploaded again and deleted', object('An'), '', etags('A'), 'expiring'],
    ['was deleted, with another content long before', object('A1'), 'm2 A1 B0', undefined, 'expiring'],
    ['came and went', undefined, 'm3 A2 A1', undefined, 'expiring'],
    ['came and went once', undefined, 'm2 A1', undefined, 'expiring'],
    [
      'without ids was deleted by its version, and what stood behind',
      object('An'),
      '',
      hint({ erased: new Set(['null']) }),
      'removed',
    ],
    ['had other bytes in between', object('A1'), 'm3 B2 A1', undefined, 'removed'],
    ['has lost its version', object('A1'), 'm3', undefined, 'removed'],
    ['was deleted for good', object('A1'), '', undefined, 'removed'],
    ['without ids had other bytes in between', object('An'), '', etags('B'), 'removed'],
    ['without ids had untold bytes in between', object('An'), '', hint({ untold: true }), 'removed'],
    [
      'had bytes in between of which only an event tells',
      object('A1'),
      'm2 A1',
      hint({ lost: ['9'], etags: new Set(['B']) }),
      'removed',
    ],
    ['came and went with two contents', undefined, 'm3 B2 A1', undefined, 'removed'],
  ])(
    'under a fingerprinted name that %s is left to expire if it had one content',
    (_case, entry, listing, told, kind) => {
      expect(judge('assets/k', entry, listing, told).change?.kind).toBe(kind);
      expect(judge('assets/k', entry, listing, told, { purgeRemoved: true }).change?.kind).toBe('removed');
    },
  );

  test.each([
    ['a year, as the edges do', 365 * DAY_MS, 365 * DAY_MS],
    ['a week at least', 60_000, 7 * DAY_MS],
  ])('that expires is remembered for %s', (_case, maxTtlMs, ms) => {
    const { entry } = judge('assets/k', object('A1'), 'm2 A1', undefined, { maxTtlMs });
    expect(entry).toEqual(gone('A1', { key: 'assets/k', marker: '2', expiring: true, until: listedAt + ms }));
  });

  test('that came and went is purged, and remembered', () => {
    const { entry, change } = judge('k', undefined, 'm2 A1');
    expect(change).toMatchObject({
      kind: 'removed',
      because: 'came and went since it was last listed',
      was: 'A',
    });
    expect(entry).toEqual(gone('A1', { marker: '2', until: listedAt + 7 * DAY_MS }));
  });

  test.each<[string, KeyHint, boolean]>([
    ['an ETag', etags('B'), true],
    ['a write without one', hint({ untold: true }), true],
    ['a deletion', hint({ deleted: true }), false],
    ['a spelling of a key that is there', hint({ etags: new Set(['B']), phantom: true }), false],
  ])('that nothing but an event of %s tells of', (_case, told, purged) => {
    expect(judge('k', undefined, '', told).change?.kind).toBe(purged ? 'removed' : undefined);
  });

  test('of which no version is listed and no event tells was never served: it is noted, not purged', () => {
    expect(judge('k', undefined, 'm1')).toEqual({
      entry: gone('', { marker: '1', size: 0, until: listedAt + 7 * DAY_MS }),
    });
  });

  test.each<[string, GoneEntry, string, KeyHint | undefined]>([
    ['is gone', gone('A1', { marker: '2' }), 'm2 A1', undefined],
    ['was deleted once more', gone('A1', { marker: '2' }), 'm3 m2 A1', undefined],
    ['has no history any more', gone('A1', { marker: '2' }), '', undefined],
    ['had no history, and was deleted once more', gone('A1'), 'm2', undefined],
    ['has only its marker left', gone('A1', { marker: '2' }), 'm2', undefined],
    ['has an event of a deletion', gone('A1', { marker: '2' }), 'm2 A1', hint({ deleted: true })],
    ['has a late event of a write', gone('A1', { marker: '2' }), 'm2 A1', etags('A')],
    ['expires, with an event of the same bytes', gone('An', { expiring: true }), '', etags('A')],
  ])('that %s is no change once more', (_case, entry, listing, told) => {
    const judged = judge('k', entry, listing, told);
    expect(judged.change).toBeUndefined();
    expect(judged.entry).toMatchObject({ kind: 'gone', etag: 'A', expiring: entry.expiring });
  });

  test.each<[string, GoneEntry, string, KeyHint | undefined]>([
    ['was there again', gone('A1', { marker: '2' }), 'm4 B3 m2 A1', undefined],
    ['was undone and deleted again', gone('A1', { marker: '2' }), 'm3 A1', undefined],
    ['was there again by an event', gone('A1', { marker: '2' }), 'm2 A1', hint({ lost: ['9'] })],
    ['without ids was there again', gone('An'), '', etags('A')],
    ['was there again behind a marker without id', gone('A1', { marker: 'null' }), 'mn A1', etags('B')],
    ['without ids was there again, by an event without ETag', gone('An'), '', hint({ untold: true })],
    ['without ids expires and had other bytes', gone('An', { expiring: true }), '', etags('B')],
  ])('that %s is purged once more', (_case, entry, listing, told) => {
    expect(judge('k', entry, listing, told).change).toMatchObject({
      kind: 'removed',
      because: 'came and went since it was last listed',
    });
  });

  test.each([
    [listedAt - 1, undefined],
    [listedAt, 'gone'],
  ])('that is remembered until %d is forgotten after it', (until, kind) => {
    const entry = gone('A1', { marker: '2', until });
    expect(judge('k', entry, 'm2 A1')).toEqual(kind ? { entry } : {});
    const { goal, changes } = diff([entry], new Map(), new Map(), rules);
    expect([goal, changes]).toEqual([kind ? [entry] : [], []]);
  });

  test.each([
    [7 * DAY_MS, 'removed'],
    [7 * DAY_MS + 1, undefined],
  ])('that was forgotten, with a marker %d ms old, is not found anew', (ageMs, kind) => {
    const seen = {
      versions: [version('A1')],
      markers: [{ ...marker('2', true), lastModified: listedAt - ageMs }],
    };
    expect(judgeKey('k', undefined, seen, undefined, rules).change?.kind).toBe(kind);
  });

  test('that is deleted once more stays known for as long as its new marker', () => {
    const { entry } = judge('k', gone('A1', { marker: '2', until: listedAt }), 'm3 m2 A1');
    expect(entry).toEqual(gone('A1', { marker: '3', until: listedAt + 7 * DAY_MS }));
  });
});

describe('a key that appeared', () => {
  test.each<[string, GoneEntry | undefined, string, KeyHint | undefined, string, string]>([
    ['was never listed', undefined, 'A1', undefined, 'new', 'never listed before'],
    [
      'was written twice with the same bytes',
      undefined,
      'A2 A1',
      undefined,
      'changed',
      'was written more than once since it was last listed',
    ],
    [
      'was written twice',
      undefined,
      'A2 B1',
      undefined,
      'changed',
      'was written more than once since it was last listed',
    ],
    ['was deleted before', undefined, 'A3 m2 A1', undefined, 'changed', 'was deleted and is back'],
    [
      'was there with bytes of which only an event tells',
      undefined,
      'A2',
      hint({ lost: ['9'] }),
      'changed',
      'an event names a version that is gone',
    ],
    ['has no ids', undefined, 'An', etags('A'), 'new', 'never listed before'],
    [
      'has no ids and had other bytes',
      undefined,
      'An',
      etags('B', 'A'),
      'changed',
      'an event names another ETag',
    ],
    [
      'has no ids and was deleted',
      undefined,
      'An',
      hint({ deleted: true }),
      'changed',
      'an event says that it was deleted in between',
    ],
    [
      'is back after a purge',
      gone('A1', { marker: '2' }),
      'B3 m2 A1',
      undefined,
      'new',
      'is back after its removal was invalidated',
    ],
    [
      'is back after a purge, its history expired',
      gone('A1', { marker: '2' }),
      'B3',
      undefined,
      'new',
      'is back after its removal was invalidated',
    ],
    [
      'was undeleted',
      gone('A1', { marker: '2' }),
      'A1',
      undefined,
      'changed',
      'is back: its removal was undone',
    ],
    [
      'was undeleted and written',
      gone('A1', { marker: '2' }),
      'B3 A1',
      undefined,
      'changed',
      'is back: its removal was undone',
    ],
    [
      'came, went and is back',
      gone('A1', { marker: '2' }),
      'B5 m4 B3 m2 A1',
      undefined,
      'changed',
      'was deleted and is back',
    ],
    [
      'is back with the bytes that expire',
      gone('A1', { marker: '2', expiring: true }),
      'A3 m2 A1',
      undefined,
      'returned',
      'is back with the bytes that were left to expire',
    ],
    [
      'is back with other bytes',
      gone('A1', { marker: '2', expiring: true }),
      'B3 m2 A1',
      undefined,
      'changed',
      'is back with other bytes than were left to expire',
    ],
    [
      'is back by way of other bytes',
      gone('A1', { marker: '2', expiring: true }),
      'A4 B3 m2 A1',
      undefined,
      'changed',
      'was written more than once since it was last listed',
    ],
  ])('and %s', (_case, entry, listing, told, kind, because) => {
    const seen = withNull(listed(listing));
    const judged = judgeKey('k', entry, seen, told, rules);
    expect(judged.change).toEqual({
      key: 'k',
      kind,
      because,
      etag: seen.versions[0]?.etag,
      versionId: seen.versions[0]?.versionId,
      ...(entry?.expiring ? { was: 'A' } : {}),
    });
    expect(judged.entry).toMatchObject({ kind: 'object', versionId: seen.versions[0]?.versionId });
  });

  test('with the bytes that expire and another size is changed', () => {
    const entry = gone('A1', { expiring: true, size: 2 });
    expect(judgeKey('k', entry, listed('A3'), undefined, rules).change?.kind).toBe('changed');
  });
});

test.each([
  [listedAt - 5_999, true],
  [listedAt - 6_000, undefined],
  [listedAt, true],
  [listedAt - 60_000, undefined],
])('an object last modified at %d is young: %s', (modified, young) => {
  const seen = { versions: [{ ...version('A1', true), lastModified: modified }], markers: [] };
  expect(judgeKey('k', undefined, seen, undefined, rules).entry).toEqual(
    object('A1', { lastModified: modified, ...(young ? { young } : {}) }),
  );
});

describe('keys to look up', () => {
  const { isLatest: _isLatest, versionId: _versionId, ...current } = version('A1', true);

  test.each<[string, Entry | undefined, typeof current | undefined, boolean]>([
    ['an object as recorded', object('A1'), current, false],
    ['another ETag', object('B1'), current, true],
    ['another size', object('A1', { size: 2 }), current, true],
    ['a later LastModified', object('A1', { lastModified: lastModified - 1 }), current, true],
    ['an earlier LastModified', object('A1', { lastModified: lastModified + 1 }), current, true],
    ['a young object', object('A1', { young: true }), current, true],
    ['an object that is not listed', object('A1'), undefined, true],
    ['an object that is not recorded', undefined, current, true],
    ['a gone key that is listed', gone('A1'), current, true],
    ['a gone key', gone('A1'), undefined, false],
  ])('%s', (_case, entry, one, expected) => {
    const keys = keysToLookUp(entry ? [entry] : [], one ? [one] : [], []);
    expect(keys).toEqual(expected ? ['k'] : []);
  });

  test('are those that moved and those that hints name, each once, in byte order', () => {
    const recorded = ['a', 'b', '\uff5e', '😀'].map((key) => object('B1', { key }));
    const all = ['a', 'b', '\uff5e', '😀'].map((key) => ({ ...current, key }));
    expect(keysToLookUp(recorded, all, ['zz', 'a', '__proto__'])).toEqual([
      '__proto__',
      'a',
      'b',
      'zz',
      '\uff5e',
      '😀',
    ]);
  });
});

test('pairs merge by key in byte order', () => {
  const keyed = (keys: string) => [...keys].map((key) => ({ key }));
  const merged = [...pairs(keyed('ac\uff5e'), keyed('bc😀'))];
  expect(merged.map(([a, b]) => `${a?.key ?? '-'}${b?.key ?? '-'}`)).toEqual([
    'a-',
    '-b',
    'cc',
    '\uff5e-',
    '-😀',
  ]);
  expect([...pairs([], [])]).toEqual([]);
});

describe('the diff', () => {
  const keyOf = ({ key }: { key: string }) => key;

  test('gives goal and changes in byte order, whatever the order of what was looked up', () => {
    const recorded = ['a', 'c', '\uff5e'].map((key) => object('A1', { key }));
    const lookedUp = new Map(
      ['😀', 'c', 'b', '__proto__', '\uff5e'].map((key) => [
        key,
        listed(key === 'c' ? 'm2 A1' : 'B2 A1', key),
      ]),
    );
    const { goal, changes } = diff(recorded, lookedUp, new Map(), rules);
    expect(goal.map(keyOf)).toEqual(['__proto__', 'a', 'b', 'c', '\uff5e', '😀']);
    expect(changes.map(keyOf)).toEqual(['__proto__', 'b', 'c', '\uff5e', '😀']);
    expect(goal[1]).toBe(recorded[0]);
  });

  const event = (key: string, versionId: string) =>
    ({
      messageId: 'm',
      at: 0,
      sentAt: 0,
      kind: 'object',
      key,
      etag: 'B',
      deleted: false,
      wrote: versionId,
    }) as const;
  const look = (
    recorded: readonly Entry[],
    listing: Record<string, string>,
    hints: Parameters<typeof hintsByKey>[0],
  ) => {
    const byKey = hintsByKey(hints);
    const keys = new Set([...Object.keys(listing), ...byKey.keys()]);
    const lookedUp = new Map([...keys].map((key) => [key, listed(listing[key] ?? '', key)]));
    return diff(recorded, lookedUp, byKey, rules).changes.map(({ key, kind }) => `${kind} ${key}`);
  };

  test.each<[string, readonly Entry[], Record<string, string>, string[]]>([
    ['is listed', [], { 'a+b': 'B9' }, ['new a+b']],
    [
      'is listed under its other spelling',
      [object('A1', { key: 'a+b' })],
      { 'a+b': 'A1', 'a b': 'B9' },
      ['new a b'],
    ],
    [
      'is listed beside its recorded twin',
      [object('A1', { key: 'a b' })],
      { 'a b': 'A1', 'a+b': 'B9' },
      ['new a+b'],
    ],
    ['is the recorded one', [object('B9', { key: 'a+b' })], { 'a+b': 'C10 B9' }, ['changed a+b']],
    ['is a recorded marker', [gone('A1', { key: 'a+b', marker: '9' })], { 'a+b': 'm9 A1' }, []],
    // Whose it was nobody can tell: the name in the event may be encoded, or not.
    ['is gone', [object('A1', { key: 'a+b' })], { 'a+b': 'A1' }, ['removed a b', 'changed a+b']],
    ['came and went under either spelling', [], {}, ['removed a b', 'removed a+b']],
    [
      'came and went where one spelling is known',
      [object('A1', { key: 'a b' })],
      { 'a b': 'A1' },
      ['changed a b', 'removed a+b'],
    ],
  ])('of an event whose version %s', (_case, recorded, listing, changes) => {
    expect(look(recorded, listing, [event('a+b', '9')])).toEqual(changes);
  });

  test('a thousand events of what is listed and recorded change nothing', () => {
    const events = Array.from({ length: 1000 }, () => event('k', '1'));
    expect(look([object('B1')], { k: 'B1' }, events)).toEqual([]);
  });

  test('a late copy of an event says nothing new, though its version is long gone', () => {
    const told = hintsByKey([event('k', '9')]);
    const lookedUp = new Map([['k', listed('A1')]]);
    const first = diff([object('A1')], lookedUp, told, rules);
    expect(first.changes).toMatchObject([{ kind: 'changed' }]);
    expect(diff(first.goal, lookedUp, told, rules).changes).toEqual([]);
    const gone1 = diff([], new Map([['k', listed('')]]), told, rules);
    expect(gone1.changes).toMatchObject([{ kind: 'removed' }]);
    expect(diff(gone1.goal, new Map([['k', listed('')]]), told, rules).changes).toEqual([]);
  });

  test('an old marker behind an object may be erased: what is served stays the same', () => {
    const erased = { messageId: 'm', at: 0, sentAt: 0, kind: 'object', key: 'k', deleted: true } as const;
    expect(look([object('A3', { marker: '2' })], { k: 'A3' }, [{ ...erased, erased: '2' }])).toEqual([]);
  });

  test('a recorded marker that was erased says that the key was there again', () => {
    const erased = { messageId: 'm', at: 0, sentAt: 0, kind: 'object', key: 'k', deleted: true } as const;
    const recorded = [gone('A1', { marker: '2' })];
    expect(look(recorded, {}, [{ ...erased, erased: '2' }])).toEqual(['removed k']);
    expect(look(recorded, {}, [{ ...erased, erased: '1' }])).toEqual([]);
  });
});
