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

/** An outage that is over: when it ended, ms since 1970, and how long it lasted, ms. */
export type PastOutage = Readonly<{ endedAt: number; ms: number }>;

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
  /** What was told before is lost: an outage may be open somewhere, and is over. */
  endsAny?: true;
  /** The outage before, where it is not long over: whoever missed that it ended reads it here. */
  lastOutage?: PastOutage;
  /** What was told since the API was last healthy, and is over now. */
  ends?: readonly Health[];
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

/** Whether the API answers. */
export const isUp = (health: Health): boolean => health === 'healthy' || health === 'degraded';

/** Whether an outage is over, or whichever may be open somewhere. */
export const endsOutage = ({ outageMs, endsAny }: HealthReport): boolean =>
  outageMs !== undefined || endsAny === true;
