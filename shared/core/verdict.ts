/**
 * The judgement of the check at the edge: what one answer proves about one URL.
 *
 * Only content that is known to be older than the goal is `old`. Errors, challenges and unknown bytes prove
 * nothing: they are `unknown`, and nobody purges a site because of them.
 */

import type { ObjectVersion } from './listing.ts';

/** A URL that shall serve `etag`, which is `versionId` (or be gone, when absent), and may have served `was`. */
export type UrlCheck = Readonly<{
  path: string;
  key: string;
  etag?: string;
  versionId?: string;
  was?: string;
}>;

/** One answer of an edge, entity tag without quotes and `W/`, `md5` of the undecoded body in hex. */
export type Answered = Readonly<{ status: number; etag?: string; md5?: string }>;

export type UrlVerdict = Readonly<{ kind: 'fresh' | 'old' | 'unknown'; because: string }>;

const GONE_STATUSES = [403, 404, 410];

/** Judges without the history; `undefined` when only the key's versions can tell. */
export const judgeAnswer = (check: UrlCheck, answer: Answered): UrlVerdict | undefined => {
  const { status } = answer;
  if (check.etag === undefined && GONE_STATUSES.includes(status)) {
    return { kind: 'fresh', because: `gone, as it should be (${status})` };
  }
  if (status !== 200) return { kind: 'unknown', because: `could not check: status ${status}` };
  if (tagsOf(answer).length === 0)
    return { kind: 'unknown', because: 'could not check: no ETag and no whole body' };
  if (check.etag !== undefined && tagsOf(answer).includes(check.etag)) {
    return { kind: 'fresh', because: 'serves what was published' };
  }
  return undefined;
};

/** Judges an answer that is not the goal's by all that is listed of the key, newest first. */
export const judgeByHistory = (
  check: UrlCheck,
  answer: Answered,
  versions: readonly ObjectVersion[],
): UrlVerdict => {
  const tags = tagsOf(answer);
  const serves = ({ etag }: ObjectVersion): boolean => tags.includes(etag);
  const goalAt = positionOf(check, versions);
  // Where the goal is not listed any more, or was that the key is gone, what is current now is later.
  const isListed = check.etag !== undefined && goalAt >= 0;
  const later = versions.filter(({ isLatest }, index) => index < goalAt || (isLatest && !isListed));
  if (later.some(serves)) return { kind: 'fresh', because: 'serves a later version' };
  if (check.etag !== undefined && !isListed) {
    return { kind: 'unknown', because: 'the version that was published is not listed any more' };
  }
  if (check.was !== undefined && tags.includes(check.was)) {
    return { kind: 'old', because: `serves ${check.was}, which was replaced` };
  }
  const old = goalAt < 0 ? undefined : versions.slice(goalAt).find(serves);
  if (old) return { kind: 'old', because: `serves ${old.etag}, an older version` };
  return { kind: 'unknown', because: 'serves bytes of no version that is known to be older' };
};

/**
 * Where the goal stands: its version, and no other with the same bytes. Of a key that shall be gone, where that
 * stands which was replaced, the oldest with its bytes, so that nothing later is taken for older.
 */
const positionOf = ({ versionId, etag, was }: UrlCheck, versions: readonly ObjectVersion[]): number =>
  versionId === undefined
    ? versions.findLastIndex((version) => version.etag === (etag ?? was))
    : versions.findIndex((version) => version.versionId === versionId);

const tagsOf = ({ etag, md5 }: Answered): readonly string[] =>
  [etag, md5].filter((tag): tag is string => tag !== undefined);

/** All checks of one invalidation together. `proved` counts fresh URLs that this edge was seen to hold before. */
export type CheckSummary = Readonly<{
  of: number;
  checked: number;
  proved: number;
  pop?: string;
  old?: Readonly<{ path: string; because: string }>;
}>;

/** One line that claims no more than was seen. */
export const describeCheck = ({ of, checked, proved, pop, old }: CheckSummary): string => {
  if (old) return `old: ${old.path} ${old.because}`;
  const where = pop === undefined ? '' : ` at ${pop}`;
  if (of === 0) return 'unproved: nothing to check';
  if (proved > 0) return `proved ${proved} of ${of}${where}`;
  return checked === 0
    ? `unproved: could not check${where}`
    : `unproved: ${checked} of ${of} fresh${where}, none held there before`;
};
