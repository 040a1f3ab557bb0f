/** The API on the status page: how long it was up, how fast it answered, and its incidents. */

import type { ApiNow } from './api-now.ts';
import type { BuildReport } from './builds.ts';
import { dayOf } from './calendar.ts';
import { type CheckHistory, DAYS_KEPT, daysUntil, emptyChecks, uptimeOf } from './check-history.ts';
import type { HealthReport } from './health-report.ts';
import type { History } from './history.ts';
import { type Outage, outagesOf } from './outages.ts';
import { daysBar, latencyChart } from './page-charts.ts';
import { escaped, linked, percentText, sectionOf, tableOf, timeText, unbroken } from './page-text.ts';
import { publicReason } from './public-text.ts';
import { durationText } from './report-line.ts';

const HEALTH_SHOWN = 20;
const OUTAGES_SHOWN = 10;

/** An outage that begins so soon after a deployment is told with it: so far that is all that anybody knows. */
const CAUSED_WITHIN_MS = 1_800_000;

/** Not more days than there were. */
const spanText = (days: CheckHistory['days']): string => {
  const known = days.filter((day) => uptimeOf([day]) !== undefined);
  const [first] = known;
  return known.length < DAYS_KEPT && first ? `since ${dayOf(first.at)}` : `in the last ${DAYS_KEPT} days`;
};

/** In words as well, for whoever sees no colours or cannot point at a bar. */
const faultyDays = (days: CheckHistory['days']): string => {
  const rows = days.toReversed().flatMap((day) => {
    const share = uptimeOf([day]);
    return share === undefined || share === 1
      ? []
      : [`<tr><td>${dayOf(day.at)}</td><td>${percentText(share)}</td></tr>`];
  });
  return rows.length === 0
    ? ''
    : `<details><summary>Days that were not all up (${rows.length})</summary>${tableOf('health', ['Day', 'Up'], rows, 'short')}</details>`;
};

const drawn = (checks: CheckHistory): string => {
  const { last } = checks;
  if (last === undefined) return '';
  const days = daysUntil(last.at, checks.days);
  const share = uptimeOf(days);
  const up =
    share === undefined
      ? 'Nothing is known of its uptime yet'
      : `<strong>${percentText(share)}</strong> up ${spanText(days)}, as far as it was looked at`;
  return `<p>${up}.</p>
${daysBar(checks.days, last.at)}${latencyChart(checks)}${faultyDays(days)}`;
};

const healthRow = (report: HealthReport): string => {
  const { at, from, to, outageMs } = report;
  return `<tr><td>${timeText(at)}</td><td class="${to}">${to}</td><td>was ${from}${outageMs === undefined ? '' : `, after an outage of ${durationText(outageMs)}`}</td><td>${escaped(publicReason(report))}</td></tr>`;
};

export const apiSection = ({ health }: History, api: ApiNow | undefined): string => {
  const { checks = emptyChecks } = api ?? {};
  if (health.length === 0 && checks.last === undefined) return '';
  const changes =
    health.length === 0
      ? ''
      : `<details><summary>Changes of its health</summary>${tableOf('health', ['When', 'Health', 'Before', 'Why'], health.slice(0, HEALTH_SHOWN).map(healthRow))}</details>`;
  return sectionOf('health', 'API', drawn(checks) + changes);
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
      ? '<span class="down">ongoing</span>'
      : `${timeText(endedAt)}, after ${unbroken(durationText(endedAt - startedAt))}`;
  const after = cause
    ? `began ${durationText(startedAt - cause.endedAt)} after the end of build ${linked(cause)}`
    : '';
  return `<tr><td>${timeText(startedAt)}</td><td>${until}</td><td>${first ? escaped(publicReason(first)) : ''}</td><td>${after}</td></tr>`;
};

export const outagesSection = (history: History): string => {
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
