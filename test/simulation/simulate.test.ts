/** The promises hold in some hundred schedules here; `npm run simulate` runs as many as one likes. */

import { runMany } from './many.ts';
import { simulate } from './simulate.ts';

const described = ({ found }: Awaited<ReturnType<typeof runMany>>): readonly string[] =>
  found.map(
    ({ seed, crash, violations: [first] }) => `${seed} ${crash ?? ''} ${first?.promise}: ${first?.because}`,
  );

test('no schedule breaks a promise, whatever fails', async () => {
  const totals = await runMany({ seed: 1, schedules: 150 });
  expect(described(totals)).toEqual([]);
  expect(totals.crashes).toBeGreaterThan(100);
  expect(totals.faults).toBeGreaterThan(500);
});

test('a crash at any port call, before or after its effect, breaks none', async () => {
  const totals = await runMany({ seed: 1, schedules: 1, crashEvery: true });
  expect(described(totals)).toEqual([]);
  expect(totals.crashes).toBe(totals.schedules - totals.seeds);
  expect(totals.crashes).toBeGreaterThan(50);
});

test('the same seed gives the same trace, call by call', async () => {
  for (const seed of [1, 2, 3, 7, 80]) {
    const lines: [string[], string[]] = [[], []];
    const first = await simulate(seed, { onLine: (line) => lines[0].push(line) });
    const second = await simulate(seed, { onLine: (line) => lines[1].push(line) });
    expect(lines[1]).toEqual(lines[0]);
    expect(second.trace).toBe(first.trace);
  }
});

test('other seeds give other traces', async () => {
  const traces = new Set<string>();
  await runMany({ seed: 1, schedules: 30, onSchedule: (_seed, trace) => traces.add(trace) });
  expect(traces.size).toBe(30);
});
