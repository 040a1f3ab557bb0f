import { HEALTHS } from '../../shared/core/health-report.ts';
import { OUTCOMES, parsePost, subjectOf, timeOf } from '../../shared/core/report.ts';
import { aBuildReport, aHealthReport, NOON, without } from './report-fixture.ts';

const parsed = (value: unknown) => parsePost(JSON.stringify(value));

const build = aBuildReport();
const health = aHealthReport({ outageMs: 90_000 });

test('half of a character is none, wherever it comes from', () => {
  const body = JSON.stringify({ ...build, because: 'a\ud800b', commit: '\udc00' });
  expect(parsePost(body)?.report).toMatchObject({ because: 'a\ufffdb', commit: '\ufffd' });
  expect(parsePost(JSON.stringify({ ...build, because: '😀' }))?.report).toMatchObject({ because: '😀' });
});

test.each([
  ['of a build', build],
  ['of a health', health],
])('a report %s is for every channel, or for the one that is named', (_case, report) => {
  expect(parsed(report)).toEqual({ report });
  expect(parsed({ channel: 'ops', report })).toEqual({ channel: 'ops', report });
});

const OPTIONAL_OF_BUILD = [
  'commit',
  'logUrl',
  'changed',
  'objects',
  'items',
  'itemsOfMonth',
  'itemsPerMonth',
  'tookMs',
  'api',
];

test.each([
  ['build', build, OPTIONAL_OF_BUILD],
  ['health', health, ['outageMs', 'latencyMs', 'cause']],
])('a %s’s report needs all but its optional fields', (_kind, report, optional) => {
  const least = without(report, ...optional);
  expect(parsed(least)).toEqual({ report: least });
  for (const name of Object.keys(least)) expect(parsed(without(report, name))).toBeUndefined();
});

test.each(OUTCOMES)('the outcome %s is known', (outcome) => {
  expect(parsed(aBuildReport({ outcome }))?.report).toEqual(aBuildReport({ outcome }));
});

test.each(HEALTHS)('the health %s is known', (known) => {
  const report = aHealthReport({ from: known, to: known });
  expect(parsed(report)?.report).toEqual(report);
});

test.each([
  ['id', 7],
  ['build', null],
  ['outcome', 'before-bootstrap'],
  ['outcome', '<script>'],
  ['because', {}],
  ['endedAt', '2026-11-23'],
  ['endedAt', null],
  ['commit', 12],
  ['logUrl', false],
  ['changed', '<b>3</b>'],
  ['changed', -1],
  ['objects', 1.5],
  ['items', [3]],
  ['itemsOfMonth', null],
  ['itemsPerMonth', '1000'],
  ['tookMs', '6200'],
  ['api', 'healthy'],
  ['api', { health: '<script>', because: 'x' }],
  ['api', { health: 'healthy' }],
])('a build’s report with %s as %j is refused', (name, value) => {
  expect(parsed({ ...build, [name]: value })).toBeUndefined();
});

test.each([
  ['at', 'now'],
  ['from', 'well'],
  ['to', '" onmouseover="'],
  ['outageMs', '1'],
  ['latencyMs', {}],
])('a health’s report with %s as %j is refused', (name, value) => {
  expect(parsed({ ...health, [name]: value })).toBeUndefined();
});

test.each([
  ['no JSON', '{'],
  ['nothing', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['a text', '"live"'],
  ['another kind', JSON.stringify({ ...build, kind: 'cost' })],
  ['a number too large to be one', JSON.stringify(build).replace(String(NOON), '1e999')],
  ['a channel without a report', '{"channel":"ops"}'],
  ['a channel that is no name', JSON.stringify({ channel: 7, report: build })],
  ['a report that is none', JSON.stringify({ channel: 'ops', report: { kind: 'build' } })],
  ['a report within a report', JSON.stringify({ channel: 'ops', report: { channel: 'ops', report: build } })],
])('%s is no post', (_case, body) => {
  expect(parsePost(body)).toBeUndefined();
});

test('fields that are not known stay outside, at every depth', () => {
  const canary = 'canary-1f0c';
  const told = [
    { ...build, token: canary, api: { health: 'healthy', because: 'ok', url: canary } },
    { ...health, headers: { cookie: canary } },
    { channel: 'ops', report: { ...build, [canary]: 1 }, secret: canary },
  ];
  for (const value of told) {
    const post = parsed(value);
    expect(post).toBeDefined();
    expect(JSON.stringify(post)).not.toContain(canary);
  }
});

test('a build’s time is when its outcome was decided, a health’s when it changed', () => {
  expect(timeOf(aBuildReport({ tookMs: 6_200 }))).toBe(NOON + 6_200);
  expect(timeOf(without(build, 'tookMs') as typeof build)).toBe(NOON);
  expect(timeOf(aHealthReport({ at: NOON + 1 }))).toBe(NOON + 1);
});

test('a filter names the outcome, and the health that is now', () => {
  expect(subjectOf(aBuildReport({ outcome: 'stuck' }))).toBe('stuck');
  expect(subjectOf(aHealthReport({ from: 'unhealthy', to: 'healthy' }))).toBe('healthy');
});
