/** A report as a CloudEvent, for whoever has a webhook of their own. Source: CloudEvents 1.0, JSON format. */

import { isoOf } from './calendar.ts';
import { type Report, subjectOf, timeOf } from './report.ts';
import { reportLine } from './report-line.ts';

/** The delivery's id stays the same however often it is tried; `body` too. */
export type Delivery = Readonly<{ id: string; body: string }>;

/** What leaves the account; the addresses of a log and of a blob stay inside it. */
const dataOf = (report: Report): object => {
  if (report.kind === 'health') return report;
  if (report.kind === 'start') {
    const { logUrl: _logUrl, ...data } = report;
    return data;
  }
  const { logUrl: _logUrl, plan: _plan, ...data } = report;
  return data;
};

const typeOf = (report: Report): string =>
  `afterbuild.${report.kind === 'health' ? 'health' : 'build'}.${subjectOf(report)}`;

/** `site` is the address of the site, which is the event's source. */
export const webhookDelivery = (report: Report, channel: string, site: string): Delivery => ({
  id: `${report.id}/${channel}`,
  body: JSON.stringify({
    specversion: '1.0',
    id: report.id,
    source: site,
    type: typeOf(report),
    time: isoOf(timeOf(report)),
    datacontenttype: 'application/json',
    data: { text: reportLine(report), ...dataOf(report) },
  }),
});
