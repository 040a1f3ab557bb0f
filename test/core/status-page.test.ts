import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ApiNow } from '../../shared/core/api-now.ts';
import { BADGE_COLOURS } from '../../shared/core/badges.ts';
import { type CheckHistory, emptyChecks, withCheck } from '../../shared/core/check-history.ts';
import { emptyHistory, type History, withReport } from '../../shared/core/history.ts';
import { COLOURS, escaped } from '../../shared/core/page-text.ts';
import type { Report } from '../../shared/core/report.ts';
import { statusPage } from '../../shared/core/status-page.ts';
import { aBuildReport, aHealthReport, aStartReport, NOON, SITE_NAMES, without } from './report-fixture.ts';

const of = (...reports: Report[]): History => reports.reduce(withReport, emptyHistory);
const page = (...reports: Report[]): string => statusPage(of(...reports), SITE_NAMES);
const apiOf = (checks: CheckHistory, more: Partial<ApiNow> = {}): ApiNow => ({
  health: 'healthy',
  since: NOON,
  checks,
  ...more,
});

/** What a reader sees, without scripts and styles. */
const readable = (html: string): string =>
  html
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

test('it says what is live, since when and why, and how the API is', () => {
  const text = readable(
    page(aBuildReport(), aHealthReport({ at: NOON + 60_000, to: 'degraded', cause: { kind: 'slow' } })),
  );
  expect(text).toContain('Status of shop');
  expect(text).toContain('! Build a1b2c3d is live. The API is degraded.');
  expect(text).toContain('a1b2c3d is live since 2026-11-23 12:00 UTC : proved 3 of 3 at FRA56-P1');
  expect(text).toContain('The API is degraded since 2026-11-23 12:01 UTC : answers slowly');
  expect(text).toContain('Last report: 2026-11-23 12:01 UTC');
});

test.each([
  ['with a script', page(aBuildReport())],
  ['without one, before anything is known', statusPage(emptyHistory, SITE_NAMES)],
])('no script and no style but its own is let into the page: %s', (_case, html) => {
  const own = (element: string): string => {
    const [, text] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(html) ?? [];
    return text === undefined ? "'none'" : `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  const [head = '', policy] =
    /^.*?<meta http-equiv="Content-Security-Policy" content="([^"]*)">/s.exec(html) ?? [];
  expect(policy?.split('; ')).toEqual(
    expect.arrayContaining([`script-src ${own('script')}`, `style-src ${own('style')}`, "base-uri 'none'"]),
  );
  expect(head).not.toMatch(/<(style|script|link)/);
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
    expect(readable(page(aBuildReport(), later))).toContain('Build a1b2c3d is live.');
  },
);

test('a build that is on its way is told of beside the one that is live', () => {
  const live = withReport(emptyHistory, aBuildReport({ id: 'old/final', build: 'shop:old' }));
  const start = aStartReport({ commit: 'ffff000011112222', startedAt: NOON + 600_000 });
  const page = statusPage(withReport(live, start), SITE_NAMES);
  expect(page).toMatch(
    /On its way: build <strong><bdi>ffff000<\/bdi><\/strong> since <time datetime="2026-11-23T12:10/,
  );
  expect(readable(page)).toContain('Build a1b2c3d is live.');
  expect(page).not.toContain('log-canary');
  expect(statusPage(live, SITE_NAMES)).not.toContain('On its way');
});

test('without any report it says so, and has no script', () => {
  const html = statusPage(emptyHistory, SITE_NAMES);
  expect(readable(html)).toContain('No build has been called live yet.');
  expect(readable(html)).not.toContain('API');
  expect(readable(html)).toContain('Last report: none yet');
  expect(html).not.toContain('<script');
  expect(html).not.toContain('1970');
});

test('all that is read stands in a landmark, and every time is one to machines too', () => {
  const html = page(aBuildReport(), aHealthReport());
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(html).toMatch(/<body><header>.*<\/header>\n<main>.*<\/main>\n<footer>.*<\/footer>\n<script>/s);
  const shown = html.match(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g) ?? [];
  const marked = html.match(/<time datetime="[^"]+Z">\d{4}-\d\d-\d\d \d\d:\d\d UTC<\/time>/g) ?? [];
  expect(shown.length).toBeGreaterThan(3);
  expect(marked.length).toBe(shown.length);
  for (const id of html.match(/(?<=aria-labelledby=")[^"]+/g) ?? [])
    expect(html).toContain(`<h2 id="${id}">`);
});

test('it fetches nothing and runs nothing but its own script', () => {
  const html = page(aBuildReport(), aHealthReport());
  expect(html).not.toMatch(/\ssrc=|@import|url\(|<link (?!rel="alternate")|\son\w+=/i);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html.match(/href="[^"]*"/g)).toEqual([
    'href="/_status/history.atom"',
    `href="${SITE_NAMES.url}/"`,
    'href="/_status/status.json"',
    'href="/_status/history.atom"',
    'href="/_status/badge/site.svg"',
    'href="/_status/badge/api.svg"',
  ]);
});

/** Runs the page's script as a browser does at `minutes` after `from`, and as often as its timer says. */
const scripted = (html: string, from: number) => {
  const [, script = ''] = /<script>(.*)<\/script>/.exec(html) ?? [];
  const given = (name: string) => new RegExp(`data-${name}="([^"]+)"`).exec(html)?.[1];
  const dataset = { since: given('since'), minutes: given('minutes'), what: given('what') };
  const old = { hidden: true, textContent: '', dataset };
  const ages = [...html.matchAll(/data-ago="([^"]+)"/g)].map(([, ago]) => ({
    textContent: '',
    dataset: { ago },
  }));
  let at = from;
  let tick = () => {};
  const document = { querySelector: () => old, querySelectorAll: () => ages, addEventListener: () => {} };
  const run = new Function('document', 'Date', 'setInterval', script);
  run(document, { now: () => at, parse: Date.parse }, (again: () => void) => {
    tick = again;
  });
  const after = (minutes: number) => {
    at = from + minutes * 60_000;
    tick();
    return {
      notice: old.hidden ? undefined : old.textContent,
      ages: ages.map(({ textContent }) => textContent),
    };
  };
  return { after };
};

