/**
 * One key of a modelled bucket, looked at now and then: what the diff says of it, and what the edges may hold.
 *
 * The edges are the worst there can be: they cache whatever the key served at any time, and forget it only when
 * the diff has it invalidated.
 */

import { type Change, diff, type KeyVersions, keysToLookUp } from '../../shared/core/changes.ts';
import type { Entry } from '../../shared/core/entries.ts';
import { hintsByKey, parseHint } from '../../shared/core/hints.ts';
import { isMarkerNeeded, isVersionNeeded } from '../../shared/core/kept-versions.ts';
import type { DeleteMarker, ObjectVersion } from '../../shared/core/listing.ts';
import { withUnread } from '../../shared/core/unread.ts';
import type { ListedVersion } from '../world/s3.ts';
import { createS3, type Versioning } from '../world/s3.ts';

export type Content = 'A' | 'B' | 'C';

/** `undo` deletes the latest version or marker for good, whatever it is; `glance` is a look without time to read versions. */
export type Step =
  | Readonly<{ kind: 'put'; content: Content }>
  | Readonly<{ kind: 'delete' | 'undo' | 'look' | 'glance' }>
  | Readonly<{ kind: 'wait'; ms: number }>
  | Readonly<{ kind: 'versioning'; to: 'enabled' | 'suspended' }>;

/** What a look saw and said. `served` are the contents since the look before, its own first; `-` is none. */
export type Looked = Readonly<{
  change: Change | undefined;
  served: readonly (Content | '-')[];
  /** What the edges may have held before the change was acted on. */
  held: ReadonlySet<Content>;
  wasExpiring: boolean;
  recorded: readonly Entry[];
}>;

export type HistoryOptions = Readonly<{
  versioning: Versioning;
  key: string;
  isFingerprinted: boolean;
  /** How events come: not at all, each twice, or also all of them again at every later look. */
  events: 'lost' | 'twice' | 'again';
  /** Judges by all versions, and not by those that are needed. */
  keepsAll?: true;
}>;

const bucket = 'site';

export const play = (
  steps: readonly Step[],
  { versioning, key, isFingerprinted, events, keepsAll }: HistoryOptions,
): readonly Looked[] => {
  let now = Date.UTC(2026, 10, 23);
  let ids = 0;
  let told: string[] = [];
  const s3 = createS3({
    now: () => now,
    id: () => `id-${(ids++).toString().padStart(6, '0')}`,
    onEvent: (event) => told.push(JSON.stringify(event)),
  });
  s3.createBucket(bucket, { versioning, eventBridge: true });
  const decode = new TextDecoder();
  const current = (): Content | '-' => {
    const object = s3.current(bucket, key);
    return object ? (decode.decode(object.body) as Content) : '-';
  };
  const latestOf = (): ListedVersion | undefined =>
    s3.listObjectVersions(bucket, { prefix: key }).entries.find((entry) => entry.key === key);

  let recorded: readonly Entry[] = [];
  let seenIds = new Set<string>();
  let served: (Content | '-')[] = [current()];
  let held = new Set<Content>();

  const look = (readsVersions: boolean): Looked => {
    const bodies = events === 'lost' ? [] : [...told, ...told];
    if (events !== 'again') told = [];
    const hints = hintsByKey(bodies.map((body) => parseHint({ id: 'm', body, sentAt: now }, bucket)));
    const listed = s3.listObjectsV2(bucket).objects;
    const keys = keysToLookUp(recorded, listed, hints.keys());
    const named = new Set([...hints.values()].flatMap(({ wrote }) => [...wrote]));
    const lookUp = (one: string): KeyVersions => {
      const all = versionsOf(s3, one);
      const entry = recorded.find((known) => known.key === one);
      return keepsAll ? all : keptOf(all, { entry, named });
    };
    const lookedUp = new Map(readsVersions ? keys.map((one) => [one, lookUp(one)]) : []);
    const unread = readsVersions ? [] : keys;
    const before = recorded.find((entry) => entry.key === key);
    const judged = diff(recorded, lookedUp, hints, {
      isFingerprinted: () => isFingerprinted,
      purgeRemoved: false,
      listedAt: now,
      maxTtlMs: 31_536_000_000,
    });
    const { goal, changes } = withUnread(
      judged,
      recorded,
      new Map(unread.map((one) => [one, listed.find((object) => object.key === one)])),
      { listedAt: now },
    );
    recorded = goal;
    const change = changes.find((one) => one.key === key);
    const looked: Looked = {
      change,
      served,
      held: new Set(held),
      wasExpiring: before?.kind === 'gone' && before.expiring,
      recorded,
    };
    const content = current();
    if (change?.kind === 'changed' || change?.kind === 'removed') held = new Set();
    if (content !== '-') held.add(content);
    served = [content];
    seenIds = new Set(s3.listObjectVersions(bucket).entries.map(({ versionId }) => versionId));
    return looked;
  };

  const act = (step: Exclude<Step, { kind: 'look' | 'glance' }>): void => {
    now += 1;
    if (step.kind === 'put') s3.put(bucket, key, new TextEncoder().encode(step.content));
    // Without events nothing tells of what came and went between two looks.
    if (step.kind === 'delete' && (events !== 'lost' || served[0] !== '-')) s3.delete(bucket, key);
    if (step.kind === 'wait') now += step.ms;
    if (step.kind === 'versioning' && versioning !== 'off') s3.putBucketVersioning(bucket, step.to);
    if (step.kind === 'undo' && versioning !== 'off') {
      const latest = latestOf();
      const leavesATrace =
        latest !== undefined &&
        (events !== 'lost' ||
          (seenIds.has(latest.versionId) && (served[0] !== '-' || latest.kind === 'marker')));
      if (leavesATrace) s3.delete(bucket, key, latest.versionId);
    }
    const content = current();
    served.push(content);
    if (content !== '-') held.add(content);
  };

  const looks = [look(true)];
  for (const step of [...steps, { kind: 'look' } as const]) {
    if (step.kind === 'look' || step.kind === 'glance') looks.push(look(step.kind === 'look'));
    else act(step);
  }
  return looks;
};

/** As they are kept page by page. */
export const keptOf = (
  { versions, markers }: KeyVersions,
  known: Parameters<typeof isVersionNeeded>[2],
): KeyVersions => {
  const kept: { versions: ObjectVersion[]; markers: DeleteMarker[] } = { versions: [], markers: [] };
  for (const version of versions) if (isVersionNeeded(kept, version, known)) kept.versions.push(version);
  for (const marker of markers) if (isMarkerNeeded(kept, marker, known)) kept.markers.push(marker);
  return kept;
};

const versionsOf = (s3: ReturnType<typeof createS3>, key: string): KeyVersions => {
  const entries = s3.listObjectVersions(bucket, { prefix: key }).entries.filter((entry) => entry.key === key);
  return {
    versions: entries.flatMap((entry) => (entry.kind === 'version' ? [entry] : [])),
    markers: entries.flatMap((entry) => (entry.kind === 'marker' ? [entry] : [])),
  };
};
