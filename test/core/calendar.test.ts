import fc from 'fast-check';
import { instantOf, isoOf, monthOf } from '../../shared/core/calendar.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const first = Date.UTC(1970, 0, 1);
const last = Date.UTC(2101, 0, 1) - 1;

const monthByDate = (instant: number): string => new Date(instant).toISOString().slice(0, 7);

test('every day from 1970 to 2100 has the month that Date gives it, at its first and last ms', () => {
  for (let day = first; day <= last; day += DAY_MS) {
    if (monthOf(day) !== monthByDate(day)) expect([day, monthOf(day)]).toEqual([day, monthByDate(day)]);
    const end = day + DAY_MS - 1;
    if (monthOf(end) !== monthByDate(end)) expect([end, monthOf(end)]).toEqual([end, monthByDate(end)]);
  }
});

test('every day from 1970 to 2100 is the instant that Date gives it', () => {
  for (let day = first; day <= last; day += DAY_MS) {
    const text = `${new Date(day).toISOString().slice(0, 10)}T00:00:00Z`;
    if (instantOf(text) !== day) expect([text, instantOf(text)]).toEqual([text, day]);
  }
});

test('any instant from 1970 to 2100 survives ISO 8601 and has Date’s month', () => {
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (instant) => {
      expect(instantOf(new Date(instant).toISOString())).toBe(instant);
      expect(monthOf(instant)).toBe(monthByDate(instant));
    }),
  );
});

test.each([
  ['EventBridge’s time', '2026-11-23T12:00:00Z', Date.UTC(2026, 10, 23, 12)],
  ['the epoch', '1970-01-01T00:00:00Z', 0],
  ['a leap day', '2024-02-29T23:59:59Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
  ['a leap day of a century', '2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
  ['the day after a February of a century without one', '2100-03-01T00:00:00Z', Date.UTC(2100, 2, 1)],
  ['tenths', '2026-11-23T12:00:00.5Z', Date.UTC(2026, 10, 23, 12, 0, 0, 500)],
  ['microseconds, cut', '2026-11-23T12:00:00.123999Z', Date.UTC(2026, 10, 23, 12, 0, 0, 123)],
  ['nanoseconds, cut', '2026-11-23T12:00:00.999999999Z', Date.UTC(2026, 10, 23, 12, 0, 0, 999)],
  ['before the epoch', '1969-12-31T23:59:59Z', -1000],
])('%s is read', (_case, text, instant) => {
  expect(instantOf(text)).toBe(instant);
});

test('each number of milliseconds is read exactly', () => {
  for (let ms = 0; ms < 1000; ms += 1) {
    expect(instantOf(`1970-01-01T00:00:00.${String(ms).padStart(3, '0')}Z`)).toBe(ms);
  }
});

test.each([
  ['CodeBuild’s own format', 'Sep 1, 2017 4:12:29 PM'],
  ['a time zone', '2026-11-23T12:00:00+01:00'],
  ['no time zone', '2026-11-23T12:00:00'],
  ['a date alone', '2026-11-23'],
  ['text before it', ' 2026-11-23T12:00:00Z'],
  ['text after it', '2026-11-23T12:00:00Z\nx'],
  ['more than nanoseconds', '2026-11-23T12:00:00.1234567890Z'],
  ['a number', 1_700_000_000_000],
  ['null', null],
  ['nothing', undefined],
  ['an object', { toString: () => '2026-11-23T12:00:00Z' }],
])('%s is not an instant', (_case, value) => {
  expect(instantOf(value)).toBeUndefined();
});

test.each([
  [Date.UTC(2026, 10, 1) - 1, '2026-10'],
  [Date.UTC(2026, 10, 1), '2026-11'],
  [Date.UTC(2027, 0, 1) - 1, '2026-12'],
  [Date.UTC(2027, 0, 1), '2027-01'],
  [Date.UTC(2028, 2, 1) - 1, '2028-02'],
  [Date.UTC(2028, 2, 1), '2028-03'],
  [-1, '1969-12'],
])('%d is in the month %s, in UTC', (instant, month) => {
  expect(monthOf(instant)).toBe(month);
});

test.each([
  0,
  1,
  -1,
  951_782_399_999,
  951_782_400_000,
  Date.UTC(2000, 1, 29, 23, 59, 59, 999),
  Date.UTC(2026, 10, 23, 12, 34, 56, 7),
  Date.UTC(2100, 1, 28),
])('%d is written as the platform writes it', (instant) => {
  expect(isoOf(instant)).toBe(new Date(instant).toISOString());
});
