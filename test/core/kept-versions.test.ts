import type { Entry } from '../../shared/core/entries.ts';
import { keptOf, play, type Step } from './history.ts';

const version = (versionId: string, etag = 'A') => ({
  key: 'k',
  versionId,
  etag,
  size: 1,
  lastModified: 0,
  isLatest: false,
});
const marker = (versionId: string) => ({ key: 'k', versionId, lastModified: 0, isLatest: false });
const entry: Entry = { kind: 'object', ...version('v1'), marker: 'm1', past: ['v0'] };

/** Ids that are kept of versions, newest first, each "id" or "id content". */
const kept = (listed: string, known: Entry | undefined, named: readonly string[] = []): string => {
  const versions = listed.split(', ').map((text) => version(...(text.split(' ') as [string, string?])));
  return keptOf({ versions, markers: [] }, { entry: known, named: new Set(named) })
    .versions.map(({ versionId }) => versionId)
    .join(', ');
};

test.each([
  ['what is older than the recorded version goes', 'v2, v1, x, y B', 'v2, v1'],
  ['of the same bytes since then, the newest two stay', 'v5, v4, v3, v2, v1', 'v5, v4, v1'],
  ['of others since then, one stays', 'v6, v5, v4 B, v3 C, v2, v1', 'v6, v5, v4, v1'],
  ['a version without an id stays', 'v5, v4, v3, null, v1', 'v5, v4, null, v1'],
  ['what is remembered stays', 'v2, v1, x, v0', 'v2, v1, v0'],
])('%s', (_case, listed, expected) => {
  expect(kept(listed, entry)).toBe(expected);
});

test('what an event names stays', () => {
  expect(kept('v2, v1, x, y', entry, ['y'])).toBe('v2, v1, y');
});

test('of a key that is not recorded the newest two stay, and one with other bytes', () => {
  expect(kept('v6, v5, v4, v3 B, v2 C, v1', undefined)).toBe('v6, v5, v3');
});

test('what is older than a recorded version without an id counts', () => {
  expect(kept('null, v2, v1 B', { ...entry, versionId: 'null' })).toBe('null, v2, v1');
});

test('of delete markers the newest, the recorded one, those without an id, and those that are named stay', () => {
  const markers = ['m9', 'm8', 'm1', 'm7', 'null', 'm6', 'm5'].map(marker);
  const left = keptOf({ versions: [], markers }, { entry, named: new Set(['m6']) }).markers;
  expect(left.map(({ versionId }) => versionId)).toEqual(['m9', 'm1', 'null', 'm6']);
});

test('bytes that were overwritten in place, and then uploaded often enough with versions, are not forgotten', () => {
  const put = (content: 'A' | 'B'): Step => ({ kind: 'put', content });
  const steps: readonly Step[] = [
    put('A'),
    { kind: 'look' },
    { kind: 'versioning', to: 'suspended' },
    put('B'),
    put('A'),
    { kind: 'versioning', to: 'enabled' },
    put('A'),
    put('A'),
  ];
  const looks = play(steps, { versioning: 'enabled', key: 'k', isFingerprinted: false, events: 'twice' });
  expect(looks.at(-1)?.change).toMatchObject({ kind: 'changed', because: 'an event names another ETag' });
});
