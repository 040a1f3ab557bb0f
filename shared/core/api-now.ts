/** How the API is, as far as the page may say: what `check-origin` keeps is newer than any report, and than a build's word. */

import type { Health } from './health-report.ts';
import type { HealthState } from './health-state.ts';
import type { History } from './history.ts';

/** Of `health.json`: the health, since when it is so (ms since 1970), and the checks. */
export type ApiNow = Pick<HealthState, 'health' | 'since' | 'checks'>;

/** Undefined where no API is checked: nothing is said of one then. Where its state is lost the newest report counts. */
export const healthNow = ({ health, builds }: History, api: ApiNow | undefined): Health | undefined => {
  if (api) return api.health;
  const isChecked = health.length > 0 || builds.some((build) => build.api !== undefined);
  return isChecked ? (health[0]?.to ?? 'unknown') : undefined;
};

/** When the newest check was, ms since 1970. */
export const checkedAt = (api: ApiNow | undefined): number | undefined => api?.checks?.last?.at;

/** When what is told was last known to be so: at the last check, where there are checks, or else at `reportedAt`. */
export const knownAt = (api: ApiNow | undefined, reportedAt: number): number => checkedAt(api) ?? reportedAt;
