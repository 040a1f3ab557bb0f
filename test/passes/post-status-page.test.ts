/** The page that is made anew for checks, and the pages of deployments. */

import { blobName } from '../../shared/core/blobs.ts';
import { parseChannels } from '../../shared/core/channels.ts';
import { emptyChecks, withCheck } from '../../shared/core/check-history.ts';
import { emptyHealth } from '../../shared/core/health-state.ts';
import { encodeHealth } from '../../shared/core/health-stored.ts';
import { emptyHistory, encodeHistory, withReport } from '../../shared/core/history.ts';
import { planText } from '../../shared/core/plan-text.ts';
import { PAGE_MESSAGE } from '../../shared/core/report.ts';
import { aBuildReport, aHealthReport, NOON } from '../core/report-fixture.ts';
import { type StatusWorld, statusWorld } from './status-world.ts';

const checked = (world: StatusWorld, at: number): void => {
  const checks = withCheck(emptyChecks, { at, state: 'up', directMs: 84 });
  world.health = { bytes: encodeHealth({ ...emptyHealth(at), health: 'healthy', checks }), etag: `e${at}` };
};

const PLAN_TEXT = planText(
  ['/index.html'],
  [{ item: '/index.html', because: 'changed (ETag)' }],
  [{ key: 'index.html', kind: 'changed', because: 'ETag' }],
);
const PLAN = blobName(new TextEncoder().encode(PLAN_TEXT), NOON);

test('new checks have the page and status.json made anew, and nothing else', async () => {
  const world = statusWorld({ workers: 1 });
  world.put(new TextDecoder().decode(encodeHistory(withReport(emptyHistory, aHealthReport()))));
  checked(world, NOON + 60_000);
  world.send(PAGE_MESSAGE);
  await world.settle();
  expect([...world.files.keys()]).toEqual(['status.json', 'index.html']);
  expect(world.files.get('index.html')?.body).toContain('2026-11-23 12:01 UTC');
  expect(JSON.parse(world.files.get('status.json')?.body ?? '{}').page.updated_at).toBe(
    '2026-11-23T12:01:00.000Z',
  );
  expect([world.historyWrites, world.posts.length]).toEqual([0, 0]);
});

test('before anything is known of the API, they have all made that the page leads to', async () => {
  const world = statusWorld({ workers: 1 });
  checked(world, NOON + 60_000);
  world.send(PAGE_MESSAGE);
  await world.settle();
  const [index] = [...world.files.keys()].slice(-1);
  expect(index).toBe('index.html');
  const links = world.files.get('index.html')?.body.match(/(?<=href="\/_status\/)[^"]+/g) ?? [];
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect([...world.files.keys()]).toContain(link);
  expect(JSON.parse(world.files.get('badge/api.json')?.body ?? '{}').message).toBe('up');
});

test.each([
  ['nothing was told before', undefined],
  ['the health of the API was', aHealthReport({ at: NOON - 60_000 })],
])(
  'a page that is made anew takes no report off again, however slow its worker is: %s',
  async (_case, told) => {
    for (let slow = 0; slow < 16; slow += 1) {
      let calls = 0;
      const world = statusWorld({
        // The first worker makes so many calls, then the other all of its own.
        choose: (waiting) => {
          calls += 1;
          return Math.max(0, waiting.indexOf(calls <= slow ? 0 : 1));
        },
      });
      if (told) world.put(new TextDecoder().decode(encodeHistory(withReport(emptyHistory, told))));
      checked(world, NOON + 60_000);
      world.send(PAGE_MESSAGE);
      world.send({ channel: 'page', report: aBuildReport() });
      await world.settle();
      for (const name of ['index.html', 'status.json', 'history.atom', 'badge/site.svg', 'badge/site.json'])
        expect([slow, name, world.files.get(name)?.body.includes('a1b2c3d')]).toEqual([slow, name, true]);
    }
  },
);

