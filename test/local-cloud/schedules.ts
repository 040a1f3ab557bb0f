/** Sends what EventBridge Scheduler would, when it is due by the cloud's own clock. */

import type { CloudClock } from './clock.ts';
import type { StackSchedule } from './stack.ts';

export type Schedules = Readonly<{
  /** All of them now, whenever they are due next. */
  tick(): void;
  /** When one is due next; infinite where none sends by itself. */
  nextAt(): number;
  stop(): void;
}>;

const POLL_MS = 100;

/** A schedule is due for the first time one interval after the start, and once however long the clock skipped. */
export const runSchedules = (
  schedules: readonly StackSchedule[],
  clock: CloudClock,
  send: (queue: string, body: string) => void,
  isOn: boolean,
): Schedules => {
  const dueAt = new Map(schedules.map((schedule) => [schedule, clock.now() + schedule.everyMs]));
  const round = (): void => {
    const now = clock.now();
    for (const [schedule, due] of dueAt) {
      if (now < due) continue;
      dueAt.set(schedule, now + schedule.everyMs);
      send(schedule.queue, schedule.input);
    }
  };
  const timer = isOn ? setInterval(round, POLL_MS).unref() : undefined;
  return {
    tick: () => {
      for (const { queue, input } of schedules) send(queue, input);
    },
    nextAt: () => (isOn ? Math.min(...dueAt.values()) : Number.POSITIVE_INFINITY),
    stop: () => clearInterval(timer),
  };
};
