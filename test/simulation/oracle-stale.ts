/** Promises 1 and 2: what the edges hold, against what really happened. */

import type { Peek } from '../world/cloudfront.ts';
import type { Cloud, Served } from './cloud.ts';
import { isFingerprinted, type Judged, type Violation } from './judged.ts';
import type { Schedule } from './schedule.ts';
import { type KeyState, sameBody } from './truth.ts';

type Copy = Extract<Peek, { cached: true }>;

type Held = Readonly<{ edge: number; target: string; copy: Copy }>;

const heldCopies = ({ schedule, cloud }: Judged): readonly Held[] => {
  const held: Held[] = [];
  for (const target of schedule.targets) {
    for (let edge = 0; edge < cloud.cloudfront.edges; edge += 1) {
      const copy = cloud.cloudfront.peek(edge, target);
      if (copy.cached) held.push({ edge, target, copy });
    }
  }
  return held;
};

/** Whether an edge would serve of a URL what the origin does not. */
export const isStaleNow = ({ cloud }: Judged, edge: number, target: string): boolean => {
  const copy = cloud.cloudfront.peek(edge, target);
  if (!copy.cached) return false;
  const served = cloud.served(target);
  return copy.status !== served.status || !sameBody(copy.body, served.body);
};

/** After quiescence no edge serves what the origin would not. */
export const staleAtRest = (judged: Judged): readonly Violation[] => {
  const { schedule, cloud } = judged;
  return heldCopies(judged).flatMap(({ edge, target, copy }) => {
    const served = cloud.served(target);
    if (copy.status === served.status && sameBody(copy.body, served.body)) return [];
    if (copy.status >= 400 && served.status >= 400) return [];
    if (mayExpire(schedule, cloud, served, copy)) return [];
    const because = `edge ${edge} serves ${textOf(copy)} for ${target}, the origin ${textOf(served)}`;
    return [{ promise: '1 nothing stale', because }];
  });
};

/** Headers count too, where every re-uploaded key was compared and none of its versions had expired before. */
export const staleHeaders = (judged: Judged): readonly Violation[] => {
  const { schedule, cloud } = judged;
  if (schedule.settings.headChecksMax === 0) return [];
  return heldCopies(judged).flatMap(({ edge, target, copy }) => {
    const served = cloud.served(target);
    if (copy.status !== 200 || served.status !== 200 || served.key === undefined) return [];
    if (hasHeadersThereAndBack(cloud, served.key)) return [];
    const { headers } = cloud.cloudfront.get(edge, { target });
    const differ = ['content-type', 'cache-control'].find((name) => headers[name] !== served.headers[name]);
    if (differ === undefined) return [];
    const because = `edge ${edge} serves ${differ} "${headers[differ]}" for ${target}, the origin "${served.headers[differ]}"`;
    return [{ promise: '1 nothing stale (headers)', because }];
  });
};

/** Only a read in between can tell that headers were others and are back; and of what was gone none are kept. */
const hasHeadersThereAndBack = ({ truth }: Cloud, key: string): boolean => {
  const states = truth.statesOf(key);
  const seen = new Set<string>();
  return states.some((state, index) => {
    const name = `${state.etag} ${state.headers}`;
    const isRepeated = state.headers !== states[index - 1]?.headers && seen.has(name);
    seen.add(name);
    return isRepeated || (index > 0 && state.body === undefined);
  });
};

/** A removed fingerprinted object may live on, in the bytes that it had last. */
const mayExpire = (schedule: Schedule, cloud: Cloud, served: Served, copy: Copy): boolean => {
  const { key } = served;
  if (key === undefined || schedule.settings.purgeRemoved || !isFingerprinted(schedule, key)) return false;
  const states = cloud.truth.statesOf(key);
  if (states.at(-1)?.body !== undefined) return false;
  return sameBody(states.findLast(({ body }) => body !== undefined)?.body, copy.body);
};

/** At the instant a build is called live no edge holds anything older than what the build had at its end. */
export const staleWhenLive = (judged: Judged, build: string): readonly Violation[] => {
  const endedAt = judged.cloud.codebuild.batchGet([build]).builds[0]?.endTime ?? 0;
  const overlapping = [...judged.deeds.builds.values()].find((id) => isUploadingSince(judged, id, endedAt));
  if (overlapping !== undefined) {
    const because = `${build} is called live while ${overlapping}, whose uploads overlap, is in progress`;
    return [{ promise: '2 no early "live"', because }];
  }
  return heldCopies(judged).flatMap(({ edge, target, copy }) => {
    if (copy.fetchedAt >= endedAt) return [];
    const served = judged.cloud.served(target);
    if (served.key === undefined || mayBeServed(judged, served.key, copy, endedAt)) return [];
    if (isUnknowable(judged, build, served.key, copy)) return [];
    const now = textOf(served);
    const because = `${build} is called live while edge ${edge} serves ${textOf(copy)} for ${target}, the origin ${now}`;
    return [{ promise: '2 no early "live"', because }];
  });
};

const isUploadingSince = ({ cloud }: Judged, id: string, instant: number): boolean => {
  const [build] = cloud.codebuild.batchGet([id]).builds;
  return build !== undefined && build.endTime === undefined && build.startTime <= instant;
};

/** What was fetched before the build's end must be what its URL had then or at some time since. */
const mayBeServed = ({ schedule, cloud }: Judged, key: string, copy: Copy, endedAt: number): boolean => {
  const states = cloud.truth.statesSince(key, endedAt);
  if (copy.status === 200 && states.some(({ body }) => sameBody(body, copy.body))) return true;
  const gone = states.filter(({ body }) => body === undefined);
  if (gone.length === 0) return false;
  if (copy.status >= 400) return true;
  if (errorPagesSince(cloud, endedAt).some(({ body }) => sameBody(body, copy.body))) return true;
  if (schedule.settings.purgeRemoved || !isFingerprinted(schedule, key)) return false;
  const all = cloud.truth.statesOf(key);
  return gone.some((state) => sameBody(lastBodyBefore(all, state), copy.body));
};

/**
 * What came and was deleted between two looks leaves no trace in the listing but its events, which may be on their
 * way for as long as they like, also when the build is covered. Promise 1 holds for it all the same.
 */
const isUnknowable = ({ cloud, deeds, heads }: Judged, build: string, of: string, copy: Copy): boolean => {
  const isPending = (key: string): boolean =>
    cloud.pendingKeys().has(key) || heads.covered.get(build)?.has(key) === true;
  const isErased = (of: string): boolean =>
    deeds.erased.some(
      ({ key, body }) => key === of && (body === undefined ? copy.status >= 400 : sameBody(body, copy.body)),
    );
  // The page of an error may have come and gone as well.
  if (ERROR_PAGES.some((page) => isPending(page) && isErased(page))) return true;
  return isPending(of) && (isErased(of) || cloud.truth.statesOf(of).at(-1)?.body === undefined);
};

const ERROR_PAGES = ['index.html', '404.html'];

const errorPagesSince = ({ truth }: Cloud, from: number): readonly KeyState[] =>
  ERROR_PAGES.flatMap((key) => truth.statesSince(key, from)).filter(({ body }) => body !== undefined);

const lastBodyBefore = (states: readonly KeyState[], state: KeyState): Uint8Array | undefined =>
  states.slice(0, Math.max(0, states.indexOf(state))).findLast(({ body }) => body !== undefined)?.body;

const textOf = ({ status, body }: Readonly<{ status: number; body: Uint8Array }>): string =>
  status >= 400 ? `an error ${status}` : `${status} "${new TextDecoder().decode(body)}"`;
