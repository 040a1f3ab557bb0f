/**
 * What the checks of the API have been, bounded: single ones for a day, hours for a week, days for ninety. Nothing
 * in it grows without limit, however long it runs.
 */

/** `other`: paused, deployed or maintained, which counts for neither. */
export type CheckState = 'up' | 'down' | 'other';

/** `at` in ms since 1970; latencies in ms, absent where there was no answer. */
export type Check = Readonly<{ at: number; state: CheckState; directMs?: number; edgeMs?: number }>;

/** An hour or a day that begins at `at`: for how long it was known to be up and down, and its answers, in ms. */
export type Rollup = Readonly<{
  at: number;
  upMs: number;
  downMs: number;
  answers: number;
  totalMs: number;
  mostMs: number;
}>;

/** All oldest first. `everyMs`: how soon a healthy API was to be asked again after the last check. */
export type CheckHistory = Readonly<{
  everyMs?: number;
  last?: Check;
  checks: readonly Check[];
  hours: readonly Rollup[];
  days: readonly Rollup[];
}>;

export const emptyChecks: CheckHistory = { checks: [], hours: [], days: [] };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A check is kept when so much time is over since the last one that was, or when the state changed. */
const KEEP_EVERY_MS = 5 * MINUTE_MS;

/** Clocks and schedules are not exact: a check that comes a moment early is kept too. */
const EARLY_MS = 30_000;

/** What is taken for the interval where none was stored. */
const EVERY_STANDARD_MS = 5 * MINUTE_MS;

/** One check may be lost, and no more. */
const INTERVALS_BELIEVED = 2;

/** Ticks are late now and then, and a check each minute is none to rely on to the minute. */
const BELIEVED_LEAST_MS = 10 * MINUTE_MS;

/** Nobody is told that the checks are old for a few that came late. */
const OLD_LEAST_MS = 30 * MINUTE_MS;

export const CHECKS_KEPT = 300;
export const HOURS_KEPT = 7 * 24;
export const DAYS_KEPT = 90;

/** Within what time of a check in this state the next one is due: failing ones come with every tick. */
const dueWithinMs = (state: CheckState, everyMs: number): number => (state === 'down' ? 0 : everyMs);

/** For how long a state is believed after its check: for what came later nobody looked. */
const believedMs = (state: CheckState, everyMs = EVERY_STANDARD_MS): number =>
  Math.max(BELIEVED_LEAST_MS, INTERVALS_BELIEVED * dueWithinMs(state, everyMs));

/** For how long a kept check stands for those after it, which need not be kept. */
export const keptForMs = (state: CheckState, everyMs?: number): number =>
  KEEP_EVERY_MS + believedMs(state, everyMs);

/** Within what time of its last check the history is to have another that is kept, and when it is old without. */
export const freshnessOf = ({
  last,
  everyMs = EVERY_STANDARD_MS,
}: CheckHistory): Readonly<{ dueMs: number; oldMs: number }> => {
  const { state } = last ?? { state: 'other' as const };
  const dueMs = Math.max(KEEP_EVERY_MS, dueWithinMs(state, everyMs));
  return { dueMs, oldMs: Math.max(OLD_LEAST_MS, keptForMs(state, everyMs)) };
};

/**
 * With one more check; a healthy API is asked again after `everyMs`. One from before the last, by a clock that went
 * back, takes no time.
 */
export const withCheck = (history: CheckHistory, check: Check, everyMs = EVERY_STANDARD_MS): CheckHistory => {
  const { last } = history;
  const kept = history.checks.at(-1);
  const isKept =
    kept === undefined ||
    kept.state !== check.state ||
    Math.abs(check.at - kept.at) >= KEEP_EVERY_MS - EARLY_MS;
  const spans = last === undefined ? [] : spansOf(last, check.at, history.everyMs);
  const add = (rollups: readonly Rollup[], lengthMs: number, most: number): readonly Rollup[] => {
    const timed = spans.reduce<readonly Rollup[]>(
      (all, { from, to }) => withSpan(all, lengthMs, from, to, last?.state ?? 'other'),
      rollups,
    );
    return withAnswer(timed, lengthMs, check).slice(-most);
  };
  return {
    everyMs,
    last: check,
    checks: isKept ? [...history.checks, check].slice(-CHECKS_KEPT) : history.checks,
    hours: add(history.hours, HOUR_MS, HOURS_KEPT),
    days: add(history.days, DAY_MS, DAYS_KEPT),
  };
};

