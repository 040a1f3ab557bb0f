/** A body with one thing changed, for the tables of what is refused and of what is just taken. */

/** What, where in the body (`a.0.b`), and what is there instead; undefined takes it away. */
export type Change = readonly [what: string, path: string, value: unknown];

const set = (node: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown => {
  const copy = (Array.isArray(node) ? [...node] : { ...(node as object) }) as Record<string, unknown>;
  const next = rest.length === 0 ? value : set(copy[key] ?? {}, rest, value);
  if (next === undefined) delete copy[key];
  else copy[key] = next;
  return copy;
};

/** An empty path is the body itself. */
export const changed = (body: object, path: string, value: unknown): unknown =>
  path === '' ? value : set(body, path.split('.'), value);

export const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
