/** What anyone may read of a report: on the status page, in its feed, and at a public repository. */

import type { BuildReport } from './builds.ts';
import { causeText } from './cause.ts';
import type { Health, HealthReport } from './health-report.ts';
import type { Report } from './report.ts';
import { durationText, oneLine, reportLine } from './report-line.ts';
import type { StartReport } from './starts.ts';

/** Of reports that were made before there were causes. */
export const WITHOUT_CAUSE: Readonly<Record<Health, string>> = {
  healthy: 'answers as it should',
  degraded: 'answers, but not as it should',
  unhealthy: 'does not answer as it should',
  paused: 'the service is paused',
  deploying: 'the service is being deployed, or has just been',
  maintenance: 'planned maintenance',
  unknown: 'nothing is known of it',
};

/** Why the API is as it is, from a list that is closed. */
export const publicReason = ({ to, cause }: Pick<HealthReport, 'to' | 'cause'>): string =>
  cause === undefined ? WITHOUT_CAUSE[to] : causeText(cause);

/** What decides comes first, for where there is little room. */
export const publicBrief = (report: BuildReport | StartReport): string => {
  if (report.kind === 'start') return publicLine(report);
  const { outcome, tookMs, api, because } = report;
  const took = tookMs === undefined ? '' : ` after ${durationText(tookMs)}`;
  return `${outcome}${took}${api === undefined ? '' : `, API ${api.health}`}: ${oneLine(because)}`;
};

/** As the log has it, but for what names settings: the API's exact reasons. */
export const publicLine = (report: Report): string => {
  if (report.kind === 'health') return reportLine({ ...report, because: publicReason(report) });
  if (report.kind === 'start' || report.api === undefined) return reportLine(report);
  const { api, ...build } = report;
  return `${reportLine(build)}, API ${api.health}`;
};
