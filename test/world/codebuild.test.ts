import { createCodeBuild, IN_CLEAR } from './codebuild.ts';
import { matches } from './eventbridge.ts';

const world = () => {
  let now = Date.UTC(2026, 10, 23, 16, 12, 29);
  let ids = 0;
  const events: unknown[] = [];
  const codebuild = createCodeBuild({
    now: () => now,
    id: () => {
      ids += 1;
      return `id${ids}`;
    },
    project: 'site',
    onEvent: (event) => events.push(event),
  });
  return { codebuild, events, pass: (ms: number) => (now += ms) };
};

test('a build is in progress until it is finished, and keeps both times', () => {
  const { codebuild, pass } = world();
  const id = codebuild.start({ commit: 'abc' });
  expect(codebuild.batchGet([id]).builds[0]).toMatchObject({
    buildStatus: 'IN_PROGRESS',
    resolvedSourceVersion: 'abc',
  });
  expect(codebuild.batchGet([id]).builds[0]?.endTime).toBeUndefined();
  pass(5_000);
  codebuild.finish(id, 'FAILED');
  const build = codebuild.batchGet([id]).builds[0];
  expect(build?.buildStatus).toBe('FAILED');
  expect((build?.endTime ?? 0) - (build?.startTime ?? 0)).toBe(5_000);
});

test('a build ends once', () => {
  const { codebuild } = world();
  const id = codebuild.start();
  codebuild.finish(id, 'SUCCEEDED');
  expect(() => codebuild.finish(id, 'FAILED')).toThrow(/in progress/);
});

test('builds are listed newest first, a hundred a page', () => {
  const { codebuild } = world();
  const ids = Array.from({ length: 101 }, () => codebuild.start());
  const page = codebuild.listForProject('site');
  expect(page.ids).toEqual([...ids].reverse().slice(0, 100));
  expect(codebuild.listForProject('site', page.nextToken).ids).toEqual([ids[0]]);
});

test('another project and an unknown build are said to be unknown', () => {
  const { codebuild } = world();
  expect(() => codebuild.listForProject('other')).toThrow(/other/);
  expect(codebuild.batchGet(['site:none'])).toEqual({ builds: [], buildsNotFound: ['site:none'] });
});

test.each([
  ['no id', 0, false],
  ['one id', 1, true],
  ['a hundred ids', 100, true],
  ['more than a hundred ids', 101, false],
])('%s in one call', (_case, count, isTaken) => {
  const { codebuild } = world();
  const ask = () => codebuild.batchGet(Array.from({ length: count }, (_, n) => `site:${n}`));
  if (isTaken) expect(ask().buildsNotFound).toHaveLength(count);
  else expect(ask).toThrow(/expected 1 to 100 ids, got/);
});

test.each([
  ['after midnight', Date.UTC(2017, 8, 1, 0, 0, 5), 'Sep 1, 2017 12:00:05 AM'],
  ['before noon', Date.UTC(2017, 8, 30, 11, 59, 59), 'Sep 30, 2017 11:59:59 AM'],
  ['at noon', Date.UTC(2017, 0, 1, 12, 4, 0), 'Jan 1, 2017 12:04:00 PM'],
  ['before midnight', Date.UTC(2017, 11, 31, 23, 59, 59), 'Dec 31, 2017 11:59:59 PM'],
])('the start time of a build %s, as CodeBuild writes it', (_case, now, expected) => {
  const events: unknown[] = [];
  createCodeBuild({
    now: () => now,
    id: () => 'id',
    project: 'site',
    onEvent: (event) => events.push(event),
  }).start();
  expect(events[0]).toMatchObject({
    detail: { 'additional-information': { 'build-start-time': expected, 'build-complete': false } },
  });
});

test('an event carries the commit, the log and, in clear, the environment', () => {
  const { codebuild, events } = world();
  codebuild.start({ commit: 'c0ffee', logUrl: 'https://log' });
  expect(events[0]).toMatchObject({
    detail: {
      'additional-information': {
        'source-version': 'c0ffee',
        logs: { 'deep-link': 'https://log' },
        environment: { 'environment-variables': [{ name: 'TOKEN', type: 'PLAINTEXT', value: IN_CLEAR }] },
      },
    },
  });
});