test('the page tells of the last check, however slow the worker is that drew the one before', async () => {
  for (let slow = 0; slow < 24; slow += 1) {
    let calls = 0;
    const world = statusWorld({
      choose: (waiting) => {
        calls += 1;
        if (calls === slow) checked(world, NOON + 360_000);
        return Math.max(0, waiting.indexOf(calls <= slow ? 0 : 1));
      },
    });
    checked(world, NOON + 60_000);
    world.send(PAGE_MESSAGE);
    world.send(PAGE_MESSAGE);
    await world.settle();
    const [at] = calls >= slow && slow > 0 ? ['12:06'] : ['12:01'];
    expect([slow, world.files.get('index.html')?.body.includes(`2026-11-23 ${at} UTC`)]).toEqual([
      slow,
      true,
    ]);
    expect(JSON.parse(world.files.get('status.json')?.body ?? '{}').page.updated_at).toContain(at);
  }
});

test('the page of a report tells of the last check, also where that came while it was drawn', async () => {
  let isLater = 0;
  for (let slow = 1; slow < 24; slow += 1) {
    let calls = 0;
    const world = statusWorld({
      workers: 1,
      choose: () => {
        calls += 1;
        if (calls === slow) checked(world, NOON + 360_000);
        return 0;
      },
    });
    checked(world, NOON + 60_000);
    world.send({ channel: 'page', report: aBuildReport() });
    await world.settle();
    // What comes after all of it is read again is for the next message.
    const drawn = world.files.get('index.html')?.body.includes('2026-11-23 12:06 UTC') === true;
    if (drawn) isLater = slow;
    else expect([slow, calls - slow <= 1]).toEqual([slow, true]);
  }
  expect(isLater).toBeGreaterThan(8);
});

test('without a page nobody makes one', async () => {
  const world = statusWorld({ workers: 1, channels: parseChannels('[{"name":"log","kind":"log"}]') });
  checked(world, NOON);
  world.send(PAGE_MESSAGE);
  await world.settle();
  expect(world.files.size).toBe(0);
});

test('a report is drawn with the checks that there are', async () => {
  const world = statusWorld({ workers: 1 });
  checked(world, NOON + 600_000);
  world.send({ channel: 'page', report: aBuildReport() });
  await world.settle();
  expect(world.files.get('index.html')?.body).toContain(
    'Last checked: <time datetime="2026-11-23T12:10:00.000Z">',
  );
});

test('checks that cannot be read do not stop the page', async () => {
  const world = statusWorld({ workers: 1 });
  world.health = { bytes: new TextEncoder().encode('{'), etag: 'e' };
  world.send({ channel: 'page', report: aBuildReport() });
  await world.settle();
  expect(world.files.get('index.html')?.body).toContain('Last report:');
});

test('a deployment has a page of its own, there before anything leads to it', async () => {
  const world = statusWorld({ workers: 1 });
  world.blobs.set(PLAN, new TextEncoder().encode(PLAN_TEXT));
  world.send({ channel: 'page', report: aBuildReport({ plan: PLAN }) });
  await world.settle();
  const names = [...world.files.keys()];
  expect(names[0]).toBe('deployments/1111.html');
  expect(names.at(-1)).toBe('index.html');
  expect(world.files.get('deployments/1111.html')?.body).toContain(
    '<td>/index.html</td><td>changed (ETag)</td>',
  );
  expect(world.files.get('index.html')?.body).toContain('href="/_status/deployments/1111.html"');
});

test.each([
  ['gone', undefined],
  ['another one', '{"items":[]}'],
])('a plan that is %s stops nothing', async (_case, stored) => {
  const world = statusWorld({ workers: 1 });
  if (stored !== undefined) world.blobs.set(PLAN, new TextEncoder().encode(stored));
  world.send({ channel: 'page', report: aBuildReport({ plan: PLAN }) });
  await world.settle();
  expect(world.files.has('deployments/1111.html')).toBe(false);
  expect(world.files.get('index.html')?.body).toContain('a1b2c3d');
  expect(world.files.get('index.html')?.body).not.toContain('deployments/');
  expect(world.files.get('history.atom')?.body).not.toContain('deployments/');
  expect(world.told('plan-unreadable')).toHaveLength(1);
});
