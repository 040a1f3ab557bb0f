/** The deployments on the status page: how each ended, how long it took until it was live, and what it cost. */

import type { BuildReport } from './builds.ts';
import { dayOf, monthOf } from './calendar.ts';
import type { History } from './history.ts';
import { quantile, tookChart } from './page-charts.ts';
import { linked, named, reasonText, sectionOf, tableOf, timeText, unbroken } from './page-text.ts';
import { FREE_ITEMS_PER_MONTH, ITEM_PRICE, itemsCost } from './prices.ts';
import { timeOf } from './report.ts';
import { buildName, durationText, itemsText, numberText } from './report-line.ts';

/** With all that is known; the older ones follow without their reasons, which have a page. */
const BUILDS_SHOWN = 25;

/** Of fewer the slowest would be called the 95th percentile. */
const PERCENTILE_FROM = 20;

/**
 * Of the newest build that knows it, and of its month: nothing here knows whether that is over. What is free is
 * AWS's to say and not the budget's, and counts for all sites of the account.
 */
const costOf = ({ builds }: History): string => {
  const build = builds.find(({ itemsOfMonth }) => itemsOfMonth !== undefined);
  const { items, itemsOfMonth: spent, itemsPerMonth: most } = build ?? {};
  if (!build || spent === undefined || most === undefined) return '';
  const { freeLeft, price } = itemsCost(spent);
  const own = items === undefined ? '' : `${itemsText(items)} for build ${named(buildName(build))}; `;
  return `<p>Invalidations: ${own}${numberText(spent)} of the budget of ${itemsText(most)} in ${monthOf(timeOf(build))}, for <strong>${price ?? '$0'}</strong>. Left of the ${numberText(FREE_ITEMS_PER_MONTH)} that are free, if no other site of the account took any: ${numberText(freeLeft)}; each one more costs ${ITEM_PRICE}.</p>`;
};

const tookText = ({ tookMs }: BuildReport): string =>
  tookMs === undefined ? '' : unbroken(durationText(tookMs));

const headOf = (build: BuildReport): string =>
  `<tr><th scope="row">${linked(build)}</th><td class="${build.outcome}">${build.outcome}</td>`;

const buildRow = (build: BuildReport): string => {
  const { because, changed, objects, items, api } = build;
  const objectsText =
    changed === undefined || objects === undefined ? '' : `${numberText(changed)} of ${numberText(objects)}`;
  return `${headOf(build)}<td>${timeText(timeOf(build))}</td><td>${objectsText}</td><td>${items === undefined ? '' : numberText(items)}</td><td>${tookText(build)}</td><td>${reasonText(because)}${api ? `; API ${api.health}` : ''}</td></tr>`;
};

const BUILD_HEADS = ['Build', 'Outcome', 'When', 'Objects changed', 'Items', 'Took', 'Why'];

const olderBuilds = (builds: readonly BuildReport[]): string =>
  builds.length === 0
    ? ''
    : `<details><summary>${numberText(builds.length)} more</summary>${tableOf(
        'builds',
        ['Build', 'Outcome', 'Day'],
        builds.map((build) => `${headOf(build)}<td>${dayOf(timeOf(build))}</td></tr>`),
        'short',
      )}</details>`;

/** Source of the figures of others: CloudFront's announcement of fast invalidations. */
const speedOf = ({ builds }: History): string => {
  const took = builds
    .filter(({ outcome }) => outcome === 'live' || outcome === 'live-unproved')
    .flatMap(({ tookMs }) => (tookMs === undefined ? [] : [tookMs]));
  if (took.length === 0) return '';
  const sorted = took.toSorted((a, b) => a - b);
  const chart = tookChart(took.toReversed());
  const most =
    took.length < PERCENTILE_FROM
      ? `${durationText(sorted.at(-1) ?? 0)} at most`
      : `${durationText(quantile(sorted, 0.95))} at the 95th percentile`;
  return `<p>From the end of a build until it is called live: median <strong>${durationText(quantile(sorted, 0.5))}</strong>, ${most}, of ${numberText(took.length)}.</p>
${chart}<p class="dim">AWS says of the invalidation alone: in effect in under 5 s, completed in under 25 s at the 95th percentile${chart === '' ? '' : ' (dashed)'}. The rest is waiting until nothing changes any more, and the check at the edge.</p>`;
};

export const buildsSection = (history: History): string =>
  history.builds.length === 0
    ? ''
    : sectionOf(
        'builds',
        'Deployments',
        speedOf(history) +
          tableOf('builds', BUILD_HEADS, history.builds.slice(0, BUILDS_SHOWN).map(buildRow)) +
          olderBuilds(history.builds.slice(BUILDS_SHOWN)) +
          costOf(history),
      );
