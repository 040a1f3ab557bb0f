/** The front end's calls to its API, which is on the same host below `/api/`. */

export type Item = Readonly<{ id: number; name: string; about: string }>;

export type Loaded = Readonly<
  { kind: 'items'; items: readonly Item[] } | { kind: 'failed'; because: string }
>;

const timeoutMs = 5_000;

/** Never rejects, but for `signal`: a failure is an answer that says why in words for the reader. */
export const loadItems = async (signal: AbortSignal, get: typeof fetch = fetch): Promise<Loaded> => {
  try {
    const response = await get('/api/items', {
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (!response.ok) return { kind: 'failed', because: `it answered ${response.status}` };
    return itemsOf(parsed(await response.text()));
  } catch (error) {
    signal.throwIfAborted();
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    return {
      kind: 'failed',
      because: late ? `no answer in ${timeoutMs / 1_000} seconds` : 'it cannot be reached',
    };
  }
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

/** A wrong route answers with a page instead of items, and with 200. */
const itemsOf = (body: unknown): Loaded => {
  const items = typeof body === 'object' && body !== null && 'items' in body ? body.items : undefined;
  return Array.isArray(items) && items.every(isItem)
    ? { kind: 'items', items }
    : { kind: 'failed', because: 'it answered something else than items' };
};

const isItem = (value: unknown): value is Item =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'number' &&
  'name' in value &&
  typeof value.name === 'string' &&
  'about' in value &&
  typeof value.about === 'string';
