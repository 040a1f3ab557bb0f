/** Many schedules, one after the other, and what they have in common: no violation, or the first ones. */

import type { Violation } from './judged.ts';
import { type Simulated, type SimulateOptions, simulate } from './simulate.ts';

export type ManyOptions = Readonly<{
  /** Seeds from `seed` up to, not including, `seed + schedules`. */
  seed: number;
  schedules: number;
  /** Each schedule calm, then again for a crash at each of its calls. */
  crashEvery?: boolean;
  stopAtFirst?: boolean;
  onSchedule?(seed: number, trace: string): void;
  onLine?(line: string): void;
  /** Told now and then how many seeds are done. */
  onProgress?(done: number, violations: number): void;
}>;

export type Found = Readonly<{ seed: number; crash?: string; violations: readonly Violation[] }>;

/** `schedules` counts repetitions with a crash, too; `seeds` do not. */
export type Totals = { schedules: number; seeds: number; crashes: number; faults: number; found: Found[] };

export const runMany = async (options: ManyOptions): Promise<Totals> => {
  const totals: Totals = { schedules: 0, seeds: 0, crashes: 0, faults: 0, found: [] };
  for (let seed = options.seed; seed < options.seed + options.schedules; seed += 1) {
    if (options.crashEvery) await crashEvery(seed, options, totals);
    else await runOne(seed, {}, options, totals);
    totals.seeds += 1;
    if (options.stopAtFirst && totals.found.length > 0) break;
    options.onProgress?.(totals.seeds, totals.found.length);
  }
  return totals;
};

const runOne = async (
  seed: number,
  how: SimulateOptions,
  { onLine, onSchedule }: ManyOptions,
  totals: Totals,
): Promise<Simulated> => {
  const simulated = await simulate(seed, { ...how, ...(onLine ? { onLine } : {}) });
  const { violations, crashes, faults, trace } = simulated;
  totals.schedules += 1;
  totals.crashes += crashes;
  totals.faults += faults;
  onSchedule?.(seed, trace);
  if (violations.length > 0) {
    const crash = how.crashAt && `${how.crashAt.when} call ${how.crashAt.number}`;
    totals.found.push({ seed, violations, ...(crash === undefined ? {} : { crash }) });
  }
  return simulated;
};

/** A crash after a call that changes nothing is one before the next call. */
const crashEvery = async (seed: number, options: ManyOptions, totals: Totals): Promise<void> => {
  const { calls, mutating } = await runOne(seed, { calm: true }, options, totals);
  for (let number = 1; number <= calls; number += 1) {
    for (const when of ['before', 'after'] as const) {
      if (when === 'after' && !mutating.has(number)) continue;
      await runOne(seed, { calm: true, crashAt: { number, when } }, options, totals);
      if (options.stopAtFirst && totals.found.length > 0) return;
    }
  }
};
