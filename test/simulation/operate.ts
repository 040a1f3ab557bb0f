/** Applies one operation to the models. */

import type { Cloud } from './cloud.ts';
import { STATE } from './cloud.ts';
import { SITE } from './draw-schedule.ts';
import type { HeadPart } from './head-part.ts';
import type { Harm, Operation } from './schedule.ts';
import { bodyOf } from './truth.ts';

/** What the operations leave behind: ids of builds by their number, what was erased, how often the state was harmed. */
export type Deeds = {
  readonly builds: Map<number, string>;
  readonly erased: Erased[];
  harms: number;
  configurations: number;
  /** Plans that are to be lost: see `losePlan`. */
  plansToLose: number;
};

/** A version that was deleted for good, with its bytes, or a delete marker, without. */
export type Erased = Readonly<{ key: string; body: Uint8Array | undefined }>;

const HEADERS = [
  { contentType: 'text/plain' },
  { contentType: 'text/plain', cacheControl: 'public, max-age=600' },
  { contentType: 'text/html' },
  { contentType: 'text/plain', cacheControl: 'public, max-age=31536000, immutable' },
];

/** A fingerprinted file may be kept for a year; `number` 0 stands for what a publisher sends of itself. */
const headersOf = (key: string, number: number) =>
  HEADERS[number === 0 && /-[0-9a-f]{8}\./.test(key) ? HEADERS.length - 1 : number] ?? {};

const HEAD = 'head.json';
const DAY_MS = 86_400_000;

export const operate = (cloud: Cloud, deeds: Deeds, operation: Operation, now: number): void => {
  const { s3, codebuild, truth } = cloud;
  switch (operation.kind) {
    case 'put': {
      const body = bodyOf(operation.key, operation.content);
      const headers = headersOf(operation.key, operation.headers);
      if (operation.multipart) s3.putMultipart(SITE, operation.key, [body], headers);
      else s3.put(SITE, operation.key, body, headers);
      truth.note(operation.key, now, false);
      return;
    }
    case 'delete':
      remove(cloud, operation.key);
      truth.note(operation.key, now, false);
      return;
    case 'undelete':
      deleteLatest(cloud, deeds, operation.key, 'marker', now);
      return;
    case 'roll-back':
      deleteLatest(cloud, deeds, operation.key, 'version', now);
      return;
    case 'build-start':
      deeds.builds.set(operation.build, codebuild.start({ commit: `c${operation.build}` }));
      return;
    case 'build-end':
      codebuild.finish(deeds.builds.get(operation.build) ?? '', operation.status);
      return;
    case 'view':
      cloud.cloudfront.get(operation.edge, { target: operation.target });
      return;
    case 'configure':
      deeds.configurations += 1;
      cloud.configure(operation.errorPage);
      return;
    case 'poke':
      cloud.poke();
      return;
    case 'harm':
      harm(cloud, deeds, operation.harm, operation.which);
      return;
    case 'expire':
      s3.expireNoncurrent(SITE, DAY_MS);
      return;
  }
};

/** What comes and goes between two looks leaves no trace in the listing: one of its events must arrive. */
const remove = ({ s3, untold, telling }: Cloud, key: string): void => {
  const versionId = s3.current(SITE, key)?.versionId ?? '';
  if (untold.has(versionId)) telling(() => s3.delete(SITE, key));
  else s3.delete(SITE, key);
};

/**
 * Deletes a key's latest entry for good, where it is of that kind. What is deleted so leaves no trace in any
 * listing, so it must not be something of which nobody was told: no protocol could know of it.
 */
const deleteLatest = (
  cloud: Cloud,
  deeds: Deeds,
  key: string,
  kind: 'version' | 'marker',
  now: number,
): void => {
  const { s3, truth, untold } = cloud;
  const latest = latestOf(cloud, key);
  if (latest?.kind !== kind || untold.has(latest.versionId)) return;
  deeds.erased.push({ key, body: s3.current(SITE, key)?.body });
  s3.delete(SITE, key, latest.versionId);
  // A version that is gone is a change by definition, whatever its bytes were.
  truth.note(key, now, kind === 'version');
};

const latestOf = ({ s3 }: Cloud, key: string) => {
  let from: { prefix: string; keyMarker?: string; versionIdMarker?: string } | undefined = { prefix: key };
  while (from) {
    const page: ReturnType<typeof s3.listObjectVersions> = s3.listObjectVersions(SITE, from);
    const found = page.entries.find((entry) => entry.key === key && entry.isLatest);
    if (found) return found;
    from = page.next ? { prefix: key, ...page.next } : undefined;
  }
  return undefined;
};

const harm = ({ s3 }: Cloud, deeds: Deeds, kind: Harm, which: number): void => {
  const garbage = new TextEncoder().encode('{"schema":');
  if (kind === 'lose-plan') deeds.plansToLose += 1;
  if (kind === 'lose-plan' || !s3.current(STATE, HEAD)) return;
  if (kind === 'lose-head') s3.delete(STATE, HEAD);
  else if (kind === 'garble-head') s3.put(STATE, HEAD, garbage);
  else if (kind === 'newer-head') s3.put(STATE, HEAD, new TextEncoder().encode('{"schema":2}'));
  else {
    const blobs = [...blobsOf(s3), ...recordedOf(s3)];
    const blob = blobs[which % blobs.length];
    if (blob === undefined) return;
    if (kind === 'lose-blob') s3.delete(STATE, blob);
    else s3.put(STATE, blob, garbage);
  }
  deeds.harms += 1;
};

/** Its first batch is asked for, and the others are yet to be read. */
export const losePlan = ({ s3 }: Cloud, deeds: Deeds, { intent }: HeadPart): void => {
  if (deeds.plansToLose === 0 || intent === undefined) return;
  if (intent.batches.length < 2 || intent.claimed !== 0) return;
  deeds.plansToLose -= 1;
  deeds.harms += 1;
  s3.delete(STATE, intent.plan);
};

/** The table of what is recorded, so often that it is hit as often as all others. */
const recordedOf = (s3: Cloud['s3']): readonly string[] => {
  const head = s3.current(STATE, HEAD);
  const name = /"recorded":"([^"]+)"/.exec(head ? new TextDecoder().decode(head.body) : '')?.[1];
  return name === undefined ? [] : Array.from({ length: blobsOf(s3).length }, () => name);
};

const blobsOf = (s3: Cloud['s3']): readonly string[] => {
  const names: string[] = [];
  let next: string | undefined;
  do {
    const page: ReturnType<typeof s3.listObjectsV2> = s3.listObjectsV2(STATE, {
      prefix: 'blobs/',
      ...(next === undefined ? {} : { continuationToken: next }),
    });
    names.push(...page.objects.map(({ key }) => key));
    next = page.nextContinuationToken;
  } while (next !== undefined);
  return names;
};
