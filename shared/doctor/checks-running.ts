/** What runs, or should: the state, the ticks, and the items of the month. */

import { monthOf } from '../core/calendar.ts';
import type { Head, ParsedHead } from '../core/head.ts';
import { itemsLeft } from '../core/ledger.ts';
import { FREE_ITEMS_PER_MONTH, ITEM_PRICE } from '../core/prices.ts';
import { numberText } from '../core/report-line.ts';
import { siteId } from '../core/settings.ts';
import { counted, type Deployment, ok, redeploy, spanOf, type Verdict, warn, wrong } from './checks.ts';

/** A tick comes every five minutes; CloudWatch's alarm waits as long. */
const TICK_LATE_MS = 900_000;
/** An invalidation that was decided takes seconds; only refusals make it take longer. */
const INTENT_LATE_MS = 900_000;

export type Site = Readonly<{ bucket: string; distributionId: string }>;

/** `missing` is what every stack has before its first pass. */
export const judgeState = (head: ParsedHead | 'missing', site: Site, logs: string, now: number): Verdict => {
  if (head === 'missing') {
    return warn('no pass has run yet: the first comes with the first tick, within five minutes', logs);
  }
  if (head.kind === 'unreadable') {
    return wrong(
      `head.json cannot be read (${head.because}): the next pass keeps it aside and invalidates everything`,
      logs,
    );
  }
  const owner = head.head.site;
  return owner === siteId(site)
    ? judgeHead(head.head, logs, now)
    : wrong(
        `the state is that of ${owner}: the next pass keeps it aside and invalidates everything`,
        '# nothing to do where the site was moved on purpose',
      );
};

const judgeHead = (head: Head, logs: string, now: number): Verdict => {
  const { intent, follows, outbox, widen } = head;
  if (intent && now - intent.at > INTENT_LATE_MS) {
    return wrong(
      `an invalidation that was decided ${spanOf(now - intent.at)} ago is not made yet: CloudFront refuses it, or no pass runs`,
      logs,
    );
  }
  const stuck = follows.filter((follow) => follow.stuck).length;
  if (stuck > 0) return warn(`${counted(stuck, 'invalidation')} did not complete in time`, logs);
  if (widen !== undefined) return warn(`everything is to be invalidated: ${widen}`, logs);
  const pending = [
    ...(intent ? ['an invalidation is being made'] : []),
    ...(follows.length > 0 ? [`${counted(follows.length, 'invalidation')} on the way to the edges`] : []),
    ...(outbox.length > 0 ? [`${counted(outbox.length, 'message')} to send`] : []),
  ];
  return ok(`${counted(head.objects, 'object')} recorded, ${pending.join(', ') || 'nothing pending'}`);
};

/** `at`: when the last tick left its note, ms since 1970; `sinceMs`: for how long there could have been one. */
export const judgeTick = (
  at: number | 'never',
  sinceMs: number,
  look: readonly string[],
  now: number,
): Verdict => {
  if (at === 'never') {
    return sinceMs > TICK_LATE_MS
      ? wrong(`no tick has come since the stack was deployed, ${spanOf(sinceMs)} ago`, ...look)
      : warn('no tick has come yet: the first does within five minutes');
  }
  return now - at > TICK_LATE_MS
    ? wrong(`the last tick came ${spanOf(now - at)} ago, although there is one every five minutes`, ...look)
    : ok(`the last tick came ${spanOf(now - at)} ago`);
};

const PRICE_OF_MORE = `# a higher budget costs ${ITEM_PRICE} for each item above the ${numberText(FREE_ITEMS_PER_MONTH)} of the account:`;

/** What is said of items: a plan with nothing left is one `/*`. */
export const judgeItems = (
  head: Head,
  itemsPerMonth: number,
  deployment: Deployment,
  now: number,
): Verdict => {
  const left = itemsLeft(head.ledger, now, itemsPerMonth);
  const used = head.ledger.month >= monthOf(now) ? head.ledger.items : 0;
  const said = `${used} of ${itemsPerMonth} items of the month`;
  const raise = redeploy(deployment, `itemsPerMonth=${Math.max(2_000, 2 * itemsPerMonth)}`);
  if (left === 0) {
    return wrong(
      `${said} are used up: until the month ends every change invalidates everything`,
      PRICE_OF_MORE,
      ...raise,
    );
  }
  return left * 5 < itemsPerMonth
    ? warn(`${said} are used: with none left every change invalidates everything`, PRICE_OF_MORE, ...raise)
    : ok(`${said} are used`);
};
