import { judgeKey } from '../../shared/core/changes.ts';
import type { Entry } from '../../shared/core/entries.ts';
import { decodeEntries, encodeEntries } from '../../shared/core/entries.ts';
import { headersToRead } from '../../shared/core/headers.ts';
import { withUnread } from '../../shared/core/unread.ts';

const listedAt = Date.UTC(2026, 10, 23);
const object = (key: string, etag = 'old') => ({ key, etag, size: 1, lastModified: listedAt - 60_000 });
const recorded: readonly Entry[] = [
  { kind: 'object', ...object('a'), versionId: 'v1', marker: 'm1', past: ['v0'] },
  { kind: 'object', ...object('b'), versionId: 'v2' },
  { kind: 'object', ...object('c'), versionId: 'v3' },
];
const judged = { goal: recorded, changes: [{ key: 'b', kind: 'changed' as const, because: 'ETag' }] };
const because = 'its versions could not be read in time';

test('an unread key counts as changed, or as removed where no object is listed, in the order of keys', () => {
  const unread = new Map([
    ['d', { ...object('d'), lastModified: listedAt }],
    ['c', undefined],
    ['a', object('a', 'new')],
  ]);
  const { goal, changes } = withUnread(judged, recorded, unread, { listedAt });
  expect(changes).toEqual([
    { key: 'a', kind: 'changed', because, etag: 'new', was: 'old' },
    { key: 'b', kind: 'changed', because: 'ETag' },
    { key: 'c', kind: 'removed', because, was: 'old' },
    { key: 'd', kind: 'changed', because, etag: 'old' },
  ]);
  const until = listedAt + 7 * 86_400_000;
  expect(goal).toEqual([
    { kind: 'object', ...object('a', 'new'), versionId: '', past: ['v0', 'v1', 'm1'] },
    recorded[1],
    { kind: 'gone', key: 'c', etag: 'old', size: 1, versionId: '', expiring: false, until, past: ['v3'] },
    { kind: 'object', ...object('d'), lastModified: listedAt, versionId: '', young: true },
  ]);
  expect(decodeEntries(encodeEntries(goal))).toEqual(goal);
});

test('with nothing unread the judgement is left as it is', () => {
  expect(withUnread(judged, recorded, new Map(), { listedAt })).toBe(judged);
});

test('when it is looked at again, an unread key counts as changed for that reason', () => {
  const { goal } = withUnread(judged, recorded, new Map([['a', object('a')]]), { listedAt });
  const [entry] = goal;
  const current = { ...object('a'), versionId: 'v1', isLatest: true };
  const rules = { isFingerprinted: () => false, purgeRemoved: false, listedAt, maxTtlMs: 1_000 };
  expect(judgeKey('a', entry, { versions: [current], markers: [] }, undefined, rules).change).toMatchObject({
    kind: 'changed',
    because: 'its versions could not be read the last time',
  });
});

test('headers are not asked for of a version that was not read', () => {
  const { goal } = withUnread(judged, recorded, new Map([['a', object('a')]]), { listedAt });
  expect(
    headersToRead(goal, 10, listedAt)
      .map(({ key }) => key)
      .sort(),
  ).toEqual(['b', 'c']);
});
