import { awaitsStarts, noteStarted, type StartedBuild } from '../../shared/core/starts.ts';
import { aBuild, aHead, now, owed } from './head-fixture.ts';

const running = (id: string, more: Partial<StartedBuild> = {}): StartedBuild => ({
  id,
  startedAt: now - 10_000,
  commit: 'c1',
  logUrl: 'https://log',
  ...more,
});
const withoutCommit = ({ commit: _commit, ...build }: StartedBuild): StartedBuild => build;

test('a build that began is reported once, with all that is known of it', () => {
  const head = noteStarted(aHead(), [running('a')], now);
  expect(owed(head, 'post')).toEqual([
    {
      kind: 'start',
      id: 'a/start',
      build: 'a',
      startedAt: now - 10_000,
      commit: 'c1',
      logUrl: 'https://log',
    },
  ]);
  expect(awaitsStarts(head, [running('a')])).toBe(false);
  expect(noteStarted(head, [running('a')], now + 60_000)).toBe(head);
});

test('one whose end is noted has not begun any more', () => {
  const head = aHead({ builds: [aBuild('a')] });
  expect(noteStarted(head, [running('a')], now)).toBe(head);
});

test.each([
  [59_999, 0],
  [60_000, 1],
])('without a commit it is reported %d ms after its start: %d times', (age, times) => {
  const build = withoutCommit(running('a', { startedAt: now - age }));
  const head = noteStarted(aHead(), [build], now);
  expect(owed(head, 'post')).toHaveLength(times);
  expect(awaitsStarts(head, [build])).toBe(times === 0);
});

test('what does not run any more is forgotten, once there is something new to note', () => {
  const first = noteStarted(aHead(), [running('a'), running('b')], now);
  expect(first.started).toEqual(['a', 'b']);
  expect(noteStarted(first, [running('b')], now)).toBe(first);
  expect(noteStarted(first, [running('b'), running('c')], now).started).toEqual(['b', 'c']);
});

test('what the head owes already stays', () => {
  const outbox = [{ id: 'x', queue: 'follow', body: '{}' }] as const;
  expect(noteStarted(aHead({ outbox }), [running('a')], now).outbox[0]).toEqual(outbox[0]);
});
