/** Lists that are given a page at a time; the token says where the next page begins. */

export type Page<T> = Readonly<{ items: readonly T[]; nextToken?: string }>;

/** No token begins at the first item. Undefined for a token that no page can have given. */
export const pageOf = <T>(all: readonly T[], token: unknown, itemsMax: number): Page<T> | undefined => {
  const text = token === undefined ? '0' : String(token);
  if (!/^\d{1,9}$/.test(text)) return undefined;
  const to = Number(text) + itemsMax;
  const items = all.slice(Number(text), to);
  return to < all.length ? { items, nextToken: String(to) } : { items };
};
