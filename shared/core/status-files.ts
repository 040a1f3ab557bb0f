/** Everything that anyone may read under `/_status/`, made of what is kept. */

import { type ApiNow, checkedAt, healthNow } from './api-now.ts';
import { type Badge, badgeJson, badgeSvg } from './badges.ts';
import type { BuildReport } from './builds.ts';
import { deploymentPage } from './deployment-page.ts';
import { atomFeed } from './feed.ts';
import type { Health } from './health-report.ts';
import { type History, newestAt } from './history.ts';
import { fileNameOf } from './page-text.ts';
import type { Diff } from './plan-text.ts';
import { timeOf } from './report.ts';
import { buildName } from './report-line.ts';
import { type SiteNames, statusJson } from './status-json.ts';
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

/** What visitors get: a build that failed changed nothing of that, one that is stuck may have. */
const siteBadge = ({ builds }: History): Badge => {
  const shown = builds.find(({ outcome }) => outcome.startsWith('live') || outcome === 'stuck');
  if (!shown) return { label: 'site', message: 'no build yet', colour: 'none' };
  const isStuck = shown.outcome === 'stuck';
  const message = `${isStuck ? 'stuck' : 'live'} ${buildName(shown)}`;
  return { label: 'site', message, colour: isStuck ? 'bad' : 'good' };
};

const apiBadge = (health: Health): Badge => ({ label: 'api', ...API_BADGES[health] });

const badgeFiles = (name: string, badge: Badge): readonly PublicFile[] => [
  { name: `badge/${name}.svg`, body: badgeSvg(badge), contentType: SVG },
  { name: `badge/${name}.json`, body: badgeJson(badge), contentType: JSON_TYPE },
];

/** Pages of deployments expire after 400 days (resources/site.yml); nothing leads to them for some time before. */
const DEPLOYMENT_LINKED_MS = 365 * 86_400_000;

/** Without the plans of which there may be no page any more. */
const withLivingPages = (history: History, api: ApiNow | undefined): History => {
  const newest = Math.max(newestAt(history), checkedAt(api) ?? 0);
  const builds = history.builds.map(({ plan, ...build }) =>
    plan === undefined || newest - timeOf(build) > DEPLOYMENT_LINKED_MS ? build : { ...build, plan },
  );
  return { ...history, builds };
};

/** Where no API is checked there is no badge of one. */
const apiBadges = (history: History, api: ApiNow | undefined): readonly PublicFile[] => {
  const health = healthNow(history, api);
  return health === undefined ? [] : badgeFiles('api', apiBadge(health));
};

/** What changes with every check: these say of how late it all is. The index comes last, as it leads to the rest. */
export const checkFiles = (
  history: History,
  site: SiteNames,
  api: ApiNow | undefined,
): readonly PublicFile[] => [
  { name: 'status.json', body: statusJson(history, site, api), contentType: JSON_TYPE },
  { name: 'index.html', body: statusPage(withLivingPages(history, api), site, api), contentType: HTML },
];

/** All that changes with a report. */
export const reportFiles = (
  history: History,
  site: SiteNames,
  api: ApiNow | undefined,
): readonly PublicFile[] => [
  { name: 'history.atom', body: atomFeed(withLivingPages(history, api), site), contentType: ATOM },
  ...badgeFiles('site', siteBadge(history)),
  ...apiBadges(history, api),
  ...checkFiles(history, site, api),
];

export const deploymentFile = (build: BuildReport, diff: Diff, site: SiteNames): PublicFile => ({
  name: `deployments/${fileNameOf(build.build)}.html`,
  body: deploymentPage(build, diff, site),
  contentType: HTML,
});
