import { buildName, durationText, numberText, reportLine } from '../../shared/core/report-line.ts';
import { aBuildReport, aHealthReport, aStartReport, without } from './report-fixture.ts';

test.each([
  [0, '0.0 s'],
  [49, '0.0 s'],
  [50, '0.1 s'],
  [6_200, '6.2 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 0 s'],
  [60_000, '1 min 0 s'],
  [119_499, '1 min 59 s'],
  [119_500, '2 min 0 s'],
  [250_000, '4 min 10 s'],
  [3_599_499, '59 min 59 s'],
  [3_599_500, '1 h 0 min'],
  [7_500_000, '2 h 5 min'],
  [360_000_000, '100 h 0 min'],
])('%d ms are told as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [1_204, '1,204'],
  [999_999, '999,999'],
  [1_000_000, '1,000,000'],
])('%d is written as %s', (n, text) => {
  expect(numberText(n)).toBe(text);
});

test.each([
  ['its commit’s first seven digits', { build: 'shop:1', commit: 'a1b2c3d4e5' }, 'a1b2c3d'],
  ['its id without the project, where there is no commit', { build: 'shop:0123456789ab' }, '01234567'],
  ['its id, where that has no project', { build: '0123' }, '0123'],
])('a build is called by %s', (_case, build, name) => {
  expect(buildName(build)).toBe(name);
});

test.each([
  [
    'a live build, with all that is known',
    aBuildReport(),
    'live a1b2c3d: 3 of 1,204 objects changed, 3 items, 214 of 1,000 items this month, after 6.2 s, ' +
      'proved 3 of 3 at FRA56-P1, API healthy',
  ],
  [
    'an API that is not healthy, with the reason',
    aBuildReport({ items: 1, api: { health: 'unhealthy', because: 'status 503' } }),
    'live a1b2c3d: 3 of 1,204 objects changed, 1 item, 214 of 1,000 items this month, after 6.2 s, ' +
      'proved 3 of 3 at FRA56-P1, API unhealthy: status 503',
  ],
  [
    'a failed build, of which nothing else is known',
    {
      kind: 'build' as const,
      id: 'x',
      build: 'shop:89abcdef01',
      outcome: 'failed' as const,
      because: 'the build failed',
      startedAt: 0,
      endedAt: 0,
    },
    'failed 89abcdef: the build failed',
  ],
  ['an outage', aHealthReport(), 'API unhealthy, was healthy: status 503, 3 times in a row'],
  [
    'a recovery',
    aHealthReport({ from: 'unhealthy', to: 'healthy', because: 'status 200', outageMs: 250_000 }),
    'API recovered after 4 min 10 s: status 200',
  ],
  [
    'a recovery that leaves it slow',
    aHealthReport({ from: 'unhealthy', to: 'degraded', because: 'slow', outageMs: 250_000 }),
    'API recovered after 4 min 10 s, and is degraded: slow',
  ],
])('the line of %s', (_case, report, line) => {
  expect(reportLine(report)).toBe(line);
});

test.each(['changed', 'objects', 'items', 'itemsOfMonth', 'itemsPerMonth', 'tookMs', 'api'])(
  'nothing is said of what %s is needed for, where it is not known',
  (name) => {
    expect(reportLine(without(aBuildReport(), name) as ReturnType<typeof aBuildReport>)).not.toMatch(
      /undefined|NaN/,
    );
  },
);

test.each([
  [1_000, '1,000 of 5,000 items this month, after'],
  [1_001, '1,001 of 5,000 items this month ($0.005), after'],
  [2_000, '2,000 of 5,000 items this month ($5.00), after'],
])('of %d items of a month the price is told where there is one', (itemsOfMonth, said) => {
  expect(reportLine(aBuildReport({ itemsOfMonth, itemsPerMonth: 5_000 }))).toContain(said);
});

test('a reason with line breaks and escape sequences stays one line of text', () => {
  const because = 'a\r\nforged line\u001b[2Jb\u009bc\u2028d\u0000é';
  expect(reportLine(aHealthReport({ because }))).toBe('API unhealthy, was healthy: a forged line [2Jb c d é');
  expect(reportLine(aBuildReport({ because }))).not.toMatch(/[\p{Cc}\u2028]/u);
});

test('a start says that it is one', () => {
  expect(reportLine(aStartReport())).toBe('pending a1b2c3d: the build has begun');
});
