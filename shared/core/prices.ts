/**
 * What invalidations cost.
 *
 * Source: https://aws.amazon.com/cloudfront/pricing/, "Invalidation requests": the first 1,000 paths of a month are
 * free, each one after them is $0.005. Both count for a whole account, and for all of its distributions together.
 */

export const FREE_ITEMS_PER_MONTH = 1_000;

/** Thousandths of a dollar, so that no sum is rounded. */
const ITEM_MILLS = 5;

/** "$5.00", "$0.005": whole cents, and what is less than one where there is something. */
const dollarsText = (mills: number): string => {
  const text = `${Math.floor(mills / 1_000)}.${String(mills % 1_000).padStart(3, '0')}`;
  return `$${text.replace(/0$/, '')}`;
};

/** What each item costs beyond the free ones. */
export const ITEM_PRICE = dollarsText(ITEM_MILLS);

/** What of a month's items is free still, and what they cost so far: undefined where that is nothing. */
export type ItemsCost = Readonly<{ freeLeft: number; price: string | undefined }>;

/** As far as one site knows: others of the account may have spent items too. */
export const itemsCost = (itemsOfMonth: number): ItemsCost => {
  const beyond = Math.max(0, itemsOfMonth - FREE_ITEMS_PER_MONTH);
  return {
    freeLeft: Math.max(0, FREE_ITEMS_PER_MONTH - itemsOfMonth),
    price: beyond === 0 ? undefined : dollarsText(beyond * ITEM_MILLS),
  };
};
