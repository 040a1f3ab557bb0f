/**
 * The status page: static, readable without JavaScript, and the same for the same history and health.
 *
 * Only what is named here is published: no address of a log, and no setting.
 */

import { type ApiNow, checkedAt, healthNow } from './api-now.ts';
import { isoOf } from './calendar.ts';
import { freshnessOf } from './check-history.ts';
import { type History, newestAt } from './history.ts';
import { apiSection, outagesSection } from './page-api.ts';
import { buildsSection } from './page-builds.ts';
import { briefNow, nowSection } from './page-now.ts';
import { escaped, named, pageOf, STATUS_ROOT, timeText } from './page-text.ts';
import { numberText } from './report-line.ts';
import type { SiteNames } from './status-json.ts';

const MINUTE_MS = 60_000;

/** Without any check nothing is told for weeks where nothing is deployed. */
const OLD_UNCHECKED_MS = 7 * 1_440 * MINUTE_MS;

/**
 * How long ago things were, and that the page is old, to whoever has JavaScript, and for as long as the page is open;
 * everybody else reads the times.
 */
const SCRIPT = `const d=document,ago=m=>m<1?'just now':m<120?m+' min ago':m<2880?Math.floor(m/60)+' h ago':Math.floor(m/1440)+' days ago',since=t=>Math.floor((Date.now()-Date.parse(t))/6e4),show=()=>{for(const e of d.querySelectorAll('[data-ago]'))e.textContent=' ('+ago(since(e.dataset.ago))+')';const o=d.querySelector('#old'),m=since(o.dataset.since);o.hidden=!(m>o.dataset.minutes);o.textContent=o.hidden?'':'This page is old: '+o.dataset.what+' for '+(m<2880?m+' minutes.':Math.floor(m/1440)+' days.')};show();setInterval(show,6e4);d.addEventListener('visibilitychange',show)`;

/** Rounded up: who is told a time can wait for it. */
const minutesText = (ms: number): string => `${numberText(Math.ceil(ms / MINUTE_MS))} minutes`;

const reportedText = (reportedAt: number): string =>
  `Last report: ${reportedAt === 0 ? 'none yet' : timeText(reportedAt)}.`;

/** A report must not make checks look newer than they are. */
const updatedText = (reportedAt: number, { checks }: Partial<ApiNow>): string =>
  checks?.last === undefined
    ? reportedText(reportedAt)
    : `Last checked: ${timeText(checks.last.at)}; the next check is due within ${minutesText(freshnessOf(checks).dueMs)}. ${reportedText(reportedAt)}`;

const oldNotice = (reportedAt: number, { checks }: Partial<ApiNow>): string => {
  const [at, oldMs, what] =
    checks?.last === undefined
      ? [reportedAt, OLD_UNCHECKED_MS, 'nothing was reported']
      : [checks.last.at, freshnessOf(checks).oldMs, 'nothing was checked'];
  return `<p id="old" role="status" hidden data-since="${isoOf(at)}" data-minutes="${Math.ceil(oldMs / MINUTE_MS)}" data-what="${what}"></p>`;
};

const footerOf = (hasApi: boolean): string =>
  `Also as <a href="${STATUS_ROOT}status.json">status.json</a>, <a href="${STATUS_ROOT}history.atom">Atom feed</a>, and badges: <a href="${STATUS_ROOT}badge/site.svg">site</a>${hasApi ? `, <a href="${STATUS_ROOT}badge/api.svg">API</a>` : ''}.`;

/** `api` is absent where none is checked. All times are in the data: nothing here knows what time it is. */
export const statusPage = (history: History, site: SiteNames, api?: ApiNow): string => {
  const reportedAt = newestAt(history);
  const newest = Math.max(reportedAt, checkedAt(api) ?? 0);
  const isKnown = newest > 0;
  return pageOf(
    `${briefNow(history, api)} Status of ${escaped(site.name)}`,
    `<h1>Status of <a href="${escaped(site.url)}/">${named(site.name)}</a></h1><p id="updated" class="dim">${updatedText(reportedAt, api ?? {})}</p>${isKnown ? oldNotice(reportedAt, api ?? {}) : ''}`,
    nowSection(history, api, newest) +
      apiSection(history, api) +
      outagesSection(history) +
      buildsSection(history),
    footerOf(healthNow(history, api) !== undefined),
    isKnown ? SCRIPT : '',
  );
};
