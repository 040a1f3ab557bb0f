import type { ObjectVersion } from '../../shared/core/listing.ts';
import {
  describeCheck,
  isProof,
  judgeAnswer,
  judgeByHistory,
  latestChecks,
  tagOf,
  type UrlCheck,
} from '../../shared/core/verdict.ts';

const check = (more: Partial<UrlCheck> = {}): UrlCheck => ({ path: '/k', key: 'k', ...more });
const goalB = check({ etag: 'B', was: 'A' });
const removed = check({ was: 'A' });

test.each<[string, UrlCheck, { status: number; etag?: string; md5?: string }, string]>([
  ['the goal by its ETag', goalB, { status: 200, etag: 'B' }, 'fresh'],
  [
    'the goal by its bytes, behind a server that makes its own ETag',
    goalB,
    { status: 200, etag: 'X', md5: 'B' },
    'fresh',
  ],
  ['the goal of a long body, by its ETag alone', goalB, { status: 200, etag: 'B', md5: 'Z' }, 'fresh'],
  ['a gone key as 404', removed, { status: 404 }, 'fresh'],
  ['a gone key as 403', removed, { status: 403 }, 'fresh'],
  ['a gone key as 410', removed, { status: 410 }, 'fresh'],
  ['a gone key as 401', removed, { status: 401 }, 'unknown'],
  ['a gone key as 405', removed, { status: 405 }, 'unknown'],
  ['a key that shall be there as 404', goalB, { status: 404, etag: 'A' }, 'unknown'],
  ['a key that shall be there as 403', goalB, { status: 403 }, 'unknown'],
  ['an old body in an error', goalB, { status: 503, etag: 'A' }, 'unknown'],
  ['a redirect', goalB, { status: 301 }, 'unknown'],
  ['a challenge', goalB, { status: 202, md5: 'X' }, 'unknown'],
  ['a part', goalB, { status: 206, etag: 'B' }, 'unknown'],
  ['nothing to go by', goalB, { status: 200 }, 'unknown'],
  ['nothing to go by for a gone key', removed, { status: 200 }, 'unknown'],
])('an answer of %s', (_case, url, answer, kind) => {
  expect(judgeAnswer(url, answer)?.kind).toBe(kind);
});

test.each([
  ['other bytes than the goal', goalB, { status: 200, etag: 'A' }],
  ['a page for a gone key', removed, { status: 200, etag: 'X' }],
])('only the history tells of %s', (_case, url, answer) => {
  expect(judgeAnswer(url, answer)).toBeUndefined();
});

/** "C B A": the versions of the key, newest first; the first is current unless it stands in brackets. */
const history = (text: string): readonly ObjectVersion[] =>
  text
    .split(' ')
    .filter((etag) => etag !== '')
    .map((etag, at) => ({
      key: 'k',
      etag: etag.replace(/\W/g, ''),
      size: 1,
      lastModified: 0,
      versionId: `v${at}`,
      isLatest: at === 0 && !etag.startsWith('('),
    }));

test.each<[string, UrlCheck, string, string, string]>([
  ['what was replaced', goalB, 'A', 'B A', 'old'],
  ['what was replaced, its version expired', goalB, 'A', 'B', 'old'],
  ['an older version than what was replaced', goalB, 'Z', 'B A Z', 'old'],
  ['an older version of a key of which nothing is known', check({ etag: 'B' }), 'A', 'B A', 'old'],
  ['a later version', goalB, 'C', 'C B A', 'fresh'],
  ['one of several later versions', goalB, 'C', 'D C B A', 'fresh'],
  ['a later version with the bytes that were replaced', goalB, 'A', 'A B A', 'fresh'],
  [
    'what stands between two versions with the bytes of the goal',
    check({ etag: 'B' }),
    'C',
    'B C B A',
    'unknown',
  ],
  ['what was replaced, and may be back since', check({ etag: 'B', was: 'C' }), 'C', 'B C B', 'unknown'],
  ['what stands between both, and before', check({ etag: 'B' }), 'C', 'B C B C', 'unknown'],
  ['a version older than both', check({ etag: 'B' }), 'A', 'B C B A', 'old'],
  ['a version later than both', check({ etag: 'B' }), 'D', 'D B C B A', 'fresh'],
  ['a later version of a goal that was removed since', goalB, 'C', '(C) B A', 'fresh'],
  ['bytes of no version', goalB, 'X', 'B A', 'unknown'],
  ['what was replaced, which is current again after a roll-back', goalB, 'A', 'A', 'fresh'],
  ['what was replaced, where goal and key are gone', goalB, 'A', '(A)', 'unknown'],
  ['an older version, where the goal is not listed', goalB, 'Z', 'C Z', 'unknown'],
  ['what is current, where the goal is not listed', goalB, 'C', 'C Z', 'fresh'],
  ['anything, where nothing is listed', goalB, 'X', '', 'unknown'],
  ['the removed object', removed, 'A', '(A)', 'old'],
  ['the removed object, nothing listed', removed, 'A', '', 'old'],
  ['an older version of a removed object', removed, 'Z', '(A) Z', 'old'],
  ['a removed object that is back', removed, 'A', 'A', 'fresh'],
  ['a removed key that is back with other bytes', removed, 'B', 'B A', 'fresh'],
  ['the removed object, while the key is back with other bytes', removed, 'A', 'B A', 'old'],
  ['an error page in place of a removed object', removed, 'X', '(A)', 'unknown'],
])('an edge that serves %s', (_case, url, served, versions, kind) => {
  expect(judgeByHistory(url, { status: 200, etag: served }, history(versions)).kind).toBe(kind);
  expect(judgeByHistory(url, { status: 200, etag: 'own', md5: served }, history(versions)).kind).toBe(kind);
});

