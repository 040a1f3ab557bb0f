/** What anyone may read beside the index: badges, the feed, and the pages of deployments. */

import { parseFeed } from '@rowanmanning/feed-parser';
import { XMLValidator } from 'fast-xml-parser';
import { emptyHistory, type History, withReport } from '../../shared/core/history.ts';
import { DIFF_SHOWN_MAX, diffOfPlan, itemsOfPlan, planText } from '../../shared/core/plan-text.ts';
import { isPageMessage, PAGE_MESSAGE, parsePost, type Report } from '../../shared/core/report.ts';
import { deploymentFile, reportFiles } from '../../shared/core/status-files.ts';
import { aBuildReport, aHealthReport, NOON, SITE_NAMES } from './report-fixture.ts';

const of = (...reports: Report[]): History => reports.reduce(withReport, emptyHistory);
const file = (name: string, ...reports: Report[]) => {
  const found = reportFiles(of(...reports), SITE_NAMES, undefined).find((one) => one.name === name);
  if (!found) throw new Error(`expected a file ${name}`);
  return found;
};

const PLAN = `blobs/2026-11/${'0'.repeat(64)}`;
const HOSTILE = `</title></text><script>alert(1)</script>&"'\u0000\ud800`;

describe('badges', () => {
  test.each([
    ['site', 'live a1b2c3d', 'brightgreen', aBuildReport()],
    ['site', 'stuck a1b2c3d', 'red', aBuildReport({ outcome: 'stuck' })],
    ['site', 'no build yet', 'lightgrey', aBuildReport({ outcome: 'failed' })],
    ['api', 'up', 'brightgreen', aHealthReport({ to: 'healthy' })],
    ['api', 'down', 'red', aHealthReport()],
    ['api', 'maintenance', 'lightgrey', aHealthReport({ to: 'maintenance' })],
  ] as const)('%s: "%s" in %s, as shields.io and as SVG', (name, message, color, report) => {
    const { body, contentType } = file(`badge/${name}.json`, report);
    expect(contentType).toBe('application/json');
    const isError = color === 'red' ? { isError: true } : {};
    expect(JSON.parse(body)).toEqual({ schemaVersion: 1, label: name, message, color, ...isError });
    const svg = file(`badge/${name}.svg`, report).body;
    expect(svg).toContain(`<title>${name}: ${message}</title>`);
    expect(svg).toContain(`aria-label="${name}: ${message}"`);
    expect(XMLValidator.validate(svg)).toBe(true);
  });

  test('an SVG is as wide as its two parts, and the text of each is inside of it', () => {
    const svg = file('badge/api.svg', aHealthReport()).body;
    const numbers = (pattern: RegExp): readonly number[] =>
      [...svg.matchAll(pattern)].map(([, value]) => Number(value));
    const [whole = 0, ...parts] = numbers(/(?:svg|rect)[^>]* width="(\d+)"/g);
    expect(parts).toHaveLength(2);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole);
    const [left = 0] = parts;
    const starts = numbers(/<text x="(\d+)"/g);
    const lengths = numbers(/textLength="(\d+)"/g);
    const ends = starts.map((start, index) => start + (lengths[index] ?? 0));
    expect(starts[0]).toBeGreaterThan(0);
    expect(ends[0]).toBeLessThan(left);
    expect(starts[1]).toBeGreaterThan(left);
    expect(ends[1]).toBeLessThan(whole);
  });

  test('before anything is known they say so', () => {
    expect(JSON.parse(file('badge/site.json').body).message).toBe('no build yet');
  });

  test('the site is what visitors get, whatever became of a later build', () => {
    const live = aBuildReport();
    for (const outcome of ['failed', 'stopped', 'superseded'] as const) {
      const later = aBuildReport({
        id: 'l',
        build: 'shop:2',
        outcome,
        commit: 'ffff',
        endedAt: NOON + 60_000,
      });
      expect(JSON.parse(file('badge/site.json', live, later).body).message).toBe('live a1b2c3d');
    }
  });

  test('of an API that nobody checks there is none', () => {
    expect(() => file('badge/api.json')).toThrow('expected a file badge/api.json');
    expect(JSON.parse(file('badge/api.json', aBuildReport()).body).message).toBe('unknown');
  });

  test('a hostile commit is no markup in one', () => {
    const svg = file('badge/site.svg', aBuildReport({ commit: '<b>"&' })).body;
    expect(svg).not.toContain('<b>');
    expect(XMLValidator.validate(svg)).toBe(true);
  });
});

