import fc from 'fast-check';
import { compareBytes } from '../../shared/core/bytes.ts';
import {
  cutIntoShards,
  decodeEntries,
  decodeTable,
  type Entry,
  encodeEntries,
  encodeTable,
} from '../../shared/core/entries.ts';

/** Any UTF-16 text, lone surrogates included: a key is whatever a listing gave. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '"',
    '\\',
    '\n',
    '\r\n',
    '\u2028',
    '😀',
    '\ud800',
    '\udc00',
    '0',
    '',
  ),
);

const objectEntry: fc.Arbitrary<Entry> = fc.record(
  {
    kind: fc.constant('object' as const),
    key: anyText,
    etag: anyText,
    size: fc.nat(),
    lastModified: fc.nat({ max: 4e12 }),
    versionId: anyText,
    marker: anyText,
    young: fc.constant(true as const),
    base: anyText,
    headers: anyText,
    past: fc.array(anyText, { minLength: 1 }),
  },
  { requiredKeys: ['kind', 'key', 'etag', 'size', 'lastModified', 'versionId'] },
);

const goneEntry: fc.Arbitrary<Entry> = fc.record(
  {
    kind: fc.constant('gone' as const),
    key: anyText,
    etag: anyText,
    size: fc.nat(),
    versionId: anyText,
    marker: anyText,
    expiring: fc.boolean(),
    until: fc.nat({ max: 4e12 }),
    past: fc.array(anyText, { minLength: 1 }),
  },
  { requiredKeys: ['kind', 'key', 'etag', 'size', 'versionId', 'expiring', 'until'] },
);

const utf8 = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text));

test('entries of any keys come back from their lines, through UTF-8, one line each', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(objectEntry, goneEntry)), (entries) => {
      const text = encodeEntries(entries);
      expect(decodeEntries(utf8(text))).toEqual(entries);
      if (entries.length > 0) expect(text.split('\n')).toHaveLength(entries.length);
    }),
  );
});

test('tables come back from their text, through UTF-8', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ from: anyText, name: anyText, count: fc.nat() })), (table) => {
      expect(decodeTable(utf8(encodeTable(table)))).toEqual(table);
    }),
  );
});

const object: Entry = {
  kind: 'object',
  key: 'k',
  etag: 'e',
  size: 1,
  lastModified: 2,
  versionId: 'v',
};
const line = encodeEntries([object]);

test.each([
  ['cut short', line.slice(0, -1)],
  ['of another kind', line.replace('"o"', '"x"')],
  ['not an array', '{"key":"k"}'],
  ['null', 'null'],
  ['empty between others', `${line}\n\n${line}`],
  ['after a good one', `${line}\nnonsense`],
  ['before a good one', `nonsense\n${line}`],
  ['a trailing newline', `${line}\n`],
  ['without a key', '["o",1,"e",1,"v",0,2,0,0,0]'],
  ['without an entity tag', '["o","k",null,1,"v",0,2,0,0,0]'],
  ['with a size in text', '["o","k","e","1","v",0,2,0,0,0]'],
  ['without a version id', '["o","k","e",1,0,0,2,0,0,0]'],
  ['with a marker that is no text', '["o","k","e",1,"v",1,2,0,0,0]'],
  ['without a time', '["o","k","e",1,"v",0,"2",0,0,0]'],
  ['that ends early', '["o","k","e",1,"v",0]'],
])('a line %s makes the shard unreadable', (_case, text) => {
  expect(decodeEntries(text)).toBeUndefined();
});

test('no text is no entries', () => {
  expect(encodeEntries([])).toBe('');
  expect(decodeEntries('')).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['half a table', '[["a","b",1]'],
  ['an object', '{}'],
  ['a row that is none', '[1]'],
  ['a row of an object', '[{"from":"a","name":"b","count":1}]'],
  ['no first key', '[[1,"b",1]]'],
  ['no name', '[["a",null,1]]'],
  ['no count', '[["a","b"]]'],
  ['one bad row of two', '[["a","b",1],["c","d","2"]]'],
])('a table of %s is unreadable', (_case, text) => {
  expect(decodeTable(text)).toBeUndefined();
});

const keyed = (key: string): Entry => ({ ...object, key });
const sortedEntries = (keys: Iterable<string>): readonly Entry[] =>
  [...new Set(keys)].sort(compareBytes).map(keyed);

const SHARD_ENTRIES_MAX = 4096;
const chunkKeys = Array.from(
  { length: 12_000 },
  (_, n) => `assets/chunk-${(n * 2_654_435_761) % 4_294_967_296}.js`,
);
const site = sortedEntries(chunkKeys);
const siteShards = cutIntoShards(site);
const textOf = (entries: readonly Entry[]): string => entries.map(({ key }) => key).join('\n');

test('shards are all of the entries in order, none empty, none longer than the limit', () => {
  expect(siteShards.flat()).toEqual(site);
  expect(siteShards.every(({ length }) => length > 0 && length <= SHARD_ENTRIES_MAX)).toBe(true);
  expect(cutIntoShards([])).toEqual([]);
  expect(cutIntoShards(site.slice(0, 1))).toEqual([site.slice(0, 1)]);
});

test('a shard has about a thousand entries', () => {
  const mean = site.length / siteShards.length;
  expect(mean).toBeGreaterThan(500);
  expect(mean).toBeLessThan(2_000);
});

test('a shard is cut at the limit where no key says so earlier, and not one entry before', () => {
  // The longest run without a boundary key, made longer by keys that are none.
  const plain = chunkKeys.filter((key) => cutIntoShards([keyed('a'), keyed(key)]).length === 1);
  const run = sortedEntries(plain.slice(0, SHARD_ENTRIES_MAX + 1));
  expect(cutIntoShards(run.slice(0, SHARD_ENTRIES_MAX)).map(({ length }) => length)).toEqual([
    SHARD_ENTRIES_MAX,
  ]);
  expect(cutIntoShards(run).map(({ length }) => length)).toEqual([SHARD_ENTRIES_MAX, 1]);
});

const known = new Set(siteShards.map(textOf));
const newShards = (entries: readonly Entry[]): number =>
  cutIntoShards(entries).filter((shard) => !known.has(textOf(shard))).length;

test('one more key, or one less, changes at most two shards', () => {
  fc.assert(
    fc.property(fc.webPath(), fc.nat({ max: site.length - 1 }), (path, index) => {
      const key = `assets${path}`;
      const before = site.filter((entry) => compareBytes(entry.key, key) < 0);
      const behind = site.slice(before.length);
      expect(newShards([...before, keyed(key), ...behind])).toBeLessThanOrEqual(2);
      expect(newShards(site.filter((_, at) => at !== index))).toBeLessThanOrEqual(2);
    }),
    { numRuns: 10 },
  );
});

test('where shards end depends on the keys alone', () => {
  const other = site.map(
    (entry, n): Entry =>
      n % 2 === 0
        ? ({ ...entry, etag: `${n}`, size: n } as Entry)
        : { kind: 'gone', key: entry.key, etag: '', size: 0, versionId: '', expiring: false, until: n },
  );
  expect(cutIntoShards(other).map(textOf)).toEqual(siteShards.map(textOf));
});
