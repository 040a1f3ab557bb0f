/** Planted bugs in the decisions: what counts as changed, what is invalidated, what is said. */

import type { Bug } from './bugs.ts';

const CHANGES = 'shared/core/changes.ts';
const COMPOSE = 'shared/core/compose.ts';

export const BUGS_IN_CORE: readonly Bug[] = [
  {
    name: 'etags-only',
    file: CHANGES,
    find: "  if (at < 0) return 'the recorded version is gone';",
    replace: '  if (seen.versions[0]?.etag === entry.etag) return undefined;',
    why: 'A, B, A between two looks leaves B at the edges',
  },
  {
    name: 'deleted-version-ignored',
    file: CHANGES,
    find: "  if (at < 0) return 'the recorded version is gone';",
    replace: '  if (at < 0) return undefined;',
    why: 'deleting the latest version makes an older one current',
  },
  {
    name: 'marker-ignored',
    file: CHANGES,
    find: "  if (marker !== undefined && marker.versionId !== entry.marker) return 'was deleted in between';",
    replace: '',
    why: 'what was deleted and is back may be missing at the edges',
  },
  {
    name: 'lost-versions-ignored',
    file: CHANGES,
    find: "  if (hint.lost.length > 0) return 'an event names a version that is gone';",
    replace: '',
    why: 'only its events tell of a version that was put and deleted between two looks',
  },
  {
    name: 'past-forgotten',
    file: CHANGES,
    find: 'goal.push(withPast(judged.entry, entry, seen, hint))',
    replace: 'goal.push(judged.entry)',
    why: 'each late copy of an event costs an item',
  },
  {
    name: 'hint-takes-away',
    file: CHANGES,
    find: '  const keys = new Set<string>(hinted);',
    replace: `  const keys = new Set<string>(hinted);
  if (keys.size > 0) return [...keys].sort(compareBytes);`,
    why: 'a hint may add a key to look at, never take one away',
  },
  {
    name: 'young-ignored',
    file: CHANGES,
    find: '    entry.young === true ||',
    replace: '',
    why: 'another write in the same second has the same LastModified',
  },
  {
    name: 'tombstone-dropped',
    file: CHANGES,
    find: `    entry: gone,
    change: {`,
    replace: `    ...(expiring ? {} : { entry: gone }),
    change: {`,
    why: 'a fingerprinted file that returns with other bytes is taken for a new one',
  },
  {
    name: 'unread-is-unchanged',
    file: 'shared/core/unread.ts',
    find: '  if (unread.size === 0) return judged;',
    replace: '  if (unread.size >= 0) return judged;',
    why: 'what could not be read in time may have changed',
  },
  {
    name: 'between-dropped',
    file: 'shared/core/kept-versions.ts',
    find: '    (!sameBytes(version, same) && versions.every((one) => sameBytes(one, same)))',
    replace: '    false',
    why: 'A, B, A, A between two looks leaves B at the edges, although B is not the newest but one',
  },
  {
    name: 'removed-not-purged',
    file: COMPOSE,
    find: "  if (kind === 'changed' || kind === 'removed') return true;",
    replace: "  if (kind === 'changed') return true;",
    why: 'a removed page lives on at the edges for a day',
  },
  {
    name: 'error-page-ignored',
    file: COMPOSE,
    find: '  if (page !== undefined)',
    replace: "  if (page === '')",
    why: 'the error page is cached under every URL that was missing',
  },
  {
    name: 'root-forgotten',
    file: 'shared/core/paths.ts',
    find: "  if (isRoot) paths.add('/');",
    replace: '',
    why: '/ and /index.html are two entries of the cache',
  },
  {
    name: 'plus-is-a-plus',
    file: 'shared/core/paths.ts',
    find: "  const spaces = path.replaceAll('%20', '+');",
    replace: '  const spaces = path;',
    why: 'S3 serves a space as + too, which is another entry of the cache',
  },
  {
    name: 'headers-ignored',
    file: 'shared/core/headers.ts',
    find: 'const differ = isKnown && entry.base !== undefined && base !== undefined && base !== latest;',
    replace: 'const differ = false;',
    why: 'the same bytes are served under another Content-Type or Cache-Control',
  },
  {
    name: 'everything-forgets',
    file: 'shared/core/intent.ts',
    find: 'builds: [...contained.flatMap(({ builds }) => builds), ...intent.builds],',
    replace: 'builds: intent.builds,',
    why: 'the builds that waited for an earlier invalidation are never reported',
  },
  {
    name: 'bootstrap-posts',
    file: 'shared/core/builds.ts',
    find: "  if (build.endedAt <= bootstrappedAt) return { outcome: 'before-bootstrap' };",
    replace: '',
    why: 'the first pass tells of builds that ended long before it was there',
  },
  {
    name: 'one-plan-one-request',
    file: 'shared/core/ledger.ts',
    find: 'wildcards.splice(0, BATCH_WILDCARDS_MAX)',
    replace: 'wildcards.splice(0)',
    why: 'CloudFront takes one wildcard a second',
  },
  {
    name: 'no-pace',
    file: 'shared/core/intent.ts',
    find: "  return { kind: 'free', waitMs: waitForRate(head.ledger, { at: now, by, ...batch }) };",
    replace: "  return { kind: 'free', waitMs: 0 };",
    why: 'CloudFront takes one wildcard a second',
  },
  {
    name: 'budget-ignored',
    file: 'shared/core/ledger.ts',
    find: 'Math.max(0, itemsPerMonth - (ledger.month >= monthOf(now) ? ledger.items : 0))',
    replace: 'itemsPerMonth',
    why: 'items beyond the free ones cost money',
  },
];
