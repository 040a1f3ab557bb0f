/**
 * The status page: static, readable without JavaScript, and the same for the same history and checks.
 *
 * Only what is named here is published: no address of a log, and no setting.
 */

import type { BuildReport } from './builds.ts';
import { monthOf } from './calendar.ts';
import type { CheckHistory } from './check-history.ts';
import { daysUntil, emptyChecks, freshnessOf, uptimeOf } from './check-history.ts';
import type { HealthReport } from './health-report.ts';
import { type History, newestAt } from './history.ts';
import { type Outage, outagesOf } from './outages.ts';
import { daysBar, latencyChart, quantile } from './page-charts.ts';
import {
  escaped,
  fileNameOf,
  pageOf,
  percentText,
  reasonText,
  STATUS_ROOT,
  sectionOf,
  tableOf,
  timeText,
} from './page-text.ts';
import { FREE_ITEMS_PER_MONTH, ITEM_PRICE, itemsCost } from './prices.ts';
import { publicReason } from './public-text.ts';
import { timeOf } from './report.ts';
import { buildName, durationText, itemsText, numberText } from './report-line.ts';
import { healthNow, type SiteNames } from './status-json.ts';

const BUILDS_SHOWN = 25;
const HEALTH_SHOWN = 20;
const OUTAGES_SHOWN = 10;

/** An outage that begins so soon after a deployment is told with it: so far that is all that anybody knows. */
const CAUSED_WITHIN_MS = 1_800_000;

const MINUTE_MS = 60_000;

/** Without any check a page is old after a week. */
const OLD_UNCHECKED_MS = 7 * 1_440 * MINUTE_MS;

/** Says that the page is old, to whoever has JavaScript; everybody else reads the time. */
const scriptOf = (oldMs: number): string =>
  `const t=document.querySelector('#updated time'),m=Math.floor((Date.now()-Date.parse(t.dateTime))/6e4);if(m>${Math.ceil(oldMs / MINUTE_MS)}){const o=document.querySelector('#old');o.textContent='This page is old: nothing was heard for '+(m<2880?m+' minutes.':Math.floor(m/1440)+' days.');o.hidden=false}`;

const linked = (build: BuildReport): string =>
  build.plan === undefined
    ? escaped(buildName(build))
    : `<a href="${STATUS_ROOT}deployments/${fileNameOf(build.build)}.html">${escaped(buildName(build))}</a>`;

/** The build that visitors get: the newest that came through. */
const liveBuild = ({ builds }: History): BuildReport | undefined =>
  builds.find(({ outcome }) => outcome === 'live' || outcome === 'live-unproved');

const nowSection = (history: History, checks: CheckHistory): string => {
  const live = liveBuild(history);
  const health = healthNow(history, checks);
  const [changed] = history.health;
  const site = live ? `Build ${escaped(buildName(live))} is live.` : 'No build has been called live yet.';
  return sectionOf(
    'now',
    'Now',
    `<p class="now">${site} <span class="${health}">The API is ${health}.</span></p><dl>
<dt>Site</dt><dd>${live ? `build <strong>${linked(live)}</strong> is <span class="${live.outcome}">${live.outcome}</span> since ${timeText(timeOf(live))}: ${reasonText(live.because)}` : 'no build has been called live yet'}</dd>
${startedOf(history)}<dt>API</dt><dd><span class="${health}">${health}</span>${changed ? `, last change ${timeText(changed.at)}: ${escaped(publicReason(changed))}` : ''}</dd>
${costOf(history)}</dl>`,
  );
};

const startedOf = ({ started }: History): string =>
  started.length === 0
    ? ''
    : `<dt>On its way</dt><dd>${started.map((build) => `build <strong>${escaped(buildName(build))}</strong> since ${timeText(build.startedAt)}`).join(', ')}</dd>\n`;

/**
 * Of the newest build that knows it, and of its month: nothing here knows whether that is over. What is free is
 * AWS's to say and not the budget's, and counts for all sites of the account.
 */
const costOf = ({ builds }: History): string => {
  const build = builds.find(({ itemsOfMonth }) => itemsOfMonth !== undefined);
  const { items, itemsOfMonth: spent, itemsPerMonth: most } = build ?? {};
  if (!build || spent === undefined || most === undefined) return '';
  const { freeLeft, price } = itemsCost(spent);
  const own = items === undefined ? '' : `${itemsText(items)} for build ${escaped(buildName(build))}; `;
  return `<dt>Invalidations</dt><dd>${own}${numberText(spent)} of the budget of ${itemsText(most)} in ${monthOf(timeOf(build))}, for <strong>${price ?? '$0'}</strong>. Left of the ${numberText(FREE_ITEMS_PER_MONTH)} that are free, if no other site of the account took any: ${numberText(freeLeft)}; each one more costs ${ITEM_PRICE}.</dd>`;
};

/** A figure and its unit stay in one line. */
const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');

const buildRow = (build: BuildReport): string => {
  const { outcome, because, changed, objects, items, tookMs, api } = build;
  const objectsText =
    changed === undefined || objects === undefined ? '' : `${numberText(changed)} of ${numberText(objects)}`;
  return `<tr><th scope="row">${linked(build)}</th><td class="${outcome}">${outcome}</td><td>${timeText(timeOf(build))}</td><td>${objectsText}</td><td>${items === undefined ? '' : numberText(items)}</td><td>${tookMs === undefined ? '' : unbroken(durationText(tookMs))}</td><td>${reasonText(because)}${api ? `; API ${api.health}` : ''}</td></tr>`;
};

const BUILD_HEADS = ['Build', 'Outcome', 'When', 'Objects changed', 'Items', 'Took', 'Why'];

