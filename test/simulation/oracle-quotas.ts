/** Promise 5: within the quotas and the budget by the project's own account, never by being refused. */

import type { InvalidationRecord } from '../world/cloudfront.ts';
import type { Judged, Violation } from './judged.ts';

const PROMISE = '5 within quotas and budget';

const QUOTA_REFUSALS = ['Throttling', 'TooManyInvalidationsInProgress'];

/** A lost head takes the account with it: what was sent shortly before is not known any more. */
const isAccountLost = ({ deeds }: Judged): boolean => deeds.harms > 0;

export const quotasAtRest = (judged: Judged): readonly Violation[] => {
  const refused = [...judged.cloud.cloudfront.refusals]
    .filter(([name]) => !(isAccountLost(judged) && QUOTA_REFUSALS.includes(name)))
    .map(([name, count]) => ({ promise: PROMISE, because: `CloudFront refused ${count} times: ${name}` }));
  return isAccountLost(judged) ? refused : [...refused, ...overBudget(judged)];
};

const monthOf = ({ createdAt }: InvalidationRecord): string => new Date(createdAt).toISOString().slice(0, 7);

/** Single items are always allowed, so that an empty budget still means something is invalidated. */
const overBudget = ({ cloud, schedule }: Judged): readonly Violation[] => {
  const { itemsPerMonth } = schedule.settings;
  const spent = new Map<string, number>();
  for (const record of cloud.cloudfront.listInvalidations()) {
    const items = record.items.length === 1 ? 0 : record.items.length;
    spent.set(monthOf(record), (spent.get(monthOf(record)) ?? 0) + items);
  }
  return [...spent].flatMap(([month, items]) =>
    items <= itemsPerMonth
      ? []
      : [{ promise: PROMISE, because: `${items} items in ${month}, ${itemsPerMonth} allowed` }],
  );
};
