/** The status as Atlassian Statuspage's v2 `summary.json` has it, so that existing readers work. */

import { type ApiNow, healthNow, knownAt } from './api-now.ts';
import type { BuildReport } from './builds.ts';
import { isoOf } from './calendar.ts';
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

/** Readers expect all of them, whether they tell anything or not. Source: Statuspage, "Status API", `summary.json`. */
const component = (
  id: 'site' | 'api',
  name: string,
  description: string,
  status: Component,
  position: number,
  at: number,
  site: SiteNames,
) => ({
  id,
  name,
  status,
  created_at: isoOf(at),
  updated_at: isoOf(at),
  position,
  description,
  showcase: true,
  start_date: null,
  group_id: null,
  page_id: site.name,
  group: false,
  only_show_if_degraded: false,
});

type ComponentNow = ReturnType<typeof component>;

/** Those of Statuspage that are not resolved are all that a summary has; why is for the page, and who runs the site. */
const incident = ({ startedAt, updates }: Outage, api: readonly ComponentNow[], site: SiteNames) => {
  const id = `outage-${startedAt}`;
  return {
    id,
    name: 'The API is down',
    status: 'investigating',
    impact: 'critical',
    shortlink: site.statusUrl ?? site.url,
    page_id: site.name,
    started_at: isoOf(startedAt),
    created_at: isoOf(startedAt),
    updated_at: isoOf(updates[0]?.at ?? startedAt),
    monitoring_at: null,
    resolved_at: null,
    components: api,
    incident_updates: updates.map(({ at, to }) => ({
      id: `${id}-${at}`,
      status: 'investigating',
      body: `The API is ${to}.`,
      created_at: isoOf(at),
      updated_at: isoOf(at),
      display_at: isoOf(at),
      affected_components: api.map(({ id: code, name, status }) => ({
        code,
        name,
        old_status: status,
        new_status: status,
      })),
      incident_id: id,
    })),
  };
};

const descriptionOf = (build: BuildReport | undefined, health: Health | undefined): string => {
  const site = build ? `${buildName(build)} ${build.outcome}` : 'no build yet';
  return health === undefined ? site : `${site}, API ${health}`;
};

/** The same history and health are the same text. Where an API is checked it is as new as the last check of that. */
export const statusJson = (history: History, site: SiteNames, api?: ApiNow): string => {
  const newest = newestAt(history);
  const [build] = history.builds;
  const siteStatus = siteStatusOf(history);
  const health = healthNow(history, api);
  const apiSince = api?.since ?? history.health[0]?.at ?? newest;
  const apiNow =
    health === undefined
      ? []
      : [component('api', 'API', 'As the site reaches it.', API_STATUS[health], 2, apiSince, site)];
  const siteSince = build ? timeOf(build) : newest;
  const components = [
    component('site', 'Site', 'Which build visitors get.', siteStatus, 1, siteSince, site),
    ...apiNow,
  ];
  const worst =
    components.toReversed().find(({ status }) => status !== 'operational')?.status ?? 'operational';
  return JSON.stringify({
    page: {
      id: site.name,
      name: site.name,
      url: site.url,
      time_zone: 'Etc/UTC',
      updated_at: isoOf(knownAt(api, newest)),
    },
    status: { indicator: INDICATOR[worst], description: descriptionOf(build, health) },
    components,
    incidents: outagesOf(history.health)
      .filter(({ endedAt }) => endedAt === undefined)
      .map((outage) => incident(outage, apiNow, site)),
    scheduled_maintenances: [],
  });
};
