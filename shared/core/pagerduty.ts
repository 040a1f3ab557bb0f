/**
 * What PagerDuty is told: an outage of the API pages somebody and resolves itself, a deployment is a change event,
 * which pages nobody.
 *
 * Source: PagerDuty, "Events API v2", "Send an Alert Event" and "Send a Change Event".
 */

import { isoOf } from './calendar.ts';
import { clipped } from './chat-summary.ts';
import { endsOutage, type HealthReport } from './health-report.ts';
import { nextStep } from './next-step.ts';
import { type Report, timeOf } from './report.ts';
import { reportLine } from './report-line.ts';
import type { SiteNames } from './status-json.ts';

const ALERTS = '/v2/enqueue';
const CHANGES = '/v2/change/enqueue';

const SUMMARY_MAX = 1_024;
const KEY_MAX = 255;

/** `path` is what follows the address of the API, which is another one in each of PagerDuty's regions. */
export type PagerDutyEvent = Readonly<{ path: string; body: object }>;

/** What stands beside an alert, by its own words. */
const detailsOf = (report: HealthReport): object => {
  const { from, to, because, latencyMs } = report;
  const step = nextStep(report);
  return {
    health: to,
    before: from,
    because: clipped(because, SUMMARY_MAX),
    ...(latencyMs === undefined ? {} : { latency_ms: latencyMs }),
    ...(step === undefined ? {} : { next_step: step }),
  };
};

/** What becomes of the alert; undefined where nobody is paged or freed. Resolving what is not open does nothing. */
export const alertAction = (report: HealthReport): 'trigger' | 'resolve' | undefined => {
  if (report.to === 'unhealthy') return 'trigger';
  return endsOutage(report) ? 'resolve' : undefined;
};

/** `routingKey` is the integration's secret. Undefined for what nobody is paged or freed for. */
export const pagerDutyEvent = (
  report: Report,
  site: SiteNames,
  routingKey: string,
): PagerDutyEvent | undefined => {
  if (report.kind === 'start') return undefined;
  const links = site.statusUrl === undefined ? [] : [{ href: site.statusUrl, text: 'Status' }];
  const common = { routing_key: routingKey, links };
  const summary = clipped(`${site.name}: ${reportLine(report)}`, SUMMARY_MAX);
  const payload = { summary, source: site.url, timestamp: isoOf(timeOf(report)) };
  if (report.kind === 'build') return { path: CHANGES, body: { ...common, payload } };
  const action = alertAction(report);
  if (action === undefined) return undefined;
  return {
    path: ALERTS,
    body: {
      ...common,
      event_action: action,
      // The same at the outage's end: that is how PagerDuty knows what is over.
      dedup_key: clipped(`${site.name}/${site.stage}/origin`, KEY_MAX),
      payload: { ...payload, severity: 'critical', component: 'api', custom_details: detailsOf(report) },
    },
  };
};