test('the script marks the page as old by the time of its last report, also while it stays open', () => {
  const DAY = 1_440;
  const { after } = scripted(page(aBuildReport()), NOON + 6_200);
  expect(after(7 * DAY).notice).toBeUndefined();
  expect(after(7 * DAY + 1).notice).toBe('This page is old: nothing was reported for 7 days.');
  expect(after(30 * DAY).notice).toBe('This page is old: nothing was reported for 30 days.');
});

test('where checks stopped the page is old by the last of them, whatever was reported since', () => {
  const checks = withCheck(emptyChecks, { at: NOON, state: 'up' });
  const later = aBuildReport({ endedAt: NOON + 3_600_000 });
  const html = statusPage(of(later), SITE_NAMES, apiOf(checks));
  expect(readable(html)).toContain('Last checked: 2026-11-23 12:00 UTC');
  expect(readable(html)).toContain('Last report: 2026-11-23 13:00 UTC');
  const { after } = scripted(html, NOON);
  expect(after(30).notice).toBeUndefined();
  expect(after(61).notice).toBe('This page is old: nothing was checked for 61 minutes.');
});

test('the script says how long ago things were', () => {
  const { after } = scripted(page(aBuildReport({ tookMs: 0 })), NOON);
  for (const [minutes, ago] of [
    [0, 'just now'],
    [1, '1 min ago'],
    [119, '119 min ago'],
    [120, '2 h ago'],
    [2_879, '47 h ago'],
    [2_880, '2 days ago'],
  ] as const)
    expect(after(minutes).ages).toEqual([` (${ago})`]);
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
  const html = statusPage(of(...told(hostile)), { ...SITE_NAMES, name: hostile });
  const harmless = page(...told('plain'));
  const tags = (text: string) => text.match(/<[^>]*>/g);
  expect(tags(html)).toEqual(tags(harmless));
});

test('addresses of logs, ids and the API’s own words about a build stay inside', () => {
  const canary = 'canary-77';
  const html = statusPage(
    of(
      aBuildReport({
        id: canary,
        logUrl: `https://${canary}`,
        api: { health: 'unhealthy', because: canary },
      }),
      aHealthReport({ id: canary, because: canary }),
      without(aHealthReport({ id: 'without', at: NOON + 1, because: canary }), 'cause') as ReturnType<
        typeof aHealthReport
      >,
    ),
    SITE_NAMES,
  );
  expect(html).not.toContain(canary);
});

