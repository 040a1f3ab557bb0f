/**
 * The judgement of the check at the edge: what one answer proves about one URL.
 *
 * Only content that is known to be older than the goal is `old`. Errors, challenges and unknown bytes prove
 * nothing: they are `unknown`, and nobody purges a site because of them.
 */

import type { ObjectVersion } from './listing.ts';

/**
 * A URL that shall serve `etag`, which is `versionId` (or be gone, when absent), and may have served `was`. One that
 * is `unchanged` stands for the site where nothing changed.
 */
export type UrlCheck = Readonly<{
  path: string;
  key: string;
  etag?: string;
  versionId?: string;
  was?: string;
  unchanged?: true;
}>;

/**
 * Of several invalidations, the earliest first, the latest check of a URL counts: but where it changed in an earlier
 * one, a later one that changed nothing says no more than that it is still to be checked.
 */
export const latestChecks = (lists: readonly (readonly UrlCheck[])[]): readonly UrlCheck[] => {
  const byPath = new Map<string, UrlCheck>();
  for (const check of lists.flat())
    if (!(check.unchanged && byPath.has(check.path))) byPath.set(check.path, check);
  return [...byPath.values()];
};

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
  const { newest, oldest } = positionOf(check, versions);
  // Where the goal is not listed any more, or was that the key is gone, what is current now is later.
  const isListed = check.etag !== undefined && newest >= 0;
  const later = versions.filter(({ isLatest }, index) => index < newest || (isLatest && !isListed));
  if (later.some(serves)) return { kind: 'fresh', because: 'serves a later version' };
  if (check.etag !== undefined && !isListed) {
    return { kind: 'unknown', because: 'the version that was published is not listed any more' };
  }
  if (versions.slice(newest, oldest).some(serves)) {
    return { kind: 'unknown', because: 'serves a version that is older than what was published, or later' };
  }
  if (check.was !== undefined && tags.includes(check.was)) {
    return { kind: 'old', because: `serves ${check.was}, which was replaced` };
  }
  const old = oldest < 0 ? undefined : versions.slice(oldest).find(serves);
  if (old) return { kind: 'old', because: `serves ${old.etag}, an older version` };
  return { kind: 'unknown', because: 'serves bytes of no version that is known to be older' };
};

/**
 * Where the goal stands: its version, and no other with the same bytes. Where nobody knows which one that is, it is
 * between the newest and the oldest with its bytes. Of a key that shall be gone, where that stands which was replaced,
 * the oldest with its bytes, so that nothing later is taken for older.
 */
const positionOf = (
  { versionId, etag, was }: UrlCheck,
  versions: readonly ObjectVersion[],
): Readonly<{ newest: number; oldest: number }> => {
  if (versionId !== undefined) {
    const at = versions.findIndex((version) => version.versionId === versionId);
    return { newest: at, oldest: at };
  }
  const oldest = versions.findLastIndex((version) => version.etag === (etag ?? was));
  return {
    newest: etag === undefined ? oldest : versions.findIndex((version) => version.etag === etag),
    oldest,
  };
};

const tagsOf = ({ etag, md5 }: Answered): readonly string[] =>
  [etag, md5].filter((tag): tag is string => tag !== undefined);

/** What says which bytes an edge holds; undefined where it does not say. */
export const tagOf = (answer: Answered): string | undefined => tagsOf(answer)[0];

/**
 * Whether a fresh answer proves something, where the same edge was seen to hold `held` before. It has to have been
 * other bytes: an edge that fetched the new ones before it was asked never had an old copy to lose. Of a URL that
 * did not change nothing else can be shown than that the edge holds it, and holds what was published.
 */
export const isProof = ({ etag, unchanged }: UrlCheck, answer: Answered, held: string | undefined): boolean =>
  held !== undefined && (unchanged === true || (held !== etag && !tagsOf(answer).includes(held)));

/** All checks of one invalidation together. `proved` counts the fresh URLs whose answer is a proof. */
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
    : `unproved: ${checked} of ${of} fresh${where}, no old copy seen there before`;
};
