/** What is known of the API's health, and the neutral report of a change, which each channel renders its own way. */

import type { Cause } from './cause.ts';

export type Health =
  | 'healthy'
  | 'degraded'
  | 'unhealthy'
  | 'paused'
  | 'deploying'
  | 'maintenance'
  | 'unknown';

export const HEALTHS: readonly Health[] = [
  'healthy',
  'degraded',
  'unhealthy',
  'paused',
  'deploying',
  'maintenance',
  'unknown',
];

/** The health now, why, and since when (ms since 1970). */
export type HealthNow = Readonly<{ health: Health; because: string; since: number }>;

/** One change of health. */
export type HealthReport = Readonly<{
  kind: 'health';
  /** Stable: the same report sent twice is one message to its reader. */
  id: string;
  at: number;
  from: Health;
  to: Health;
  /** Exact: it may name settings, and is for the team's own channels. */
  because: string;
  /** What anyone may know of the reason. */
  cause?: Cause;
  /** How long the outage lasted that this ends, ms. */
  outageMs?: number;
  /** Of the latest answer, ms; absent where the check failed. */
  latencyMs?: number;
  /** The number of the state that the change was written with: the higher is the newer. */
  generation?: number;
  /** Maintenance begins or ends, and nothing else is new. */
  planned?: true;
}>;

/** Where `check-origin` keeps what it knows, in the state bucket. */
export const HEALTH_NAME = 'health.json';

/** The health that a stored health object says; undefined where it says none that can be read. */
export const healthIn = (stored: Uint8Array): HealthNow | undefined => {
  try {
    const { health, because, since } = JSON.parse(new TextDecoder().decode(stored)) as Partial<HealthNow>;
    const known = HEALTHS.find((one) => one === health);
    return known !== undefined && typeof because === 'string' && typeof since === 'number'
      ? { health: known, because, since }
      : undefined;
  } catch {
    return undefined;
  }
};

/** Whether an outage is over; also where what was told before is lost, and one may be open somewhere. */
export const endsOutage = ({ from, to, outageMs }: HealthReport): boolean =>
  outageMs !== undefined || (from === 'unknown' && to === 'healthy');
