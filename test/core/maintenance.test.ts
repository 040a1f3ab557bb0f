import fc from 'fast-check';
import { maintenanceEnd, parseMaintenance } from '../../shared/core/maintenance.ts';

const at = (iso: string): number => Date.parse(iso);
const endAt = (text: string, iso: string): string | undefined => {
  const end = maintenanceEnd(parseMaintenance(text) ?? [], at(iso));
  return end === undefined ? undefined : new Date(end).toISOString();
};

// 2026-11-22 is a Sunday.
test.each([
  ['a minute early', 'Sun 02:00-03:30', '2026-11-22T01:59:59.999Z', undefined],
  ['as it begins', 'Sun 02:00-03:30', '2026-11-22T02:00:00Z', '2026-11-22T03:30:00.000Z'],
  ['as it ends', 'Sun 02:00-03:30', '2026-11-22T03:29:59.999Z', '2026-11-22T03:30:00.000Z'],
  ['as it is over', 'Sun 02:00-03:30', '2026-11-22T03:30:00Z', undefined],
  ['from a quarter past, before it', 'Sun 02:15-03:30', '2026-11-22T02:14:00Z', undefined],
  ['from a quarter past', 'Sun 02:15-03:30', '2026-11-22T02:15:00Z', '2026-11-22T03:30:00.000Z'],
  ['in the last hours of a day', 'daily 20:00-23:59', '2026-11-24T23:58:00Z', '2026-11-24T23:59:00.000Z'],
  ['over midnight to the evening', 'Mon 20:30-20:00', '2026-11-24T19:59:00Z', '2026-11-24T20:00:00.000Z'],
  ['on another day', 'Sun 02:00-03:30', '2026-11-23T02:30:00Z', undefined],
  ['a week later', 'sun 02:00-03:30', '2026-11-29T02:30:00Z', '2026-11-29T03:30:00.000Z'],
  ['over midnight, before it', 'Sat 23:30-00:15', '2026-11-21T23:30:00Z', '2026-11-22T00:15:00.000Z'],
  [
    'over midnight and the week, after it',
    'Sat 23:30-00:15',
    '2026-11-22T00:14:00Z',
    '2026-11-22T00:15:00.000Z',
  ],
  ['over midnight, at its end', 'Sat 23:30-00:15', '2026-11-22T00:15:00Z', undefined],
  ['every day', 'daily 23:30-00:15', '2026-11-25T00:10:00Z', '2026-11-25T00:15:00.000Z'],
  [
    'once, as it begins',
    '2026-12-24T22:00:00Z/2026-12-25T06:00:00Z',
    '2026-12-24T22:00:00Z',
    '2026-12-25T06:00:00.000Z',
  ],
  ['once, as it is over', '2026-12-24T22:00:00Z/2026-12-25T06:00:00Z', '2026-12-25T06:00:00Z', undefined],
  [
    'in two, of which the later end counts',
    'Sun 02:00-03:00, daily 02:30-04:00',
    '2026-11-22T02:45:00Z',
    '2026-11-22T04:00:00.000Z',
  ],
  ['without any', '', '2026-11-22T02:45:00Z', undefined],
])('%s', (_case, text, iso, end) => {
  expect(endAt(text, iso)).toBe(end);
});

test.each([
  'Sun',
  'Sun 02:00',
  'Sun 2:00-3:00',
  'Sun 24:00-25:00',
  'Sun 24:00-02:00',
  'Sun 02:00-24:00',
  'Sun 02:00-30:00',
  'Sun 02:60-03:00',
  'Sun 02:00-03:60',
  '2026-13-24T22:00:00/2026-12-25T22:00:00Z',
  '2026-12-24T22:00:00Z/tomorrowZ',
  'yesterdayZ/2026-12-24T22:00:00Z',
  'Sun 02:00-02:00',
  'Sunday 02:00-03:00',
  '02:00-03:00',
  '2026-12-24T22:00:00Z/2026-12-24T22:00:00Z',
  '2026-12-25T22:00:00Z/2026-12-24T22:00:00Z',
  '2026-12-24T22:00:00/2026-12-25T22:00:00',
  'Sun 02:00-03:00,nonsense',
])('%j is no maintenance', (text) => {
  expect(parseMaintenance(text)).toBeUndefined();
});

test('a weekly window is what the calendar says', () => {
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const two = (value: number): string => String(value).padStart(2, '0');
  fc.assert(
    fc.property(
      fc.nat(6),
      fc.nat(23),
      fc.integer({ min: 1, max: 59 }),
      fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') }),
      (day, hour, to, instant) => {
        const windows = parseMaintenance(`${days[day]} ${two(hour)}:00-${two(hour)}:${two(to)}`) ?? [];
        const date = new Date(instant);
        const isIn = date.getUTCDay() === day && date.getUTCHours() === hour && date.getUTCMinutes() < to;
        expect(maintenanceEnd(windows, instant) !== undefined).toBe(isIn);
      },
    ),
  );
});
