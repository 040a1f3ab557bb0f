/** What was reported, as an Atom feed. Source: RFC 4287. */

import type { BuildReport } from './builds.ts';
import { isoOf } from './calendar.ts';
import type { HealthReport } from './health-report.ts';
import type { History } from './history.ts';
import { escaped, fileNameOf } from './page-text.ts';
import { publicLine } from './public-text.ts';
import { timeOf } from './report.ts';
import { buildName } from './report-line.ts';
import type { SiteNames } from './status-json.ts';

const ENTRIES_MAX = 50;

/** What is over, or has changed: a feed is no place for what is on its way. */
type News = BuildReport | HealthReport;

const titleOf = (report: News): string =>
  report.kind === 'build' ? `Deployment ${buildName(report)}: ${report.outcome}` : `API: ${report.to}`;

/** Where nothing serves the page nobody reads its feed either. */
const homeOf = ({ url, statusUrl = `${url}/` }: SiteNames): string => statusUrl;

/** A report keeps its id: a reader shows it once. */
const entryOf = (report: News, site: SiteNames): string => {
  const at = isoOf(timeOf(report));
  const page = report.kind === 'build' && report.plan ? `deployments/${fileNameOf(report.build)}.html` : '';
  const home = homeOf(site);
  return `<entry><id>${escaped(`${home}#${report.id}`)}</id><title>${escaped(titleOf(report))}</title><updated>${at}</updated><link href="${escaped(`${home}${page}`)}"/><content type="text">${escaped(publicLine(report))}</content></entry>`;
};

/** `history` decides all of it. */
export const atomFeed = (history: History, site: SiteNames): string => {
  const reports = [...history.builds, ...history.health]
    .sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? -1 : 1))
    .slice(0, ENTRIES_MAX);
  const newest = reports[0] ? timeOf(reports[0]) : 0;
  const home = escaped(homeOf(site));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${home}</id><title>Status of ${escaped(site.name)}</title><updated>${isoOf(newest)}</updated><link href="${home}"/><link rel="self" href="${home}history.atom"/><author><name>${escaped(site.name)}</name></author>
${reports.map((report) => entryOf(report, site)).join('\n')}
</feed>
`;
};