test('a goal that was rolled back is not looked for among older versions with its bytes', () => {
  const goal = { path: '/k', key: 'k', etag: 'B', versionId: 'gone' };
  expect(judgeByHistory(goal, { status: 200, etag: 'A' }, history('C B A')).kind).toBe('unknown');
});

test('the reason says what was served', () => {
  const because = (url: UrlCheck, etag: string, versions: string) =>
    judgeByHistory(url, { status: 200, etag }, history(versions)).because;
  expect(because(goalB, 'A', 'B A')).toBe('serves A, which was replaced');
  expect(because(goalB, 'Z', 'B A Z')).toBe('serves Z, an older version');
  expect(because(goalB, 'C', 'C B A')).toBe('serves a later version');
  expect(because(goalB, 'X', 'B A')).toBe('serves bytes of no version that is known to be older');
  expect(judgeAnswer(removed, { status: 404 })?.because).toBe('gone, as it should be (404)');
  expect(judgeAnswer(goalB, { status: 503 })?.because).toBe('could not check: status 503');
});

test.each([
  [{ of: 5, checked: 5, proved: 3, pop: 'FRA1' }, 'proved 3 of 5 at FRA1'],
  [{ of: 5, checked: 5, proved: 1 }, 'proved 1 of 5'],
  [{ of: 0, checked: 0, proved: 0 }, 'unproved: nothing to check'],
  [{ of: 5, checked: 0, proved: 0 }, 'unproved: could not check'],
  [{ of: 5, checked: 0, proved: 0, pop: 'FRA1' }, 'unproved: could not check at FRA1'],
  [
    { of: 5, checked: 4, proved: 0, pop: 'FRA1' },
    'unproved: 4 of 5 fresh at FRA1, no old copy seen there before',
  ],
  [
    { of: 5, checked: 4, proved: 3, pop: 'FRA1', old: { path: '/k', because: 'serves A' } },
    'old: /k serves A',
  ],
])('a check %j is described as what it is', (summary, text) => {
  expect(describeCheck(summary)).toBe(text);
});

const same = check({ etag: 'B', unchanged: true });

test.each<[string, UrlCheck, { status: number; etag?: string; md5?: string }, string | undefined, boolean]>([
  ['that had the old copy', goalB, { status: 200, etag: 'B' }, 'A', true],
  ['of which nothing was seen', goalB, { status: 200, etag: 'B' }, undefined, false],
  ['that had the new bytes already', goalB, { status: 200, etag: 'B' }, 'B', false],
  ['that had them already, by their hash', goalB, { status: 200, etag: 'X', md5: 'Z' }, 'Z', false],
  ['that had the goal, and has a later version', goalB, { status: 200, etag: 'C' }, 'B', false],
  ['that had the later version already', goalB, { status: 200, etag: 'C' }, 'C', false],
  ['that had what is gone', removed, { status: 403 }, 'A', true],
  ['that had a new file before it was asked', check({ etag: 'N' }), { status: 200, etag: 'N' }, 'N', false],
  ['that had what did not change', same, { status: 200, etag: 'B' }, 'B', true],
  ['that had other bytes of what did not change', same, { status: 200, etag: 'B' }, 'A', true],
  ['that never had what did not change', same, { status: 200, etag: 'B' }, undefined, false],
])('what a fresh answer of an edge %s proves', (_case, url, answer, held, expected) => {
  expect(isProof(url, answer, held)).toBe(expected);
});

test.each([
  [{ status: 200, etag: 'E', md5: 'M' }, 'E'],
  [{ status: 200, md5: 'M' }, 'M'],
  [{ status: 200 }, undefined],
])('the bytes of %j are known by %s', (answer, tag) => {
  expect(tagOf(answer)).toBe(tag);
});

test('of several checks the latest counts, but for one that changed nothing where the URL had changed', () => {
  const one = check({ path: '/1', etag: 'A' });
  const two = check({ path: '/2', etag: 'A' });
  const later = check({ path: '/1', etag: 'B' });
  const sample = check({ path: '/2', etag: 'A', unchanged: true });
  const other = check({ path: '/3', etag: 'C', unchanged: true });
  expect(latestChecks([[one, two], [later], [sample, other]])).toEqual([later, two, other]);
});