const buildsSection = (history: History): string =>
  history.builds.length === 0
    ? ''
    : sectionOf(
        'builds',
        'Deployments',
        speedOf(history) +
          tableOf('builds', BUILD_HEADS, history.builds.slice(0, BUILDS_SHOWN).map(buildRow)),
      );

/** Source of the figures of others: CloudFront's announcement of fast invalidations. */
const speedOf = ({ builds }: History): string => {
  const took = builds
    .filter(({ outcome }) => outcome === 'live' || outcome === 'live-unproved')
    .flatMap(({ tookMs }) => (tookMs === undefined ? [] : [tookMs]))
    .sort((a, b) => a - b);
  if (took.length === 0) return '';
  const [median, most] = [quantile(took, 0.5), quantile(took, 0.95)];
  return `<p>From the end of a build until it is called live: <strong>${durationText(median)}</strong> in the middle, ${durationText(most)} at the 95th percentile of ${numberText(took.length)}. <span class="dim">AWS says of the invalidation alone: in effect in under 5 s, completed in under 25 s at the 95th percentile. The rest is waiting until nothing changes any more, and the check at the edge.</span></p>`;
};

const apiSection = (history: History, checks: CheckHistory): string => {
  const { last } = checks;
  if (history.health.length === 0 && last === undefined) return '';
  const share = last && uptimeOf(daysUntil(last.at, checks.days));
  const chart = latencyChart(checks);
  const drawn =
    last === undefined
      ? ''
      : `<p>${share === undefined ? 'Nothing is known of its uptime yet' : `<strong>${percentText(share)}</strong> up in the last 90 days, as far as it was looked at`}; checked ${timeText(last.at)}.</p>
${daysBar(checks.days, last.at)}${chart === '' ? '' : `<p>Latency, asked directly (solid) and through the distribution (dashed):</p>${chart}`}`;
  const changes =
    history.health.length === 0
      ? ''
      : `<details><summary>Changes of its health</summary>${tableOf('health', ['When', 'Health', 'Before', 'Why'], history.health.slice(0, HEALTH_SHOWN).map(healthRow))}</details>`;
  return sectionOf('health', 'API', drawn + changes);
};

const healthRow = (report: HealthReport): string => {
  const { at, from, to, outageMs } = report;
  return `<tr><td>${timeText(at)}</td><td class="${to}">${to}</td><td>was ${from}${outageMs === undefined ? '' : `, after an outage of ${durationText(outageMs)}`}</td><td>${escaped(publicReason(report))}</td></tr>`;
};

/** The deployment that an outage followed closely. */
const causeOf = ({ startedAt }: Outage, { builds }: History): BuildReport | undefined =>
  builds.find((build) => {
    const sinceMs = startedAt - build.endedAt;
    return build.outcome.startsWith('live') && sinceMs >= 0 && sinceMs < CAUSED_WITHIN_MS;
  });

const outageRow = (outage: Outage, history: History): string => {
  const { startedAt, endedAt, updates } = outage;
  const cause = causeOf(outage, history);
  const first = updates.at(-1);
  const until =
    endedAt === undefined
      ? '<span class="down">lasts</span>'
      : `${timeText(endedAt)}, after ${durationText(endedAt - startedAt)}`;
  const after = cause
    ? `began ${durationText(startedAt - cause.endedAt)} after the end of build ${linked(cause)}`
    : '';
  return `<tr><td>${timeText(startedAt)}</td><td>${until}</td><td>${first ? escaped(publicReason(first)) : ''}</td><td>${after}</td></tr>`;
};

const outagesSection = (history: History): string => {
  const outages = outagesOf(history.health).slice(0, OUTAGES_SHOWN);
  return outages.length === 0
    ? ''
    : sectionOf(
        'outages',
        'Incidents',
        tableOf(
          'outages',
          ['Began', 'Ended', 'Why', 'Deployment'],
          outages.map((outage) => outageRow(outage, history)),
        ),
      );
};

const FOOTER = `Also as <a href="${STATUS_ROOT}status.json">status.json</a>, <a href="${STATUS_ROOT}history.atom">Atom feed</a>, and badges: <a href="${STATUS_ROOT}badge/site.svg">site</a>, <a href="${STATUS_ROOT}badge/api.svg">API</a>.`;

/** Rounded up: who is told a time can wait for it. */
const minutesText = (ms: number): string => `${numberText(Math.ceil(ms / MINUTE_MS))} minutes`;

const updatedText = (reportedAt: number, checks: CheckHistory): string => {
  const checkedAt = checks.last?.at;
  if (checkedAt !== undefined && checkedAt >= reportedAt)
    return `Last checked: ${timeText(checkedAt)}; the next check is due within ${minutesText(freshnessOf(checks).dueMs)}.`;
  return `Last report: ${reportedAt === 0 ? 'none yet' : timeText(reportedAt)}.`;
};

/** `checks` are absent where no API is checked. All times are in the data: nothing here knows what time it is. */
export const statusPage = (history: History, site: SiteNames, checks: CheckHistory = emptyChecks): string => {
  const newest = newestAt(history);
  const checkedAt = checks.last?.at;
  const isKnown = newest > 0 || checkedAt !== undefined;
  const oldMs = checkedAt === undefined ? OLD_UNCHECKED_MS : freshnessOf(checks).oldMs;
  return pageOf(
    `Status of ${escaped(site.name)}`,
    `<h1>Status of <a href="${escaped(site.url)}/">${escaped(site.name)}</a></h1><p id="updated" class="dim">${updatedText(newest, checks)}</p><p id="old" role="status" hidden></p>`,
    nowSection(history, checks) +
      apiSection(history, checks) +
      outagesSection(history) +
      buildsSection(history),
    FOOTER,
    isKnown ? scriptOf(oldMs) : '',
  );
};
