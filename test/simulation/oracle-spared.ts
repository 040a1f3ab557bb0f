/** Promise 4: nothing is invalidated that did not change, unless a limit or a doubt forces it. */

import { viewerPaths } from '../../shared/core/paths.ts';
import { faultsOf, type Judged, type Violation } from './judged.ts';

const PROMISE = '4 nothing spared is purged';

/**
 * Each purge of a path has a change of its own, or a doubt for which everything goes: of a path that was purged
 * more often, one purge was for nothing. Wildcards count where no limit can have forced them over unchanged paths.
 */
export const sparedAtRest = (judged: Judged): readonly Violation[] => {
  const { cloud, facts } = judged;
  const records = cloud.cloudfront.listInvalidations();
  const isAmple = hasAmpleLimits(judged);
  const doubts = doubtsOf(judged);
  const doubted = Object.values(doubts).reduce((sum, count) => sum + count, 0);
  const violations: Violation[] = facts.falseAlarms.map((because) => ({ promise: PROMISE, because }));
  for (const [path, keys] of keysByPath(judged)) {
    const changes = keys.reduce((sum, key) => sum + cloud.truth.changesOf(key), 0);
    const purges = records.filter(({ items, createdAt }) =>
      items.some(
        (item) => item === path || (isAmple && covers(item, path) && isThere(judged, keys, createdAt)),
      ),
    );
    if (purges.length <= changes + doubted) continue;
    const items = purges.map((record) => record.items.join(' ')).join(', ');
    const because = `${path} changed ${changes} times and was purged ${purges.length} times (${items}), doubts ${JSON.stringify(doubts)}`;
    violations.push({ promise: PROMISE, because });
  }
  return violations;
};

const keysByPath = ({ schedule }: Judged): ReadonlyMap<string, readonly string[]> => {
  const keysOf = new Map<string, string[]>();
  for (const key of schedule.keys) {
    for (const path of viewerPaths(key, schedule.settings.paths))
      keysOf.set(path, [...(keysOf.get(path) ?? []), key]);
  }
  return keysOf;
};

const covers = (item: string, path: string): boolean =>
  item.endsWith('*') && path.startsWith(item.slice(0, -1));

/** The pace of requests, and slow calls, put so much between a listing and what is created for it, beside versions. */
const LISTED_BEFORE_MS = 30_000;

/** Half of what a pass has, and a page that begins in its last moment. */
const VERSIONS_READ_MS = 50_000;

/** A wildcard may cover the path of a key for nothing that was absent when it was planned. */
const isThere = ({ cloud, schedule }: Judged, keys: readonly string[], at: number): boolean => {
  const listedAt = at - LISTED_BEFORE_MS - (schedule.faults.longHistory > 0 ? VERSIONS_READ_MS : 0);
  return keys.some((key) =>
    [listedAt, at].every(
      (time) => cloud.truth.statesOf(key).findLast((state) => state.at <= time)?.body !== undefined,
    ),
  );
};

/** No limit is near, and no path needs a wildcard because it has a `~`. */
const hasAmpleLimits = ({ schedule: { settings, keys } }: Judged): boolean =>
  settings.itemsMax >= 100 &&
  settings.wildcardsMax >= 15 &&
  settings.itemsPerMonth >= 1_000 &&
  !keys.some((key) => key.includes('~'));

/** The intent becomes everything after so many refusals. */
const REFUSALS_TO_WHOLE = 5;

/** What could not be read in time is purged, and once more when it is looked at again. */
const PURGES_OF_UNREAD = 2;

/** What everything is invalidated for, each once, and what is invalidated because nobody knows. */
const doubtsOf = ({ schedule, cloud, deeds, log, facts, heads }: Judged) => {
  const refusals = faultsOf(log, 'cdn.create reference taken') + faultsOf(log, 'cdn.create too large');
  const mayBeErrorPage = schedule.site.errorPage !== '' || deeds.configurations > 0;
  return {
    bootstraps: heads.bootstrappedAt.size,
    harms: deeds.harms,
    configurations: deeds.configurations,
    rejections: faultsOf(log, 'cdn.create refused'),
    refusals: Math.floor(refusals / REFUSALS_TO_WHOLE),
    stuck: facts.counts.get('stuck') ?? 0,
    unread: PURGES_OF_UNREAD * (facts.counts.get('versions-unread') ?? 0),
    oldCopies: facts.counts.get('widened') ?? 0,
    errorPages: mayBeErrorPage ? cloud.truth.changesOf('index.html') + cloud.truth.changesOf('404.html') : 0,
  };
};
