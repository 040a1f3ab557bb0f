/**
 * Planned maintenance: times at which a change of the API's health is nobody's news. All of it is in UTC.
 */

import { instantOf } from './calendar.ts';

/** `weekly` counts minutes from Sunday 00:00 and may reach into the next week; `once` is in ms since 1970. */
export type MaintenanceWindow =
  | Readonly<{ kind: 'weekly'; fromMinute: number; minutes: number }>
  | Readonly<{ kind: 'once'; from: number; to: number }>;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** 1970-01-01 was a Thursday. */
const EPOCH_MINUTE = 4 * DAY_MINUTES;

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const EVERY_DAY = 'daily';
const WEEKLY = /^(sun|mon|tue|wed|thu|fri|sat|daily) ([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/i;
const ONCE = /^(\S+Z)\/(\S+Z)$/;

/** What one window has to look like, for an error. */
export const WINDOW_EXPECTED =
  'windows in UTC such as "Sun 02:00-03:30", "daily 23:30-00:15" or "2026-12-24T22:00:00Z/2026-12-25T06:00:00Z"';

/** Windows separated by commas; undefined where one of them is none. */
export const parseMaintenance = (text: string): readonly MaintenanceWindow[] | undefined => {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const windows = parts.map(windowsOf);
  return windows.every((one) => one !== undefined) ? windows.flat() : undefined;
};

const windowsOf = (text: string): readonly MaintenanceWindow[] | undefined => {
  const [, from, to] = ONCE.exec(text) ?? [];
  if (from !== undefined) return onceOf(instantOf(from), instantOf(to));
  const [, day = '', ...clock] = WEEKLY.exec(text) ?? [];
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = clock.map(Number);
  const starts = fromHour * 60 + fromMinute;
  // Before midnight to after it, where the end is earlier than the beginning.
  const minutes = (toHour * 60 + toMinute - starts + DAY_MINUTES) % DAY_MINUTES;
  if (day === '' || minutes === 0) return undefined;
  const days = day.toLowerCase() === EVERY_DAY ? DAYS : [day.toLowerCase()];
  return days.map((one) => ({
    kind: 'weekly',
    fromMinute: DAYS.indexOf(one) * DAY_MINUTES + starts,
    minutes,
  }));
};

const onceOf = (
  from: number | undefined,
  to: number | undefined,
): readonly MaintenanceWindow[] | undefined =>
  from === undefined || to === undefined || to <= from ? undefined : [{ kind: 'once', from, to }];

/** When the maintenance ends that there is at `now`, ms since 1970; undefined where there is none. */
export const maintenanceEnd = (windows: readonly MaintenanceWindow[], now: number): number | undefined => {
  const ends = windows.flatMap((window) => endOf(window, now) ?? []);
  return ends.length === 0 ? undefined : ends.reduce((a, b) => Math.max(a, b));
};

const endOf = (window: MaintenanceWindow, now: number): number | undefined => {
  if (window.kind === 'once') return now >= window.from && now < window.to ? window.to : undefined;
  const minute = Math.floor(now / MINUTE_MS) + EPOCH_MINUTE;
  const since = (minute - window.fromMinute) % WEEK_MINUTES;
  if (since >= window.minutes) return undefined;
  return (minute - since + window.minutes - EPOCH_MINUTE) * MINUTE_MS;
};
