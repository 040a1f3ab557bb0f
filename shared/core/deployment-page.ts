/** The page of one deployment: what it changed, what was invalidated for it, and why. */

import type { BuildReport } from './builds.ts';
import { escaped, pageOf, sectionOf, tableOf, timeText } from './page-text.ts';
import type { Diff } from './plan-text.ts';
import { buildName, durationText, numberText } from './report-line.ts';
import type { SiteNames } from './status-json.ts';

/** "1 object", "2 objects". */
const counted = (n: number, what: string): string => `${numberText(n)} ${what}${n === 1 ? '' : 's'}`;

const more = (shown: number, of: number, what: string): string =>
  of > shown ? `<p class="dim">and ${counted(of - shown, `more ${what}`)}</p>` : '';

const changes = ({ changes: shown, changed }: Diff): string =>
  shown.length === 0
    ? '<p>None.</p>'
    : `${tableOf(
        'changes',
        ['Object', 'What', 'Why'],
        shown.map(
          ({ key, kind, because }) =>
            `<tr><td>${escaped(key)}</td><td>${escaped(kind)}</td><td>${escaped(because)}</td></tr>`,
        ),
      )}${more(shown.length, changed, 'object')}`;

const items = ({ purged, items: count }: Diff): string =>
  purged.length === 0
    ? '<p>None: no edge had an old copy of what changed.</p>'
    : `${tableOf(
        'items',
        ['Item', 'Why'],
        purged.map(({ item, because }) => `<tr><td>${escaped(item)}</td><td>${escaped(because)}</td></tr>`),
      )}${more(purged.length, count, 'item')}`;

export const deploymentPage = (build: BuildReport, diff: Diff, site: SiteNames): string => {
  const name = escaped(buildName(build));
  const { outcome, because, tookMs } = build;
  return pageOf(
    `Deployment ${name} of ${escaped(site.name)}`,
    `<h1>Deployment ${name} of <a href="/_status/">${escaped(site.name)}</a></h1><p>The build ended ${timeText(build.endedAt)} and was called <span class="${outcome}">${outcome}</span>${tookMs === undefined ? '' : ` ${durationText(tookMs)} later`}: ${escaped(because)}.</p>`,
    `${sectionOf('changes', `${counted(diff.changed, 'object')} changed`, changes(diff))}${sectionOf('items', `${counted(diff.items, 'item')} invalidated`, items(diff))}`,
    '<a href="/_status/">All of the status</a>',
  );
};