describe('the feed', () => {
  const read = (...reports: Report[]) => parseFeed(file('history.atom', ...reports).body);

  test('is one to a reader of others, newest first', () => {
    const feed = read(
      aBuildReport({ plan: PLAN, tookMs: 0 }),
      aHealthReport({ at: NOON + 60_000, to: 'unhealthy' }),
    );
    expect(feed.title).toBe('Status of shop');
    expect(feed.items.map(({ title }) => title)).toEqual(['API: unhealthy', 'Deployment a1b2c3d: live']);
    const [outage, deployment] = feed.items;
    expect(outage?.published ?? outage?.updated).toEqual(new Date(NOON + 60_000));
    expect(deployment?.url).toBe(`${SITE_NAMES.url}/_status/deployments/1111.html`);
    expect(deployment?.content).toContain('3 of 1,204 objects changed');
    expect(new Set(feed.items.map(({ id }) => id)).size).toBe(2);
  });

  test('is as new as its newest entry, and of the same time each is in its place', () => {
    const one = file('history.atom', aHealthReport({ at: NOON })).body;
    expect(one.match(/<updated>([^<]*)/)?.[1]).toBe(new Date(NOON).toISOString());
    const same = ['b', 'a', 'c'].map((id) => aHealthReport({ id, at: NOON }));
    const idsOf = (...reports: Report[]) => read(...reports).items.map(({ id }) => id?.replace(/^.*#/, ''));
    expect(idsOf(...same)).toEqual(['a', 'b', 'c']);
    expect(idsOf(...same.toReversed())).toEqual(['a', 'b', 'c']);
  });

  test('has at most fifty entries, and none at first', () => {
    const many = Array.from({ length: 80 }, (_, n) => aHealthReport({ id: `h${n}`, at: NOON + n }));
    expect(read(...many).items).toHaveLength(50);
    expect(read().items).toHaveLength(0);
  });

  test('says no more of the API than how it was: its own words about a build stay inside', () => {
    const { body } = file(
      'history.atom',
      aBuildReport({ api: { health: 'unhealthy', because: 'canary-77' }, logUrl: 'https://canary-77' }),
    );
    expect(body).not.toContain('canary-77');
    expect(body).toContain('API unhealthy');
  });

  test('is well formed whatever a reason says', () => {
    const { body } = file(
      'history.atom',
      aBuildReport({ because: HOSTILE, commit: HOSTILE }),
      aHealthReport({ because: HOSTILE }),
    );
    expect(XMLValidator.validate(body)).toBe(true);
    expect(body).not.toContain('<script');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML does not have
    expect(body).not.toMatch(/[\u0000-\u0008\ud800]/);
  });
});

describe('the page of a deployment', () => {
  const diff = (objects: number) =>
    diffOfPlan(
      planText(
        ['/a.html'],
        [{ item: '/a.html', because: 'changed (ETag)' }],
        Array.from({ length: objects }, (_, n) => ({
          key: `a${n}.html`,
          kind: 'changed' as const,
          because: 'ETag',
        })),
      ),
    );

  test('lists what changed and what was invalidated, each with its reason', () => {
    const { name, body } = deploymentFile(aBuildReport(), diff(1), SITE_NAMES);
    expect(name).toBe('deployments/1111.html');
    expect(body).toContain('<h2 id="changes">1 object changed</h2>');
    expect(body).toContain('<tr><td>a0.html</td><td>changed</td><td>ETag</td></tr>');
    expect(body).toContain('<tr><td>/a.html</td><td>changed (ETag)</td></tr>');
    expect(body).toContain('<h2 id="items">1 item invalidated</h2>');
    expect(body).toContain('was called <span class="live">live</span> 6.2 s later: ');
    // Of the build itself, however long it took to be called so.
    const slow = deploymentFile(aBuildReport({ tookMs: 3_600_000 }), diff(1), SITE_NAMES).body;
    expect(slow).toContain('The build ended <time datetime="2026-11-23T12:00:00.000Z">');
  });

  test.each([
    [DIFF_SHOWN_MAX, ''],
    [DIFF_SHOWN_MAX + 1, 'and 1 more object<'],
    [DIFF_SHOWN_MAX + 2, 'and 2 more objects<'],
  ])('shows 200 of %d', (objects, more) => {
    const { body } = deploymentFile(aBuildReport(), diff(objects), SITE_NAMES);
    expect(body.match(/<tr><td>a\d+\.html/g)).toHaveLength(DIFF_SHOWN_MAX);
    expect(body.includes('more object')).toBe(more !== '');
    expect(body).toContain(more);
  });

  test.each([
    ['p:8f2e-1', 'deployments/8f2e-1.html'],
    ['p:../../head', 'deployments/head.html'],
    ['p:a/b', 'deployments/b.html'],
    [`p:${'x'.repeat(99)}`, `deployments/${'x'.repeat(64)}.html`],
  ])('of the build %j is %s: its id leads nowhere else', (build, name) => {
    expect(deploymentFile(aBuildReport({ build }), diff(0), SITE_NAMES).name).toBe(name);
  });

  test('has no markup of keys and reasons in it', () => {
    const hostile = diffOfPlan(
      planText(
        [HOSTILE],
        [{ item: HOSTILE, because: HOSTILE }],
        [{ key: HOSTILE, kind: 'changed', because: HOSTILE }],
      ),
    );
    const { body } = deploymentFile(aBuildReport({ because: HOSTILE, commit: HOSTILE }), hostile, SITE_NAMES);
    expect(body).not.toContain('<script');
  });
});

test.each([
  [365, true],
  [366, false],
])('a deployment %d days ago has a link to its page: %s', (days, isLinked) => {
  const old = aBuildReport({
    id: 'old',
    build: 'shop:old',
    plan: PLAN,
    endedAt: NOON - days * 86_400_000,
    tookMs: 0,
  });
  const history = [old, aHealthReport({ at: NOON })].reduce(withReport, emptyHistory);
  const files = new Map(reportFiles(history, SITE_NAMES, undefined).map(({ name, body }) => [name, body]));
  for (const name of ['index.html', 'history.atom'])
    expect([name, files.get(name)?.includes('/deployments/')]).toEqual([name, isLinked]);
});

test('a plan gives the items in the order in which they are sent', () => {
  expect(itemsOfPlan(planText(['/b', '/a'], [{ item: '/a', because: 'x' }], []))).toEqual(['/b', '/a']);
});

test('a report names its plan only by the hash of a blob', () => {
  const planned = (plan: string) => parsePost(JSON.stringify(aBuildReport({ plan })));
  expect(planned(PLAN)?.report).toMatchObject({ plan: PLAN });
  for (const plan of ['head.json', 'blobs/../head.json', `blobs/${'0'.repeat(64)}`, `${PLAN}0`])
    expect(planned(plan)).toBeUndefined();
});

test('the message that has the page made anew is that one and no other', () => {
  expect(isPageMessage(PAGE_MESSAGE)).toBe(true);
  expect(isPageMessage(JSON.stringify(aBuildReport()))).toBe(false);
});
