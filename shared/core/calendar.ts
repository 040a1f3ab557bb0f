/**
 * The few things the core needs of the calendar, in UTC and without the clock.
 *
 * Days are counted as in Howard Hinnant's "chrono-compatible low-level date algorithms": years start in March,
 * so that the leap day is a year's last.
 */

const DAY_MS = 86_400_000;

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;

/** An instant in ms since 1970 from ISO 8601 in UTC ("2026-11-23T12:00:00Z"), as EventBridge writes `time`. */
export const instantOf = (text: unknown): number | undefined => {
  const parts = typeof text === 'string' ? ISO.exec(text) : null;
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const milliseconds = Math.trunc(Number(`0.${parts[7] ?? '0'}`) * 1000);
  return daysOf(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
};

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** The calendar day of an instant: "2026-11-23". */
export const dayOf = (instant: number): string => {
  const shifted = Math.floor(instant / DAY_MS) + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
};

/** The calendar month of an instant: "2026-11". */
export const monthOf = (instant: number): string => dayOf(instant).slice(0, 7);

/** ISO 8601 in UTC, with milliseconds: "2026-11-23T12:00:00.000Z". */
export const isoOf = (instant: number): string => {
  const whole = Math.floor(instant);
  const ofDay = whole - Math.floor(whole / DAY_MS) * DAY_MS;
  const [hours, minutes, seconds] = [
    Math.floor(ofDay / 3_600_000),
    Math.floor(ofDay / 60_000) % 60,
    Math.floor(ofDay / 1000) % 60,
  ];
  return `${dayOf(whole)}T${padded(hours, 2)}:${padded(minutes, 2)}:${padded(seconds, 2)}.${padded(ofDay % 1000, 3)}Z`;
};

/** For people: "2026-11-23 12:00 UTC". */
export const minuteOf = (instant: number): string => `${isoOf(instant).slice(0, 16).replace('T', ' ')} UTC`;

const daysOf = (year: number, month: number, day: number): number => {
  const fromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};
