/**
 * What a channel was told last of the API's health: of two changes the older is not told after the newer, which would
 * leave an outage open there that is over.
 */

import type { HealthReport } from './health-report.ts';

/** `telling` until a given time: nobody knows whether the channel got it. Times in ms since 1970. */
export type HealthTold = Readonly<{
  channel: string;
  id: string;
  at: number;
  generation?: number;
  phase: 'telling' | 'told';
  until: number;
}>;

export type HealthLeave =
  | Readonly<{ kind: 'go'; next: HealthTold }>
  | Readonly<{ kind: 'told' | 'overtaken' }>
  | Readonly<{ kind: 'wait'; ms: number }>;

type When = Pick<HealthReport, 'at' | 'generation'>;

/**
 * By the clock, and by the number of the state that each came with: a clock that went back, or a state that was lost
 * and begins anew, must not make the end of an outage the older one.
 */
const isNewer = (one: When, other: When): boolean =>
  one.at > other.at &&
  (one.generation === undefined || other.generation === undefined || one.generation > other.generation);

/** Whether a report may be told now; `next` has to be written before it is. `until` is when its delivery will have ended. */
export const leaveForHealth = (
  known: HealthTold | undefined,
  report: HealthReport,
  channel: string,
  now: number,
  until: number,
): HealthLeave => {
  if (known?.id === report.id && known.phase === 'told') return { kind: 'told' };
  if (known && known.id !== report.id) {
    if (isNewer(known, report)) return { kind: 'overtaken' };
    if (known.phase === 'telling' && now < known.until) return { kind: 'wait', ms: known.until - now };
  }
  const { id, at, generation } = report;
  const numbered = generation === undefined ? {} : { generation };
  return { kind: 'go', next: { channel, id, at, ...numbered, phase: 'telling', until } };
};

/** Undefined for what is none. */
export const healthToldOf = (value: unknown): HealthTold | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { channel, id, at, generation, phase, until } = value as Partial<Record<keyof HealthTold, unknown>>;
  const isOne =
    typeof channel === 'string' &&
    typeof id === 'string' &&
    Number.isFinite(at) &&
    (generation === undefined || Number.isFinite(generation)) &&
    (phase === 'telling' || phase === 'told') &&
    Number.isFinite(until);
  return isOne ? (value as HealthTold) : undefined;
};
