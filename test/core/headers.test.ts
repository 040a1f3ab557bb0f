import type { Entry, ObjectEntry } from '../../shared/core/entries.ts';
import { headersDigest, headersToRead, settleHeaders } from '../../shared/core/headers.ts';
import type { ObjectHeaders } from '../../shared/core/listing.ts';
import { anObject } from './entry-fixture.ts';

const headers: ObjectHeaders = { contentType: 'text/html', metadata: { a: '1', b: '2' } };

test('a digest does not depend on the order of properties or of metadata', () => {
  const other: ObjectHeaders = { metadata: { b: '2', a: '1' }, contentType: 'text/html' };
  expect(headersDigest(other)).toBe(headersDigest(headers));
  expect(headersDigest(headers)).toMatch(/^[0-9a-f]{16}$/);
});

test.each<[string, ObjectHeaders]>([
  ['Content-Type', { ...headers, contentType: 'text/plain' }],
  ['no Content-Type', { metadata: headers.metadata }],
  ['Cache-Control', { ...headers, cacheControl: 'no-cache' }],
  ['an empty Cache-Control', { ...headers, cacheControl: '' }],
  ['Content-Encoding', { ...headers, contentEncoding: 'no-cache' }],
  ['Content-Disposition', { ...headers, contentDisposition: 'no-cache' }],
  ['Content-Language', { ...headers, contentLanguage: 'no-cache' }],
  ['another value of metadata', { ...headers, metadata: { a: '1', b: '3' } }],
  ['another name of metadata', { ...headers, metadata: { a: '1', c: '2' } }],
  ['more metadata', { ...headers, metadata: { a: '1', b: '2', c: '' } }],
  ['values that changed places', { ...headers, metadata: { a: '2', b: '1' } }],
])('a digest changes with %s', (_case, changed) => {
  expect(headersDigest(changed)).not.toBe(headersDigest(headers));
});

test('headers with the same value in different places differ from each other', () => {
  const places = ['cacheControl', 'contentEncoding', 'contentDisposition', 'contentLanguage'] as const;
  const digests = places.map((place) => headersDigest({ [place]: 'x', metadata: {} }));
  expect(new Set(digests).size).toBe(places.length);
});

const gone: Entry = {
  kind: 'gone',
  key: 'gone',
  etag: 'e',
  size: 1,
  versionId: 'v',
  expiring: true,
  until: 1,
};

const goal: readonly Entry[] = [
  anObject('known', { headers: 'h' }),
  gone,
  anObject('unknown-1'),
  anObject('moved-1', { base: 'v1', headers: 'h' }),
  anObject('unknown-2'),
  anObject('moved-2', { base: 'v1' }),
];

/** A time at which both kinds are read from their first key on. */
const AT = 3;

test.each([
  [0, []],
  [1, ['moved-1']],
  [2, ['moved-1', 'moved-2']],
  [3, ['moved-1', 'moved-2', 'unknown-1']],
  [4, ['moved-1', 'moved-2', 'unknown-1', 'unknown-2']],
  [200, ['moved-1', 'moved-2', 'unknown-1', 'unknown-2']],
])('of at most %d entries to read, re-uploaded ones come first', (max, keys) => {
  expect(headersToRead(goal, max, AT).map(({ key }) => key)).toEqual(keys);
});

test.each([
  ['re-uploaded', { base: 'v1' }],
  ['unknown', {}],
])('whichever of many %s keys it is, it has its turn within a hundred passes', (_case, more) => {
  const many = Array.from({ length: 30 }, (_, index) => anObject(`k${index}`, more));
  const passes = Array.from({ length: 100 }, (_, index) => headersToRead(many, 5, index * 300_000));
  expect(new Set(passes.flat().map(({ key }) => key)).size).toBe(30);
  expect(passes.every((read) => new Set(read).size === 5)).toBe(true);
});

test.each<[string, ObjectEntry, { latest?: string; base?: string }, string | undefined, boolean]>([
  ['read for the first time', anObject('k'), { latest: 'h2' }, 'h2', false],
  ['the same as recorded', anObject('k', { base: 'v1', headers: 'h1' }), { latest: 'h1' }, 'h1', false],
  ['other than recorded', anObject('k', { base: 'v1', headers: 'h1' }), { latest: 'h2' }, 'h2', true],
  ['the same as the old version’s', anObject('k', { base: 'v1' }), { latest: 'h1', base: 'h1' }, 'h1', false],
  ['other than the old version’s', anObject('k', { base: 'v1' }), { latest: 'h2', base: 'h1' }, 'h2', true],
])('headers that are %s', (_case, entry, read, digest, differ) => {
  const settled = settleHeaders(entry, read);
  const { base: _base, ...rest } = entry;
  expect(settled).toEqual({ entry: { ...rest, headers: digest }, differ });
});

test('an entry whose latest version is gone again is left as it is', () => {
  const entry = anObject('k', { base: 'v1', headers: 'h1' });
  expect(settleHeaders(entry, { base: 'h1' })).toEqual({ entry, differ: false });
});
