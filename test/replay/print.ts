/** The report of a replay for a person. */

import { FREE_ITEMS_PER_MONTH } from '../../shared/core/prices.ts';
import type { Options } from './options.ts';
import type { Report } from './run.ts';

const ITEMS_PRINTED_MAX = 40;

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const bar = (part: number, whole: number, width = 40): string => {
  const filled = whole === 0 ? 0 : Math.round((part / whole) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
};

export const printReport = (report: Report, options: Options): string =>
  [...changes(report), ...plan(report), ...verdict(report), ...cost(report, options)].join('\n');

const changes = ({ objects, changed, added, removed, unchanged }: Report): readonly string[] => [
  '',
  `  ${plural(objects, 'file')} in the new build`,
  `    ${bar(unchanged, objects)}  ${unchanged} the same, uploaded again`,
  `    ${bar(changed, objects)}  ${changed} changed`,
  `    ${bar(added, objects)}  ${added} added`,
  `    ${''.padEnd(40)}  ${removed} removed`,
  '',
];

const plan = ({ invalidations, items }: Report): readonly string[] => {
  if (invalidations.length === 0) return ['  Nothing to invalidate: no call to CloudFront.', ''];
  const all = invalidations.flatMap((invalidation) => invalidation.items);
  const width = Math.min(60, Math.max(...all.map(({ item }) => item.length)));
  const shown = all
    .slice(0, ITEMS_PRINTED_MAX)
    .map(({ item, because }) => `    ${item.padEnd(width)}  ${because}`);
  const left = all.length - shown.length;
  return [
    `  ${plural(items, 'item')} in ${plural(invalidations.length, 'invalidation')}`,
    ...shown,
    ...(left > 0 ? [`    and ${left} more`] : []),
    '',
  ];
};

const verdict = (report: Report): readonly string[] => {
  const { stale, collateral, expiring, outcome, seconds } = report;
  const list = (urls: readonly string[]): readonly string[] => urls.map((url) => `      ${url}`);
  return [
    `  ${stale === 0 ? '✔ nothing stale' : `✘ ${plural(stale, 'URL')} stale`} at any edge`,
    ...list(report.staleUrls),
    `  ${collateral === 0 ? '✔ nothing purged' : `✘ ${plural(collateral, 'URL')} purged`} that stayed the same`,
    ...list(report.collateralUrls),
    ...(expiring > 0 ? [`  · ${plural(expiring, 'removed file')} left to expire`] : []),
    ...(outcome ? [`  · the build ended as ${outcome.outcome} (${outcome.because})`] : []),
    ...(seconds.toLive === null
      ? []
      : [`  · ${seconds.toLive.toFixed(1)} s from the end of the upload to the verdict`]),
    '',
  ];
};

const cost = ({ items, unchanged, calls }: Report, { keepRemoved }: Options): readonly string[] => {
  const total = Object.values(calls)
    .flatMap((operations) => Object.values(operations))
    .reduce((sum, n) => sum + n, 0);
  const builds = items === 0 ? 'any number of' : String(Math.floor(FREE_ITEMS_PER_MONTH / items));
  return [
    `  ${plural(items, 'item')} of the ${FREE_ITEMS_PER_MONTH.toLocaleString('en')} that are free each month: ${builds} such builds cost nothing`,
    `  a purge of /* is 1 item, and would have emptied ${plural(unchanged, 'URL')} that stayed the same${keepRemoved ? ', and those kept' : ''}`,
    `  ${plural(total, 'call')} to AWS by the handlers`,
    '',
  ];
};
