import { request } from 'node:http';
import { type Api, optionsFrom, startApi } from './api/server.ts';
import { loadItems } from './web/api.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const JSON_TYPE = { 'content-type': 'application/json' };
const waits: number[] = [];
let api: Api;

beforeEach(async () => {
  waits.length = 0;
  const wait = async (ms: number) => waits.push(ms);
  api = await startApi({ port: 0, build: '4f1c', now: () => NOW, wait });
});

afterEach(() => api.close());

const get = (path: string, init?: RequestInit) => fetch(`${api.url}${path}`, init);
const control = (body: string, headers: Record<string, string> = JSON_TYPE) =>
  get('/control', { method: 'POST', body, headers });
const load = () => loadItems(new AbortController().signal, (path, init) => get(String(path), init));

describe('the API', () => {
  test.each([
    ['/api/health', { status: 'ok', build: '4f1c' }],
    ['/api/time?zone=any', { now: '2026-11-23T12:00:00.000Z' }],
    ['/api/items', { items: expect.arrayContaining([expect.objectContaining({ id: 3 })]) }],
  ])('answers %s with JSON that nobody may keep', async (path, expected) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual(expected);
  });

  test.each([
    ['GET', '/api/nothing', 404],
    ['GET', '/', 404],
    ['POST', '/api/items', 405],
    ['HEAD', '/api/items', 200],
  ])('answers %s %s with %d', async (method, path, status) => {
    expect((await get(path, { method })).status).toBe(status);
  });
});

const expectControl = async (body: string, status: number): Promise<void> => {
  const response = await control(body);
  expect(response.status).toBe(status);
  if (status !== 200) {
    expect(await response.json()).toEqual({ error: expect.stringMatching(/expected/) });
    expect(await (await get('/control')).json()).toEqual({ mode: 'ok' });
  }
};

describe('from outside', () => {
  test('it goes down for every path, and comes back', async () => {
    expect(await (await control('{"mode":"down"}')).json()).toEqual({ mode: 'down' });
    expect((await get('/api/health')).status).toBe(503);
    expect((await get('/api/items')).status).toBe(503);
    expect(await (await get('/control')).json()).toEqual({ mode: 'down' });

    await control('{"mode":"ok"}');
    expect((await get('/api/health')).status).toBe(200);
  });

  test('it is slowed by as much as was asked for, and mended', async () => {
    await control('{"mode":"slow","delayMs":2500}');
    expect((await get('/api/health')).status).toBe(200);
    expect(waits).toEqual([2500]);

    await control('{"mode":"ok"}');
    await get('/api/health');
    expect(waits).toEqual([2500]);
  });

  test.each([
    ['{"mode":"slow","delayMs":0}', 200],
    ['{"mode":"slow","delayMs":60000}', 200],
    ['{"mode":"slow","delayMs":60001}', 400],
    ['{"mode":"slow","delayMs":-1}', 400],
    ['{"mode":"slow","delayMs":1.5}', 400],
    ['{"mode":"slow","delayMs":"1"}', 400],
    ['{"mode":"slow"}', 400],
    ['{"mode":"gone"}', 400],
    ['null', 400],
    ['[]', 400],
    ['down', 400],
  ])('control of %s is answered with %d', expectControl);

  test.each([
    [1_024, 200],
    [1_025, 413],
  ])('control of %d bytes is answered with %d', (length, status) =>
    expectControl(`{"mode":"ok"${' '.repeat(length - 13)}}`, status),
  );

  test('control of unknown length is refused', async () => {
    const body = new Blob(['{"mode":"down"}']).stream();
    const init: RequestInit = { method: 'POST', body, headers: JSON_TYPE, duplex: 'half' };
    expect((await get('/control', init)).status).toBe(413);
    expect((await get('/api/health')).status).toBe(200);
  });

  test('a form on a web page cannot break it', async () => {
    expect((await control('{"mode":"down"}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await get('/api/health')).status).toBe(200);
  });

  test('it cannot be touched when other machines can reach it', async () => {
    const open = await startApi({ port: 0, host: '0.0.0.0' });
    const response = await fetch(`http://127.0.0.1:${open.port}/control`, {
      method: 'POST',
      body: '{"mode":"down"}',
      headers: JSON_TYPE,
    });
    await open.close();
    expect(response.status).toBe(404);
  });
});

test('closing ends a slow answer at once, and that is no error', async () => {
  const errors: unknown[] = [];
  const { error } = console;
  console.error = (...said: unknown[]) => errors.push(said);
  const slow = await startApi({ port: 0 });
  await fetch(`${slow.url}/control`, {
    method: 'POST',
    body: '{"mode":"slow","delayMs":60000}',
    headers: JSON_TYPE,
  });
  const cut = new Promise((resolve) => {
    request(`${slow.url}/api/health`).on('error', resolve).end();
  });
  await (await fetch(`${slow.url}/control`)).json();
  await slow.close();
  expect(await cut).toMatchObject({ code: 'ECONNRESET' });
  await new Promise(setImmediate);
  console.error = error;
  expect(errors).toEqual([]);
});

test.each([
  [{}, { port: 8080, host: '127.0.0.1' }],
  [
    { PORT: '0', HOST: '0.0.0.0', CODEBUILD_RESOLVED_SOURCE_VERSION: 'abc' },
    { port: 0, host: '0.0.0.0', build: 'abc' },
  ],
])('of the environment %j it takes %j', (env, expected) => {
  expect(optionsFrom(env)).toEqual(expected);
});

test.each(['-1', '65536', 'http', '1.5'])('a port of %s is refused by name', (PORT) => {
  expect(() => optionsFrom({ PORT })).toThrow(`PORT: expected 0 to 65535, got '${PORT}'`);
});

describe('the front end', () => {
  test('has the items', async () => {
    expect(await load()).toMatchObject({ kind: 'items', items: [{ id: 1 }, { id: 2 }, { id: 3 }] });
  });

  test('says why it has none when the API is down', async () => {
    await control('{"mode":"down"}');
    expect(await load()).toEqual({ kind: 'failed', because: 'it answered 503' });
  });

  test.each([
    ['a page', new Response('<!doctype html>'), 'it answered something else than items'],
    ['other JSON', Response.json({ items: [{ id: '1' }] }), 'it answered something else than items'],
    ['no reply', new TypeError('fetch failed'), 'it cannot be reached'],
    ['a late reply', new DOMException('too late', 'TimeoutError'), 'no answer in 5 seconds'],
  ])('says why it has none after %s', async (_case, reply, because) => {
    const answered = reply instanceof Response ? Promise.resolve(reply) : Promise.reject(reply);
    expect(await loadItems(new AbortController().signal, () => answered)).toEqual({
      kind: 'failed',
      because,
    });
  });

  test('says nothing of a view that was left', async () => {
    const left = AbortSignal.abort();
    await expect(loadItems(left, () => Promise.reject(left.reason))).rejects.toBe(left.reason);
  });
});
