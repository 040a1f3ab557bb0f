/**
 * The status page: static, readable without JavaScript, and the same for the same history.
 *
 * Only what is named here is published: no address of a log, and no setting.
 */

import type { BuildReport } from './builds.ts';
import { isoOf } from './calendar.ts';
import type { HealthReport } from './health-report.ts';
import type { History } from './history.ts';
import { timeOf } from './report.ts';
import { buildName, durationText, numberText } from './report-line.ts';
import { healthNow, type SiteNames } from './status-json.ts';

const BUILDS_SHOWN = 20;
const HEALTH_SHOWN = 20;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (found) => ENTITIES[found] ?? found);

const time = (at: number): string => {
  const iso = isoOf(at);
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
};

const STYLE = `
:root{color-scheme:light dark;--good:#1a7f37;--bad:#b3261e;--some:#8a5a00}
@media (prefers-color-scheme:dark){:root{--good:#56d364;--bad:#ff8a80;--some:#e3b341}}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}caption{text-align:left}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid #8884}
dt{font-weight:600}dd{margin:0 0 .75rem}.scroll{overflow-x:auto}
.live,.healthy{color:var(--good)}.failed,.stuck,.unhealthy{color:var(--bad)}
.live-unproved,.stopped,.superseded,.degraded,.paused,.deploying{color:var(--some)}
#old{border:1px solid;padding:.5rem}
`.replace(/\n/g, '');

/** Says that the page is old, to whoever has JavaScript; everybody else reads the time. */
const OLD_AFTER_DAYS = 7;
const SCRIPT = `const t=document.querySelector('#updated time'),d=(Date.now()-Date.parse(t.dateTime))/864e5;if(d>${OLD_AFTER_DAYS}){const o=document.querySelector('#old');o.textContent='Nothing was reported for '+Math.floor(d)+' days.';o.hidden=false}`;

/** The build that visitors get: the newest that came through. */
const liveBuild = ({ builds }: History): BuildReport | undefined =>
  builds.find(({ outcome }) => outcome === 'live' || outcome === 'live-unproved');

const nowSection = (history: History): string => {
  const live = liveBuild(history);
  const health = healthNow(history);
  const [changed] = history.health;
  return `<section aria-labelledby="now"><h2 id="now">Now</h2><dl>
<dt>Site</dt><dd>${live ? `build <strong>${escaped(buildName(live))}</strong> is <span class="${live.outcome}">${live.outcome}</span> since ${time(timeOf(live))}: ${escaped(live.because)}` : 'no build has been called live yet'}</dd>
<dt>API</dt><dd><span class="${health}">${health}</span>${changed ? `, last change ${time(changed.at)}: ${escaped(changed.because)}` : ''}</dd>
</dl></section>`;
};

const buildRow = (build: BuildReport): string => {
  const { outcome, because, changed, objects, items, tookMs, api } = build;
  const objectsText =
    changed === undefined || objects === undefined ? '' : `${numberText(changed)} of ${numberText(objects)}`;
  return `<tr><th scope="row">${escaped(buildName(build))}</th><td class="${outcome}">${outcome}</td><td>${time(timeOf(build))}</td><td>${objectsText}</td><td>${items === undefined ? '' : numberText(items)}</td><td>${tookMs === undefined ? '' : durationText(tookMs)}</td><td>${escaped(because)}${api ? `; API ${api.health}` : ''}</td></tr>`;
};

const buildsSection = ({ builds }: History): string =>
  builds.length === 0
    ? ''
    : `<section aria-labelledby="builds"><h2 id="builds">Deployments</h2><div class="scroll"><table><thead><tr><th scope="col">Build</th><th scope="col">Outcome</th><th scope="col">When</th><th scope="col">Objects changed</th><th scope="col">Items</th><th scope="col">Took</th><th scope="col">Why</th></tr></thead><tbody>
${builds.slice(0, BUILDS_SHOWN).map(buildRow).join('\n')}
</tbody></table></div></section>`;

const healthRow = ({ at, from, to, because, outageMs }: HealthReport): string =>
  `<tr><td>${time(at)}</td><td class="${to}">${to}</td><td>was ${from}${outageMs === undefined ? '' : `, after an outage of ${durationText(outageMs)}`}</td><td>${escaped(because)}</td></tr>`;

const healthSection = ({ health }: History): string =>
  health.length === 0
    ? ''
    : `<section aria-labelledby="health"><h2 id="health">API</h2><div class="scroll"><table><thead><tr><th scope="col">When</th><th scope="col">Health</th><th scope="col">Before</th><th scope="col">Why</th></tr></thead><tbody>
${health.slice(0, HEALTH_SHOWN).map(healthRow).join('\n')}
</tbody></table></div></section>`;

export const statusPage = (history: History, site: SiteNames): string => {
  const newest = [...history.builds, ...history.health].map(timeOf).reduce((a, b) => Math.max(a, b), 0);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Status of ${escaped(site.name)}</title><style>${STYLE}</style></head>
<body><header><h1>Status of <a href="/">${escaped(site.name)}</a></h1>
<p id="updated">Last report: ${newest === 0 ? 'none yet' : time(newest)}. Also as <a href="status.json">status.json</a>.</p>
<p id="old" role="status" hidden></p></header>
<main>${nowSection(history)}${buildsSection(history)}${healthSection(history)}</main>
${newest === 0 ? '' : `<script>${SCRIPT}</script>`}</body></html>
`;
};