test('every link leads to the same file, wherever the page is served: a distribution of its own has it at / too', () => {
  const html = page(aBuildReport({ plan: `blobs/2026-11/${'0'.repeat(64)}` }));
  const links = html.match(/(?<=href=")[^"]*/g) ?? [];
  expect(links).toContain('/_status/deployments/1111.html');
  expect(links.filter((link) => !/^(\/_status\/|https:\/\/)/.test(link))).toEqual([]);
});

test('the items that are spent are those of the month of the build that says so', () => {
  const text = readable(page(aBuildReport(), aHealthReport({ at: NOON + 40 * 86_400_000 })));
  expect(text).toContain('3 items for build a1b2c3d ; 214 of the budget of 1,000 items in 2026-11');
});

test.each([
  [214, 1_000, '214 of the budget of 1,000 items in 2026-11, for $0 .', '786'],
  [999, 5_000, '999 of the budget of 5,000 items in 2026-11, for $0 .', '1'],
  [2_000, 5_000, '2,000 of the budget of 5,000 items in 2026-11, for $5.00 .', '0'],
])(
  '%d items of a budget of %d: what is free is AWS’s to say, and what is beyond costs',
  (spent, most, cost, left) => {
    const text = readable(page(aBuildReport({ itemsOfMonth: spent, itemsPerMonth: most })));
    expect(text).toContain(cost);
    expect(text).toContain(
      `Left of the 1,000 that are free, if no other site of the account took any: ${left}; each one more costs $0.005.`,
    );
  },
);

test('nothing is said of what a build cost that nobody knows', () => {
  const unknown = without(aBuildReport(), 'items') as ReturnType<typeof aBuildReport>;
  expect(readable(page(unknown))).toContain('Invalidations: 214 of the budget');
  const never = without(aBuildReport(), 'itemsOfMonth') as ReturnType<typeof aBuildReport>;
  expect(readable(page(never))).not.toContain('the budget');
});

test.each([
  [160, false],
  [161, true],
])('of a reason of %d characters no more than 160 are shown', (length, isCut) => {
  const text = readable(page(aBuildReport({ because: 'é'.repeat(length) })));
  expect(text.includes('é'.repeat(161))).toBe(false);
  expect(text.includes(`${'é'.repeat(159)}…`)).toBe(isCut);
});

const SAID: readonly (readonly [ApiNow['health'], string, string])[] = [
  ['healthy', '✓', 'The API is healthy.'],
  ['degraded', '!', 'The API is degraded.'],
  ['unhealthy', '✕', 'The API is down.'],
  ['paused', '!', 'The API is paused.'],
  ['deploying', '!', 'The API is being deployed.'],
  ['maintenance', '!', 'The API is in maintenance.'],
  ['unknown', '✓', 'Nothing is known of the API.'],
];

test.each(SAID)(
  'an API that is %s is told so first, whatever a build or a report said',
  (health, mark, said) => {
    const reports = of(aBuildReport(), aHealthReport({ to: health === 'healthy' ? 'unhealthy' : 'healthy' }));
    const html = statusPage(reports, SITE_NAMES, apiOf(emptyChecks, { health }));
    expect(readable(html)).toContain(`${mark} Build a1b2c3d is live. ${said}`);
  },
);

test('where its state is lost, the newest report of the API counts, and no build’s word', () => {
  expect(readable(page(aBuildReport(), aHealthReport({ at: NOON - 1 })))).toContain('The API is down.');
  expect(readable(page(aBuildReport()))).toContain('Nothing is known of the API.');
});

test('without an API nothing is said of one', () => {
  const html = page(without(aBuildReport(), 'api') as ReturnType<typeof aBuildReport>);
  expect(readable(html)).toContain('✓ Build a1b2c3d is live.');
  expect(html.replace(/<style>.*?<\/style>/s, '')).not.toContain('API');
});

test.each([
  ['failed', '!', 'failed, '],
  ['stopped', '!', 'was stopped, '],
  ['stuck', '✕', 'is stuck: some visitors may get older pages, '],
] as const)('that a newer build %s is told first, too', (outcome, mark, said) => {
  const newer = aBuildReport({
    id: 'n',
    build: 'shop:2',
    commit: 'ffffffffff',
    outcome,
    endedAt: NOON + 60_000,
  });
  const api = apiOf(emptyChecks);
  const text = readable(statusPage(of(aBuildReport(), newer), SITE_NAMES, api));
  expect(text).toContain(
    `${mark} Build a1b2c3d is live. The API is healthy. The newer build fffffff ${said}`,
  );
  const mended = aBuildReport({ id: 'm', build: 'shop:3', endedAt: NOON + 120_000 });
  expect(readable(statusPage(of(newer, mended), SITE_NAMES, api))).not.toContain('The newer build');
});

