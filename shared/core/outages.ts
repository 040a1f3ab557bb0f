/** Outages of the API, from the changes of its health: they open and close by themselves. */

import { type HealthReport, isUp } from './health-report.ts';

/** `updates` are the changes that belong to it, newest first; `endedAt` is absent while it lasts. In ms since 1970. */
export type Outage = Readonly<{
  id: string;
  startedAt: number;
  endedAt?: number;
  updates: readonly HealthReport[];
}>;

/**
 * `reports` newest first, as the history has them; so are the outages. One begins when the API is unhealthy and ends
 * when it answers again: what lies between, such as a deployment, belongs to it.
 */
export const outagesOf = (reports: readonly HealthReport[]): readonly Outage[] => {
  const outages: Outage[] = [];
  let open: Outage | undefined;
  for (const report of reports.toReversed()) {
    if (open) {
      const updates = [report, ...open.updates];
      if (isUp(report.to)) outages.unshift({ ...open, updates, endedAt: report.at });
      open = isUp(report.to) ? undefined : { ...open, updates };
    } else if (report.to === 'unhealthy') {
      open = { id: report.id, startedAt: report.at, updates: [report] };
    }
  }
  return open ? [open, ...outages] : outages;
};
