/** Everything that anyone may read under `/_status/`, made of what is kept. */

import { type Badge, badgeJson, badgeSvg } from './badges.ts';
import type { BuildReport } from './builds.ts';
import type { CheckHistory } from './check-history.ts';
import { deploymentPage } from './deployment-page.ts';
import { atomFeed } from './feed.ts';
import type { Health } from './health-report.ts';
import { type History, newestAt } from './history.ts';
import { fileNameOf } from './page-text.ts';
import type { Diff } from './plan-text.ts';
import { timeOf } from './report.ts';
import { buildName } from './report-line.ts';
import { healthNow, type SiteNames, statusJson } from './status-json.ts';
import { statusPage } from './status-page.ts';

export type PublicFile = Readonly<{ name: string; body: string; contentType: string }>;

const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json';
const SVG = 'image/svg+xml; charset=utf-8';
const ATOM = 'application/atom+xml; charset=utf-8';

const API_BADGES: Readonly<Record<Health, Omit<Badge, 'label'>>> = {
  healthy: { message: 'up', colour: 'good' },
  degraded: { message: 'degraded', colour: 'some' },
  unhealthy: { message: 'down', colour: 'bad' },
  paused: { message: 'paused', colour: 'none' },
  deploying: { message: 'deploying', colour: 'some' },
  maintenance: { message: 'maintenance', colour: 'none' },
  unknown: { message: 'unknown', colour: 'none' },
};

const SITE_COLOURS: Readonly<Partial<Record<BuildReport['outcome'], Badge['colour']>>> = {
  live: 'good',
  'live-unproved': 'good',
  failed: 'bad',
  stuck: 'bad',
};

const siteBadge = ({ builds: [newest] }: History): Badge =>
  newest
    ? {
        label: 'site',
        message: `${newest.outcome} ${buildName(newest)}`,
        colour: SITE_COLOURS[newest.outcome] ?? 'none',
      }
    : { label: 'site', message: 'no build yet', colour: 'none' };

const apiBadge = (history: History, checks: CheckHistory | undefined): Badge => ({
  label: 'api',
  ...API_BADGES[healthNow(history, checks)],
});

const badgeFiles = (name: string, badge: Badge): readonly PublicFile[] => [
  { name: `badge/${name}.svg`, body: badgeSvg(badge), contentType: SVG },
  { name: `badge/${name}.json`, body: badgeJson(badge), contentType: JSON_TYPE },
];

/** Pages of deployments expire after 400 days (resources/site.yml); nothing leads to them for some time before. */
const DEPLOYMENT_LINKED_MS = 365 * 86_400_000;

/** Without the plans of which there may be no page any more. */
const withLivingPages = (history: History, checks: CheckHistory | undefined): History => {
  const newest = Math.max(newestAt(history), checks?.last?.at ?? 0);
  const builds = history.builds.map(({ plan, ...build }) =>
    plan === undefined || newest - timeOf(build) > DEPLOYMENT_LINKED_MS ? build : { ...build, plan },
  );
  return { ...history, builds };
};

/** What changes with every check: these say of how late it all is. The index comes last, as it leads to the rest. */
export const checkFiles = (
  history: History,
  site: SiteNames,
  checks: CheckHistory | undefined,
): readonly PublicFile[] => [
  { name: 'status.json', body: statusJson(history, site, checks), contentType: JSON_TYPE },
  { name: 'index.html', body: statusPage(withLivingPages(history, checks), site, checks), contentType: HTML },
];

/** All that changes with a report. */
export const reportFiles = (
  history: History,
  site: SiteNames,
  checks: CheckHistory | undefined,
): readonly PublicFile[] => [
  { name: 'history.atom', body: atomFeed(withLivingPages(history, checks), site), contentType: ATOM },
  ...badgeFiles('site', siteBadge(history)),
  ...badgeFiles('api', apiBadge(history, checks)),
  ...checkFiles(history, site, checks),
];

export const deploymentFile = (build: BuildReport, diff: Diff, site: SiteNames): PublicFile => ({
  name: `deployments/${fileNameOf(build.build)}.html`,
  body: deploymentPage(build, diff, site),
  contentType: HTML,
});