test('what was not proved is not told as if it were', () => {
  expect(readable(page(aBuildReport({ outcome: 'live-unproved' })))).toContain(
    'Build a1b2c3d is live, as far as could be checked.',
  );
});

test('a build that began long ago is not on its way any more', () => {
  const start = aStartReport({ startedAt: NOON });
  const after = (hours: number) =>
    readable(page(start, aHealthReport({ at: NOON + hours * 3_600_000 }))).includes('On its way');
  expect([after(35), after(36)]).toEqual([true, false]);
});

test('days that are over for longer than ninety days do not count', () => {
  const DAY_MS = 86_400_000;
  const after = (days: number): string => {
    const early = withCheck(withCheck(emptyChecks, { at: NOON, state: 'down' }), {
      at: NOON + 60_000,
      state: 'up',
    });
    const at = NOON + days * DAY_MS;
    return readable(
      statusPage(
        emptyHistory,
        SITE_NAMES,
        apiOf([0, 60_000].reduce((all, ms) => withCheck(all, { at: at + ms, state: 'up' }), early)),
      ),
    );
  };
  expect(after(89)).toContain('91.66 % up since 2026-11-23');
  expect(after(90)).toContain('100 % up since 2027-02-21');
});

const because =
  'proved 50 of 50 at FRA56-P1, 12 items, with one that could not be asked for: /some/path.html';

/** As much as there can be: 100 deployments, 100 changes of health, 90 days of checks. */
const full = (
  reasonOf = (n: number): string => `${n} ${because}`,
): Readonly<{ history: History; checks: CheckHistory }> => {
  const reports = [
    ...Array.from({ length: 150 }, (_, n) =>
      aBuildReport({
        id: `b${n}`,
        build: `shop:${createHash('md5').update(String(n)).digest('hex')}`,
        plan: `blobs/2026-11/${createHash('sha256').update(String(n)).digest('hex')}`,
        endedAt: NOON + n * 3_600_001,
        commit: createHash('sha1').update(String(n)).digest('hex'),
        because: reasonOf(n),
        tookMs: 5_000 + n * 37,
      }),
    ),
    ...Array.from({ length: 150 }, (_, n) =>
      aHealthReport({
        id: `h${n}`,
        at: NOON + n * 77_777,
        because: reasonOf(n),
        ...(n % 2 ? { from: 'unhealthy', to: 'healthy', outageMs: n * 1_000 } : {}),
      }),
    ),
  ];
  let checks = emptyChecks;
  for (let minute = 0; minute < 91 * 1_440; minute += 5) {
    const bits = (minute * 48_271) % 8_191;
    checks = withCheck(checks, {
      at: NOON + minute * 60_000,
      state: (minute / 5) % 100 === 50 ? 'down' : 'up',
      directMs: 40 + (bits % 400),
      edgeMs: 60 + (bits % 300),
    });
  }
  return { history: of(...reports), checks };
};

test('it is the same for the same history, and within its 15 kB however much happened', () => {
  const { history, checks } = full();
  expect([history.builds.length, history.health.length, checks.days.length]).toEqual([100, 100, 90]);
  const html = statusPage(history, SITE_NAMES, apiOf(checks));
  expect(html).toBe(statusPage(history, SITE_NAMES, apiOf(checks)));
  expect(gzipSync(html).byteLength).toBeLessThanOrEqual(15_000);
  expect(html.match(/<rect/g)?.length).toBeGreaterThan(90);
  // Each of the hundred leads to its page, the older ones further down.
  const linked = html.match(/<th scope="row"><a href="\/_status\/deployments\/[^"]+/g) ?? [];
  expect([linked.length, new Set(linked).size]).toEqual([100, 100]);
});

test('it is within its 15 kB too where every reason quotes a long key that nothing compresses', () => {
  const noise = (n: number): string =>
    [1, 2, 3, 4, 5].map((part) => createHash('sha512').update(`${n}-${part}`).digest('base64')).join('');
  const { history, checks } = full((n) => `old: /${noise(n)} serves an older version`);
  expect(gzipSync(statusPage(history, SITE_NAMES, apiOf(checks))).byteLength).toBeLessThanOrEqual(15_000);
});

