/** What the API says to each request. */

export type Answer = Readonly<{ status: number; body: object; headers?: Readonly<Record<string, string>> }>;

export type Facts = Readonly<{ build: string; now: Date }>;

const ITEMS = [
  { id: 1, name: 'Lantern', about: 'Lights a path of ten steps.' },
  { id: 2, name: 'Compass', about: 'Points to where you started.' },
  { id: 3, name: 'Kettle', about: 'Boils in the time of one build.' },
] as const;

const ANSWERS: ReadonlyMap<string, (facts: Facts) => object> = new Map<string, (facts: Facts) => object>([
  ['/api/health', ({ build }) => ({ status: 'ok', build })],
  ['/api/items', () => ({ items: ITEMS })],
  ['/api/time', ({ now }) => ({ now: now.toISOString() })],
]);

export const answer = (method: string, path: string, facts: Facts): Answer => {
  const body = ANSWERS.get(path);
  if (!body) return { status: 404, body: { error: `no such path: ${path}` } };
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, body: { error: `expected GET, got ${method}` }, headers: { allow: 'GET, HEAD' } };
  }
  return { status: 200, body: body(facts) };
};

export const DOWN: Answer = { status: 503, body: { error: 'the API is down' } };
