/** Whoever was told that the API is not well is told when it is well again, by whatever filter, in any history. */

import { channelsFor, parseChannels } from '../../shared/core/channels.ts';
import { HEALTHS, type HealthReport } from '../../shared/core/health-report.ts';
import { alertAction } from '../../shared/core/pagerduty.ts';
import { draw } from './health-draw.ts';

const url = 'ssm:/afterbuild/x';
const NOT_WELL = HEALTHS.filter((health) => health !== 'healthy' && health !== 'maintenance');
const CHATS = parseChannels(
  JSON.stringify([
    { name: 'all', kind: 'slack', url },
    ...NOT_WELL.map((health) => ({ name: health, kind: 'slack', url, only: [health] })),
  ]),
);
const DUTY = parseChannels(JSON.stringify([{ name: 'duty', kind: 'pagerduty', secret: url }]));

const HISTORIES = 1_000;
const drawn = Array.from({ length: HISTORIES }, (_, seed) => ({ seed, steps: draw(seed).steps }));

test('what a channel shows when all is well is that all is well', () => {
  const ended = new Set<string>();
  const wrong: unknown[] = [];
  for (const { seed, steps } of drawn) {
    const shown = new Map<string, HealthReport>();
    for (const [index, { told, after }] of steps.entries()) {
      for (const report of told) for (const { name } of channelsFor(CHATS, report)) shown.set(name, report);
      if (after.health !== 'healthy') continue;
      for (const [name, { to }] of shown) {
        if (to === 'healthy') ended.add(name);
        else wrong.push({ seed, index, name, to });
      }
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  // Each of them was told something, and then its end.
  expect([...ended].sort()).toEqual(CHATS.map(({ name }) => name).sort());
});

test('an alert is open exactly while an outage is', () => {
  let opened = 0;
  const wrong: unknown[] = [];
  for (const { seed, steps } of drawn) {
    let isOpen = false;
    for (const [index, { told, after }] of steps.entries()) {
      for (const report of told.filter((one) => channelsFor(DUTY, one).length > 0)) {
        const action = alertAction(report);
        // It would take the place of one that is sent.
        if (action === undefined) wrong.push({ seed, index, report });
        if (action === 'trigger') opened += 1;
        isOpen = action === 'trigger';
      }
      if (isOpen !== (after.downSince !== undefined)) wrong.push({ seed, index, isOpen });
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(opened).toBeGreaterThan(100);
});

test('after an outage the reports of a day name it, and none names the one that it ends', () => {
  let named = 0;
  const wrong: unknown[] = [];
  for (const { seed, steps } of drawn) {
    let last: HealthReport | undefined;
    for (const report of steps.flatMap(({ told }) => told)) {
      const isEnd = report.outageMs !== undefined;
      const expected = isEnd ? undefined : last;
      const { endedAt, ms } = report.lastOutage ?? {};
      if (endedAt !== expected?.at || ms !== expected?.outageMs) wrong.push({ seed, report, expected });
      if (report.lastOutage) named += 1;
      if (isEnd) last = report;
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(named).toBeGreaterThan(100);
});
