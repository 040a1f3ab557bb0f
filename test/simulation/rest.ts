/** Ticks, and the end of a schedule: when nothing is left to do, and a tick changes nothing. */

import { QUEUES, STATE } from './cloud.ts';
import { parseHead } from './head-part.ts';
import type { Judged, Violation } from './judged.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Workers } from './workers.ts';

export type Ticking = Judged & Readonly<{ time: VirtualTime; workers: Workers; violations: Violation[] }>;

const TICK_MS = 300_000;
const TICK = '{"kind":"tick"}';
const FIRST_TICK_MS = 2_000;
const REST_MAX_MS = 2 * 3_600_000;
/** The promise that a schedule breaks which does not come to rest. */
export const STUCK = '0 comes to rest';
const LONG_WAIT_MS = 3_600_000;

/** Ticks for both queues; when one finds all at rest as the one before did, the schedule is over. */
export const scheduleTicks = (simulation: Ticking): (() => boolean) => {
  const { schedule, time, cloud, workers, violations } = simulation;
  let isOver = false;
  let restedAs: string | undefined;
  const tick = (): void => {
    const state = restOf(simulation);
    if (state.kind === 'rest' && state.as === restedAs) {
      isOver = true;
      return;
    }
    restedAs = state.kind === 'rest' ? state.as : undefined;
    if (time.now() > schedule.startAt + schedule.endsAt + REST_MAX_MS) {
      const because = state.kind === 'rest' ? 'the head changes with every tick' : state.because;
      violations.push({ promise: STUCK, because });
      isOver = true;
      return;
    }
    cloud.sqs.send(QUEUES.work, TICK);
    cloud.sqs.send(QUEUES.follow, TICK);
    workers.wake();
    time.after(tickGap(simulation), tick);
  };
  time.after(FIRST_TICK_MS, tick);
  return () => isOver;
};

/** Over a day without operations a few ticks stand for all. */
const tickGap = ({ schedule, time }: Ticking): number => {
  const now = time.now() - schedule.startAt;
  const next = schedule.operations.find(({ at }) => at > now);
  return next !== undefined && next.at - now > LONG_WAIT_MS ? LONG_WAIT_MS : TICK_MS;
};

type Rest = Readonly<{ kind: 'rest'; as: string }> | Readonly<{ kind: 'unrest'; because: string }>;

const restOf = ({ schedule, time, cloud, workers }: Ticking): Rest => {
  const unrest = (because: string): Rest => ({ kind: 'unrest', because });
  if (time.now() < schedule.startAt + schedule.endsAt) return unrest('operations');
  if (cloud.cloudfront.getDistribution().status !== 'Deployed') return unrest('a deployment');
  if (cloud.inFlight() > 0) return unrest('events are on their way');
  if (!workers.isIdle()) return unrest('a pass is running');
  for (const queue of [QUEUES.work, QUEUES.follow]) {
    const left = cloud.sqs.peek(queue);
    if (left.length > 0) return unrest(`${left.length} messages in ${queue}: ${left[0]?.body.slice(0, 200)}`);
  }
  const stored = cloud.s3.current(STATE, 'head.json');
  const head = stored && parseHead(stored.body);
  if (!stored || !head) return unrest('no head');
  if (head.intent) return unrest(`an intent: ${JSON.stringify(head.intent)}`);
  if (head.follows.length > 0) return unrest(`followed: ${JSON.stringify(head.follows)}`);
  if (head.outbox.length > 0) return unrest(`owed: ${JSON.stringify(head.outbox)}`);
  return { kind: 'rest', as: stored.etag };
};