test('checks show how long it was up, the last one, and how fast the answers were', () => {
  const { history, checks } = full();
  const html = statusPage(history, SITE_NAMES, apiOf(checks));
  const text = readable(html);
  expect(text).toMatch(/98\.99 % up in the last 90 days, as far as it was looked at\./);
  expect(text).toContain('Last checked: 2027-02-22 11:55 UTC ; the next check is due within 5 minutes.');
  expect(html).toMatch(/aria-label="The last 90 days of the API: 98\.99 % up"/);
  expect(html).toMatch(/aria-label="Latency of the last 2\d hours: directly [\d,]+ ms in the middle/);
});

test.each([
  [5, 'within 5 minutes', 30],
  [15, 'within 15 minutes', 35],
  [60, 'within 60 minutes', 125],
])('with a check each %d minutes the next is due %s, and the page is old after %d', (every, due, old) => {
  const checks = withCheck(emptyChecks, { at: NOON, state: 'up' }, every * 60_000);
  const html = statusPage(emptyHistory, SITE_NAMES, apiOf(checks));
  expect(readable(html)).toContain(`the next check is due ${due}.`);
  expect(html).toContain(`data-minutes="${old}"`);
});

test('an outage is told with the deployment that it followed', () => {
  const down = aHealthReport({ at: NOON + 120_000 });
  const up = aHealthReport({
    id: 'up',
    at: NOON + 180_000,
    from: 'unhealthy',
    to: 'healthy',
    outageMs: 60_000,
  });
  expect(readable(page(aBuildReport(), down, up))).toContain(
    '2026-11-23 12:02 UTC 2026-11-23 12:03 UTC , after 1 min 0 s status 503 began 2 min 0 s after the end of build a1b2c3d',
  );
  expect(readable(page(aBuildReport(), { ...down, at: NOON + 1_800_000 }))).not.toContain(
    'after the end of build',
  );
  expect(readable(page(aBuildReport({ outcome: 'failed' }), down))).not.toContain('after the end of build');
});

test.each(Object.entries(COLOURS))(
  '%s: texts have a contrast of 7 on each ground, fills one of 3',
  (_scheme, colours) => {
    const grounds = ['page', 'good-ground', 'bad-ground', 'some-ground', 'none-ground'] as const;
    for (const ground of grounds)
      for (const name of ['ink', 'dim', 'link', 'good', 'bad', 'some'] as const)
        expect([name, ground, contrast(colours[name], colours[ground]) >= 7]).toEqual([name, ground, true]);
    for (const name of ['up-fill', 'down-fill', 'some-fill'] as const)
      expect([name, contrast(colours[name], colours.page) >= 3]).toEqual([name, true]);
  },
);

test('white on a badge has a contrast of at least 4.5', () => {
  for (const colour of [...Object.values(BADGE_COLOURS), '#3a3d45'])
    expect([colour, contrast('#ffffff', colour) >= 4.5]).toEqual([colour, true]);
});

/** Source: WCAG 2.2, "contrast ratio". */
const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

test.each([
  [19, 'at most, of 19.'],
  [20, 'at the 95th percentile, of 20.'],
])('of %d builds the slowest is told as what it is', (count, said) => {
  const builds = Array.from({ length: count }, (_, n) =>
    aBuildReport({ id: `b${n}`, build: `shop:${n}`, endedAt: NOON + n, tookMs: 5_000 + n }),
  );
  expect(readable(page(...builds))).toContain(said);
});

test('days that were not all up are told in words, too, the newest first', () => {
  const DAY_MS = 86_400_000;
  const states = ['down', 'up', 'up', 'down'] as const;
  const checks = states.reduce(
    (all, state, day) =>
      [0, 1, 2].reduce(
        (kept, minute) => withCheck(kept, { at: NOON + day * DAY_MS + minute * 60_000, state }),
        all,
      ),
    emptyChecks,
  );
  const text = readable(statusPage(emptyHistory, SITE_NAMES, apiOf(checks)));
  expect(text).toMatch(/Days that were not all up \(2\) Day Up 2026-11-26 0\.00 % 2026-11-23 0\.00 %/);
});