test('each change of state is an event in the shape that rules match on', () => {
  const { codebuild, events } = world();
  codebuild.finish(codebuild.start(), 'SUCCEEDED');
  expect(events).toHaveLength(2);
  const pattern = {
    source: ['aws.codebuild'],
    'detail-type': ['CodeBuild Build State Change'],
    detail: { 'build-status': ['SUCCEEDED'], 'project-name': ['site'] },
  };
  expect(events.map((event) => matches(pattern, event))).toEqual([false, true]);
  expect(events[1]).toMatchObject({
    detail: {
      'build-id': 'arn:aws:codebuild:us-east-1:000000000000:build/site:id1',
      'additional-information': { 'build-complete': true, 'build-start-time': 'Nov 23, 2026 4:12:29 PM' },
    },
  });
});

test('each phase has its own times, and one that is begun ends the one before', () => {
  const { codebuild, events, pass } = world();
  const id = codebuild.start();
  pass(1_000);
  codebuild.enter(id, 'INSTALL');
  pass(2_500);
  codebuild.finish(id, 'SUCCEEDED');
  expect(events.map(phasesOf)).toEqual([
    [{ 'phase-type': 'SUBMITTED', 'start-time': 'Nov 23, 2026 4:12:29 PM' }],
    [
      {
        'phase-type': 'SUBMITTED',
        'phase-status': 'SUCCEEDED',
        'start-time': 'Nov 23, 2026 4:12:29 PM',
        'end-time': 'Nov 23, 2026 4:12:30 PM',
        'duration-in-seconds': 1,
      },
      {
        'phase-type': 'INSTALL',
        'phase-status': 'SUCCEEDED',
        'start-time': 'Nov 23, 2026 4:12:30 PM',
        'end-time': 'Nov 23, 2026 4:12:32 PM',
        'duration-in-seconds': 3,
      },
      { 'phase-type': 'COMPLETED', 'start-time': 'Nov 23, 2026 4:12:32 PM' },
    ],
  ]);
  expect(events.map((event) => detailOf(event)['current-phase'])).toEqual(['SUBMITTED', 'COMPLETED']);
});

type Detail = Readonly<{ 'current-phase': string; 'additional-information': Readonly<{ phases: unknown }> }>;
const detailOf = (event: unknown): Detail => (event as { detail: Detail }).detail;
const phasesOf = (event: unknown): unknown => detailOf(event)['additional-information'].phases;

test.each([
  ['a build that succeeds', undefined, 'SUCCEEDED', ['SUCCEEDED', 'SUCCEEDED']],
  ['one that fails where it is', undefined, 'FAILED', ['SUCCEEDED', 'FAILED']],
  ['one that fails for an earlier phase', 'SUBMITTED', 'FAILED', ['FAILED', 'SUCCEEDED']],
  ['one that is stopped', undefined, 'STOPPED', ['SUCCEEDED', 'STOPPED']],
] as const)('the phases of %s say so', (_case, failed, status, expected) => {
  const { codebuild } = world();
  const id = codebuild.start();
  codebuild.enter(id, 'BUILD');
  if (failed) codebuild.failPhase(id, failed);
  codebuild.finish(id, status);
  const phases = codebuild.batchGet([id]).builds[0]?.phases ?? [];
  expect(phases.map(({ phaseStatus }) => phaseStatus)).toEqual([...expected, undefined]);
});

test('what is learnt of a build while it runs is kept, and not after its end', () => {
  const { codebuild } = world();
  const id = codebuild.start({ commit: 'old' });
  codebuild.describe(id, { resolvedSourceVersion: 'new', logUrl: 'file:///log' });
  expect(codebuild.batchGet([id]).builds[0]).toMatchObject({
    resolvedSourceVersion: 'new',
    logUrl: 'file:///log',
  });
  codebuild.finish(id, 'SUCCEEDED');
  expect(() => codebuild.describe(id, { logUrl: 'x' })).toThrow(/in progress/);
  expect(() => codebuild.enter(id, 'BUILD')).toThrow(/in progress/);
});