/** Whether the last check is one that is kept: what is drawn of them has changed. */
export const isNewlyKept = ({ last, checks }: CheckHistory): boolean =>
  last !== undefined && checks.at(-1) === last;

type Span = Readonly<{ from: number; to: number }>;

/** From a check to the next, cut at each hour: none of them reaches into two rollups. */
const spansOf = (last: Check, now: number, everyMs: number | undefined): readonly Span[] => {
  const end = Math.min(now, last.at + believedMs(last.state, everyMs));
  const spans: Span[] = [];
  for (let from = last.at; from < end; ) {
    const to = Math.min(end, startOf(from, HOUR_MS) + HOUR_MS);
    spans.push({ from, to });
    from = to;
  }
  return spans;
};

const startOf = (at: number, lengthMs: number): number => Math.floor(at / lengthMs) * lengthMs;

const withSpan = (
  rollups: readonly Rollup[],
  lengthMs: number,
  from: number,
  to: number,
  state: CheckState,
): readonly Rollup[] =>
  changed(rollups, startOf(from, lengthMs), (rollup) => ({
    ...rollup,
    upMs: rollup.upMs + (state === 'up' ? to - from : 0),
    downMs: rollup.downMs + (state === 'down' ? to - from : 0),
  }));

const withAnswer = (rollups: readonly Rollup[], lengthMs: number, check: Check): readonly Rollup[] => {
  const { at, directMs } = check;
  return changed(rollups, startOf(at, lengthMs), (rollup) =>
    directMs === undefined
      ? rollup
      : {
          ...rollup,
          answers: rollup.answers + 1,
          totalMs: rollup.totalMs + directMs,
          mostMs: Math.max(rollup.mostMs, directMs),
        },
  );
};

/** The rollup that begins at `at`, made where it is missing; one older than all that are kept is left out later. */
const changed = (
  rollups: readonly Rollup[],
  at: number,
  change: (rollup: Rollup) => Rollup,
): readonly Rollup[] => {
  const found = rollups.find((rollup) => rollup.at === at);
  if (found) return rollups.map((rollup) => (rollup === found ? change(found) : rollup));
  const empty: Rollup = { at, upMs: 0, downMs: 0, answers: 0, totalMs: 0, mostMs: 0 };
  return [...rollups, change(empty)].sort((one, other) => one.at - other.at);
};

/** The days that the page tells of: where there were gaps, more of the past is kept than ninety days. */
export const daysUntil = (now: number, days: readonly Rollup[]): readonly Rollup[] => {
  const first = startOf(now, DAY_MS) - (DAYS_KEPT - 1) * DAY_MS;
  return days.filter(({ at }) => at >= first);
};

/** The share of the time that it was up, from 0 to 1; undefined where nobody knows. */
export const uptimeOf = (rollups: readonly Pick<Rollup, 'upMs' | 'downMs'>[]): number | undefined => {
  const up = rollups.reduce((sum, { upMs }) => sum + upMs, 0);
  const down = rollups.reduce((sum, { downMs }) => sum + downMs, 0);
  return up + down === 0 ? undefined : up / (up + down);
};

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const STATES: readonly unknown[] = ['up', 'down', 'other'];

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => Object(value);

const isCheck = (value: unknown): boolean => {
  const { at, state, directMs, edgeMs } = fieldsOf(value);
  return (
    isNumber(at) &&
    STATES.includes(state) &&
    [directMs, edgeMs].every((ms) => ms === undefined || isNumber(ms))
  );
};

const isRollup = (value: unknown): boolean => {
  const { at, upMs, downMs, answers, totalMs, mostMs } = fieldsOf(value);
  return [at, upMs, downMs, answers, totalMs, mostMs].every(isNumber);
};

/** Whether stored checks are what they have to be. */
export const isCheckHistory = (value: unknown): value is CheckHistory => {
  const { everyMs, last, checks, hours, days } = fieldsOf(value);
  return (
    (everyMs === undefined || isNumber(everyMs)) &&
    (last === undefined || isCheck(last)) &&
    Array.isArray(checks) &&
    checks.every(isCheck) &&
    [hours, days].every((list) => Array.isArray(list) && list.every(isRollup))
  );
};
