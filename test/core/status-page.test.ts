import { gzipSync } from 'node:zlib';
import { emptyHistory, type History, withReport } from '../../shared/core/history.ts';
import type { Report } from '../../shared/core/report.ts';
import { escaped, statusPage } from '../../shared/core/status-page.ts';
import { aBuildReport, aHealthReport, NOON, SITE_NAMES, without } from './report-fixture.ts';

const of = (...reports: Report[]): History => reports.reduce(withReport, emptyHistory);
const page = (...reports: Report[]): string => statusPage(of(...reports), SITE_NAMES);

/** What a reader sees, without scripts and styles. */
const readable = (html: string): string =>
  html
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

test('it says what is live, since when and why, and how the API is', () => {
  const text = readable(
    page(aBuildReport(), aHealthReport({ at: NOON + 60_000, to: 'degraded', because: 'slow' })),
  );
  expect(text).toContain('Status of shop');
  expect(text).toContain('build a1b2c3d is live since 2026-11-23 12:00 UTC : proved 3 of 3 at FRA56-P1');
  expect(text).toContain('API degraded , last change 2026-11-23 12:01 UTC : slow');
  expect(text).toContain('Last report: 2026-11-23 12:01 UTC');
});

test('a row tells a deployment: outcome, objects, items, time and reason', () => {
  const text = readable(page(aBuildReport()));
  expect(text).toContain(
    'a1b2c3d live 2026-11-23 12:00 UTC 3 of 1,204 3 6.2 s proved 3 of 3 at FRA56-P1; API healthy',
  );
});

test('a recovery tells how long the outage was', () => {
  const text = readable(page(aHealthReport({ from: 'unhealthy', to: 'healthy', outageMs: 250_000 })));
  expect(text).toContain('healthy was unhealthy, after an outage of 4 min 10 s');
});

test.each(['failed', 'stopped', 'superseded', 'stuck'] as const)(
  'a later build that is %s does not take the place of the one that is live',
  (outcome) => {
    const later = aBuildReport({ id: 'later', outcome, endedAt: NOON + 60_000, commit: 'ffffffff' });
    expect(readable(page(aBuildReport(), later))).toContain('build a1b2c3d is live');
  },
);

test('without any report it says so, and has no script', () => {
  const html = statusPage(emptyHistory, SITE_NAMES);
  expect(readable(html)).toContain('no build has been called live yet');
  expect(readable(html)).toContain('API unknown');
  expect(readable(html)).toContain('Last report: none yet');
  expect(html).not.toContain('<script');
  expect(html).not.toContain('1970');
});

test('all that is read stands in a landmark, and every time is one to machines too', () => {
  const html = page(aBuildReport(), aHealthReport());
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(html).toMatch(/<body><header>.*<\/header>\n<main>.*<\/main>\n<script>/s);
  const shown = html.match(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g) ?? [];
  const marked = html.match(/<time datetime="[^"]+Z">\d{4}-\d\d-\d\d \d\d:\d\d UTC<\/time>/g) ?? [];
  expect(shown.length).toBeGreaterThan(3);
  expect(marked.length).toBe(shown.length);
  for (const id of html.match(/(?<=aria-labelledby=")[^"]+/g) ?? [])
    expect(html).toContain(`<h2 id="${id}">`);
});

test('it fetches nothing and runs nothing but its own script', () => {
  const html = page(aBuildReport(), aHealthReport());
  expect(html).not.toMatch(/\ssrc=|@import|url\(|<link|\son\w+=/i);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html.match(/href="[^"]*"/g)).toEqual(['href="/"', 'href="status.json"']);
});

test('the script marks the page as old by the time of its last report', () => {
  const html = page(aBuildReport());
  const [, script = ''] = /<script>(.*)<\/script>/.exec(html) ?? [];
  const noticeAt = (days: number) => {
    const time = { dateTime: /<time datetime="([^"]+)">/.exec(html)?.[1] };
    const old = { hidden: true, textContent: '' };
    const document = { querySelector: (what: string) => (what === '#old' ? old : time) };
    const at = Date.parse(String(time.dateTime)) + days * 86_400_000;
    new Function('document', 'Date', script)(document, { now: () => at, parse: Date.parse });
    return old.hidden ? undefined : old.textContent;
  };
  expect(noticeAt(7)).toBeUndefined();
  expect(noticeAt(7.01)).toBe('Nothing was reported for 7 days.');
  expect(noticeAt(30)).toBe('Nothing was reported for 30 days.');
});

test.each([
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  [`"' onload='x`, '&quot;&#39; onload=&#39;x'],
  ['&lt;', '&amp;lt;'],
  ['plain é 日本', 'plain é 日本'],
])('%s is escaped', (text, expected) => {
  expect(escaped(text)).toBe(expected);
});

test('no text of a report or a setting becomes markup, wherever it stands', () => {
  const hostile = `</td></title></style></script><script>canary()</script><img src=x onerror="canary('x')">&`;
  const told = (text: string) => [
    aBuildReport({ because: text, commit: text, api: { health: 'degraded', because: text } }),
    without(
      aBuildReport({ id: text, build: text, because: text, outcome: 'failed', endedAt: NOON + 1 }),
      'commit',
    ) as ReturnType<typeof aBuildReport>,
    aHealthReport({ id: text, because: text }),
  ];
  const html = statusPage(of(...told(hostile)), { name: hostile, url: 'https://example.com/' });
  const harmless = page(...told('plain'));
  const tags = (text: string) => text.match(/<[^>]*>/g);
  expect(tags(html)).toEqual(tags(harmless));
});

test('addresses of logs and of the site, ids and the API’s own words about a build stay inside', () => {
  const canary = 'canary-77';
  const html = statusPage(
    of(
      aBuildReport({
        id: canary,
        logUrl: `https://${canary}`,
        api: { health: 'unhealthy', because: canary },
      }),
      aHealthReport({ id: canary }),
    ),
    { name: 'shop', url: `https://${canary}` },
  );
  expect(html).not.toContain(canary);
});

test('it is the same for the same history, and within its 15 kB however much happened', () => {
  const because =
    'proved 50 of 50 at FRA56-P1, 12 items, with one that could not be asked for: /some/path.html';
  const many = [
    ...Array.from({ length: 150 }, (_, n) =>
      aBuildReport({
        id: `b${n}`,
        endedAt: NOON + n * 3_600_001,
        commit: `${n * 7_919_113}abcdef`,
        because: `${n} ${because}`,
      }),
    ),
    ...Array.from({ length: 150 }, (_, n) =>
      aHealthReport({ id: `h${n}`, at: NOON + n * 77_777, because: `${n} ${because}` }),
    ),
  ];
  const html = page(...many);
  expect(html).toBe(page(...many.toReversed()));
  expect(gzipSync(html).byteLength).toBeLessThan(15_000);
  expect(html.match(/<tr>/g)?.length).toBe(2 + 20 + 20);
});
