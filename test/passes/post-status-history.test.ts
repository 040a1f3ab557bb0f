import { emptyHistory, type History, withReport } from '../../shared/core/history.ts';
import type { Report } from '../../shared/core/report.ts';
import { statusJson } from '../../shared/core/status-json.ts';
import { statusPage } from '../../shared/core/status-page.ts';
import { aBuildReport, aHealthReport, SITE_NAMES } from '../core/report-fixture.ts';
import { type StatusWorld, statusWorld } from './status-world.ts';

const REPORTS = [aBuildReport({ id: 'b1' }), aHealthReport({ id: 'h1' })] as const;

/** Calls of two workers that each post a report without being disturbed, and how many of their orders are tried. */
const CALLS_MAX = 26;
const ORDERS = 3_000;

/** Orders that are spread over all of them, and the same in every run. */
const orderOf = (index: number): readonly number[] => {
  let state = index * 48_271 + 1;
  return Array.from({ length: CALLS_MAX }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state >> 12) & 1;
  });
};

describe('the history', () => {
  const toPage = (report: Report) => ({ channel: 'page', report });
  const told = async (world: StatusWorld) => {
    const [report] = REPORTS;
    world.send(toPage(report));
    await world.settle();
    expect(world.history()).toEqual(withReport(emptyHistory, report));
    expect(world.files.get('index.html')?.body).toBe(statusPage(world.history(), SITE_NAMES));
  };

  test.each([
    ['written', [], 1],
    ['refused once', ['conflict'], 2],
    ['lost without a reply', ['lost'], 2],
    ['there without a reply: it is not written again', ['unheard'], 1],
    ['refused four times', ['conflict', 'conflict', 'conflict', 'conflict'], 5],
  ] as const)('is %s', async (_case, fates, writes) => {
    const world = statusWorld({ workers: 1 });
    world.fates.push(...fates);
    await told(world);
    expect(world.historyWrites).toBe(writes);
    expect([...world.files.keys()].toSorted()).toEqual([
      'badge/api.json',
      'badge/api.svg',
      'badge/site.json',
      'badge/site.svg',
      'history.atom',
      'index.html',
      'status.json',
    ]);
    expect(world.fileWrites).toBe(7);
    expect(world.told('posted-later')).toEqual([]);
  });

  test('refused five times is tried again later', async () => {
    const world = statusWorld({ workers: 1 });
    world.fates.push(...Array.from({ length: 5 }, () => 'conflict' as const));
    await told(world);
    expect(world.told('posted-later').length).toBe(1);
    expect(world.historyWrites).toBe(6);
  });

  test('that is damaged begins anew, with an alarm', async () => {
    const world = statusWorld({ workers: 1 });
    world.put('{"schema":1,');
    await told(world);
    expect(world.told('history-unreadable')).toEqual([{ kind: 'history-unreadable', alarm: true }]);
  });

  test('with a report that cannot be read does not stop the page', async () => {
    const world = statusWorld({ workers: 1 });
    world.put('{"schema":1,"builds":[null],"health":[{}]}');
    await told(world);
  });

  test('and the page have both reports in the end, in whatever order two workers’ calls come', async () => {
    const [one, other] = REPORTS;
    const whole = REPORTS.reduce<History>(withReport, emptyHistory);
    const page = statusPage(whole, SITE_NAMES);
    const json = statusJson(whole, SITE_NAMES);
    for (let index = 0; index < ORDERS; index += 1) {
      const order = orderOf(index);
      let call = 0;
      const choose = (waiting: readonly number[]): number => {
        const worker = order[call] ?? 0;
        call += 1;
        return Math.max(0, waiting.indexOf(worker));
      };
      const world = statusWorld({ choose });
      world.send(toPage(one));
      world.send(toPage(other));
      await world.settle();
      const files = ['index.html', 'status.json'].map((name) => world.files.get(name)?.body);
      if (files[0] !== page || files[1] !== json) expect([order.join(''), files]).toEqual(['', [page, json]]);
      expect(world.told('posted-later')).toEqual([]);
    }
  });
});
