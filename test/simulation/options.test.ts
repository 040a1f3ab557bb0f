import { parseOptions } from './options.ts';

test('without options it is a thousand schedules from seed 1', () => {
  expect(parseOptions([])).toEqual({
    schedules: 1_000,
    seed: 1,
    jobs: 1,
    crashEvery: false,
    bugs: false,
    trace: false,
    json: false,
    help: false,
  });
});

test('each option is read', () => {
  const args = '--schedules 5 --seed 0 --jobs 2 --crash-every --bug x --trace --json --bugs -h'.split(' ');
  expect(parseOptions(args)).toEqual({
    schedules: 5,
    seed: 0,
    jobs: 2,
    crashEvery: true,
    bug: 'x',
    bugs: true,
    trace: true,
    json: true,
    help: true,
  });
});

test.each([
  [['--schedules', '0'], '--schedules: expected a whole number from 1 to'],
  [['--schedules', '1.5'], 'got "1.5"'],
  [['--seed', '-1'], "'--seed'"],
  [['--seed', 'x'], '--seed: expected a whole number from 0 to'],
  [['--jobs', '65'], '--jobs: expected a whole number from 1 to 64, got "65"'],
  [['--nonsense'], '--nonsense'],
])('%j is refused by name', (args, because) => {
  expect(() => parseOptions(args)).toThrow(because);
});
