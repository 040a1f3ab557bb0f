/** The status as Atlassian Statuspage's v2 `summary.json` has it, so that existing readers work. */

import type { BuildReport } from './builds.ts';
import { isoOf } from './calendar.ts';
import type { CheckHistory, CheckState } from './check-history.ts';
import type { Health } from './health-report.ts';
import { type History, newestAt } from './history.ts';
import { type Outage, outagesOf } from './outages.ts';
import { timeOf } from './report.ts';
import { buildName } from './report-line.ts';

/** Of the site, in what is told of it. */
export type SiteNames = Readonly<{
  name: string;
  /** Which of several deployments of the same name this is. */
  stage: string;
  /** Of the site itself. */
  url: string;
  /** Of the status page, with a slash at its end; absent where there is none. */
  statusUrl?: string;
}>;

type Indicator = 'none' | 'minor' | 'major' | 'critical';
type Component =
  | 'operational'
  | 'degraded_performance'
  | 'partial_outage'
  | 'major_outage'
  | 'under_maintenance';

const API_STATUS: Readonly<Record<Health, Component>> = {
  healthy: 'operational',
  degraded: 'degraded_performance',
  unhealthy: 'major_outage',
  paused: 'under_maintenance',
  deploying: 'under_maintenance',
  maintenance: 'under_maintenance',
  unknown: 'operational',
};

const INDICATOR: Readonly<Record<Component, Indicator>> = {
  operational: 'none',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
  under_maintenance: 'minor',
};

/** Where an outcome is not named the site is as it was before. */
const SITE_STATUS: Readonly<Partial<Record<BuildReport['outcome'], Component>>> = {
  live: 'operational',
  'live-unproved': 'operational',
  stuck: 'degraded_performance',
};

const siteStatusOf = ({ builds }: History): Component =>
  builds.map(({ outcome }) => SITE_STATUS[outcome]).find((status) => status !== undefined) ?? 'operational';

/** What stands in for a report: that all is well at first sight is none. */
const CHECKED: Readonly<Record<CheckState, Health>> = { up: 'healthy', down: 'unhealthy', other: 'unknown' };

/** The health that the newest report gives, or the newest build's own word of it, or else the last check's. */
export const healthNow = ({ builds, health }: History, checks?: CheckHistory): Health => {
  const [changed] = health;
  const told = builds.find(({ api }) => api !== undefined);
  if (!changed) return told?.api?.health ?? CHECKED[checks?.last?.state ?? 'other'];
  return told?.api && timeOf(told) > changed.at ? told.api.health : changed.to;
};

/** Those of Statuspage that are not resolved are all that a summary has; why is for the page, and who runs the site. */
const incident = ({ startedAt, updates }: Outage) => {
  const id = `outage-${startedAt}`;
  return {
    id,
    name: 'The API is down',
    status: 'investigating',
    impact: 'critical',
    created_at: isoOf(startedAt),
    updated_at: isoOf(updates[0]?.at ?? startedAt),
    incident_updates: updates.map(({ at, to }) => ({
      id: `${id}-${at}`,
      status: 'investigating',
      body: `The API is ${to}.`,
      created_at: isoOf(at),
      incident_id: id,
    })),
  };
};

/** `history` and `checks` decide all of it: the same ones are the same text. */
export const statusJson = (history: History, site: SiteNames, checks?: CheckHistory): string => {
  // A checker that is dead and a quiet month differ in nothing else.
  const newest = Math.max(newestAt(history), checks?.last?.at ?? 0);
  const [build] = history.builds;
  const siteStatus = siteStatusOf(history);
  const health = healthNow(history, checks);
  const apiStatus = API_STATUS[health];
  const worst = [apiStatus, siteStatus].find((status) => status !== 'operational') ?? 'operational';
  return JSON.stringify({
    page: { id: site.name, name: site.name, url: site.url, time_zone: 'Etc/UTC', updated_at: isoOf(newest) },
    status: {
      indicator: INDICATOR[worst],
      description: `${build ? `${buildName(build)} ${build.outcome}` : 'no build yet'}, API ${health}`,
    },
    components: [
      { id: 'site', name: 'Site', status: siteStatus, updated_at: isoOf(build ? timeOf(build) : newest) },
      { id: 'api', name: 'API', status: apiStatus, updated_at: isoOf(history.health[0]?.at ?? newest) },
    ],
    incidents: outagesOf(history.health)
      .filter(({ endedAt }) => endedAt === undefined)
      .map(incident),
    scheduled_maintenances: [],
  });
};
