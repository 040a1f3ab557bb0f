/**
 * Histories of an API, a check a minute, and what is posted of them. A letter is what both routes answer: `.` good,
 * `s` good but slow, `x` bad, `-` nothing is asked.
 */

import type { HostSays, Operation, Probe } from '../../shared/core/health.ts';
import type { HealthReport } from '../../shared/core/health-report.ts';
import { afterCheck, emptyHealth, type HealthState } from '../../shared/core/health-state.ts';
import { parseMaintenance } from '../../shared/core/maintenance.ts';
import { DAY_MS, MINUTE_MS, now, policy, probesOf } from './health-fixture.ts';

type History = Readonly<{
  letters: string;
  /** What the host says at a minute. */
  host?(minute: number, at: number): HostSays;
  /** When the certificate ends, by the minute of a check. */
  certificateEndsAt?: number;
  maintenance?: string;
  /** The clock at a minute; it goes on by one each, unless said otherwise. */
  clock?(minute: number): number;
  everyMs?: number;
}>;

const checked = (history: History): readonly HealthState[] => {
  const { letters, host, certificateEndsAt, everyMs = MINUTE_MS } = history;
  const rules = { ...policy, maintenance: parseMaintenance(history.maintenance ?? '') ?? [] };
  const clock = history.clock ?? ((minute) => now + minute * everyMs);
  const states: HealthState[] = [emptyHealth(clock(0))];
  for (const [minute, letter] of [...letters].entries()) {
    const at = clock(minute);
    const [bare] = probesOf(letter);
    const probe: Probe | undefined = bare && {
      ...bare,
      at,
      ...(certificateEndsAt === undefined ? {} : { certificateEndsAt }),
    };
    const observed = letter === '-' || !probe ? undefined : { direct: probe, edge: probe };
    states.push(afterCheck(states.at(-1) ?? emptyHealth(at), observed, host?.(minute, at), at, rules));
  }
  return states.slice(1);
};

/** `minute from>to`, with a star where it is planned, and how long an outage was, in minutes. */
const posted = (history: History): readonly string[] => {
  const states = checked(history);
  return states.flatMap(({ outbox }, minute) =>
    outbox.slice(states[minute - 1]?.outbox.length ?? 0).map(({ body }) => {
      const { from, to, outageMs, planned } = JSON.parse(body) as HealthReport;
      const outage = outageMs === undefined ? '' : ` ${outageMs / MINUTE_MS}`;
      return `${minute} ${from}>${to}${planned ? '*' : ''}${outage}`;
    }),
  );
};

const operation = (startedAt: number, more: Partial<Operation> = {}): Operation => ({
  id: 'aabbccddeeff',
  kind: 'deployment',
  status: 'in-progress',
  startedAt,
  ...more,
});

const deploying =
  (from: number, to: number, status: Operation['status'] = 'succeeded') =>
  (minute: number, at: number): HostSays => {
    const startedAt = now + from * MINUTE_MS;
    if (minute < from) return { at, status: 'running' };
    return minute < to
      ? { at, status: 'in-progress', operation: operation(startedAt) }
      : { at, status: 'running', operation: operation(startedAt, { status, endedAt: now + to * MINUTE_MS }) };
  };

describe('failing', () => {
  test.each<[string, string, readonly string[]]>([
    ['all is well', '......', []],
    ['one failure', '..x...', []],
    ['two failures, each time', '.xx.xx.xx.', []],
    ['flapping at every check', '.x.x.x.x.x', []],
    ['three failures', '.xxx', ['3 healthy>unhealthy']],
    ['an outage that goes on', '.xxxxxxxx', ['3 healthy>unhealthy']],
    ['one success', '.xxx.', ['3 healthy>unhealthy']],
    ['two successes', '.xxx..', ['3 healthy>unhealthy', '5 unhealthy>healthy 2']],
    ['a recovery that breaks off', '.xxx.x.x..', ['3 healthy>unhealthy', '9 unhealthy>healthy 6']],
    ['a second outage', '.xxx..xxx', ['3 healthy>unhealthy', '5 unhealthy>healthy 2', '8 healthy>unhealthy']],
    ['it never answered', 'xxx', ['2 unknown>unhealthy']],
  ])('%s: %s', (_case, letters, expected) => {
    expect(posted({ letters })).toEqual(expected);
  });
});

describe('slow', () => {
  test.each<[string, string, readonly string[]]>([
    ['two slow answers', '.ss.ss.', []],
    ['three', '.sss', ['3 healthy>degraded']],
    ['now above the limit and now below it', '.s.s.s.s.s.s', []],
    ['the same once it is degraded', '.sss.s.s.s.s', ['3 healthy>degraded']],
    ['two fast answers', '.sss..', ['3 healthy>degraded', '5 degraded>healthy']],
    ['slow, and then down', '.sssxxx', ['3 healthy>degraded', '6 degraded>unhealthy']],
    ['back from an outage, but slow', '.xxxss', ['3 healthy>unhealthy', '5 unhealthy>degraded 2']],
    ['a failure between slow answers', '.ssxss', []],
  ])('%s: %s', (_case, letters, expected) => {
    expect(posted({ letters })).toEqual(expected);
  });
});

describe('a deployment of the service', () => {
  test.each<[string, string, History['host'], readonly string[]]>([
    ['that nobody notices', '......', deploying(1, 4), []],
    ['that fails for a check or two', '..xx..', deploying(1, 4), []],
    ['that is down meanwhile', '..xxx..', deploying(1, 5), ['4 healthy>deploying', '6 deploying>healthy']],
    [
      'whose instances take a moment longer',
      '..xxxxx..',
      deploying(1, 5),
      ['4 healthy>deploying', '8 deploying>healthy'],
    ],
    [
      'that leaves it broken: two minutes after its end it is down',
      '..xxxxxx',
      deploying(1, 5),
      ['4 healthy>deploying', '7 deploying>unhealthy'],
    ],
    [
      'that never ends: after a quarter of an hour it is down',
      `.${'x'.repeat(17)}`,
      deploying(1, 99),
      ['3 healthy>deploying', '16 deploying>unhealthy'],
    ],
    [
      'of an API that is down already',
      '.xxxxx',
      deploying(4, 99),
      ['3 healthy>unhealthy', '4 unhealthy>deploying'],
    ],
  ])('%s', (_case, letters, host, expected) => {
    expect(posted({ letters, ...(host ? { host } : {}) })).toEqual(expected);
  });

  test('is named by the outage that follows it, for an hour', () => {
    const host = deploying(1, 2, 'failed');
    const told = (letters: string): string | undefined => checked({ letters, host }).at(-1)?.because;
    expect(told('...xxxx')).toBe(
      'status 503, 4 times in a row; a deployment of the service (aabbccdd) failed',
    );
    // It ended in minute 2: in minute 62 it is an hour ago, and in minute 63 it is more.
    expect(told(`${'.'.repeat(60)}xxx`)).toMatch(/; a deployment of the service \(aabbccdd\) failed$/);
    expect(told(`${'.'.repeat(61)}xxx`)).toBe('status 503, 3 times in a row');
  });

  test('is named as one that takes too long', () => {
    expect(checked({ letters: 'x'.repeat(18), host: deploying(0, 99) }).at(-1)?.because).toMatch(
      /; a deployment of the service \(aabbccdd\) takes too long$/,
    );
  });
});

describe('a certificate', () => {
  const days = (count: number): number => now + count * DAY_MS;

  test('is told of at 14 and at 7 days, once each, and again when it was renewed', () => {
    const letters = '.'.repeat(12);
    // A check a day; after the first it has 17 days left, after the last one six.
    expect(posted({ letters, everyMs: DAY_MS, certificateEndsAt: days(17) })).toEqual([
      '4 healthy>degraded',
      '11 degraded>degraded',
    ]);
  });

  test.each([
    ['exactly 14 days', days(14), []],
    ['a moment less', days(14) - 1, ['0 unknown>degraded']],
  ])('with %s left', (_case, certificateEndsAt, expected) => {
    expect(posted({ letters: '.', certificateEndsAt })).toEqual(expected);
  });

  test.each([
    ['.sss.', ['0 unknown>degraded', '3 degraded>degraded']],
    ['.sss..', ['0 unknown>degraded', '3 degraded>degraded', '5 degraded>degraded']],
    ['.ss.s.', ['0 unknown>degraded']],
    ['.sssxss', ['0 unknown>degraded', '3 degraded>degraded']],
  ])('hides no slowness: %s', (letters, expected) => {
    expect(posted({ letters, certificateEndsAt: days(10) })).toEqual(expected);
  });

  test('is not hidden by slowness', () => {
    expect(posted({ letters: 's'.repeat(12), everyMs: DAY_MS, certificateEndsAt: days(17) })).toEqual([
      '2 healthy>degraded',
      '4 degraded>degraded',
      '11 degraded>degraded',
    ]);
  });

  test('is not told of again after a failure, or after maintenance', () => {
    const certificateEndsAt = days(10);
    expect(posted({ letters: '.x..x..', certificateEndsAt })).toEqual(['0 unknown>degraded']);
    expect(posted({ letters: '......', certificateEndsAt, maintenance: 'Mon 12:02-12:04' })).toEqual([
      '0 unknown>degraded',
      '2 degraded>maintenance*',
      '4 maintenance>degraded*',
    ]);
  });
});

describe('maintenance', () => {
  // 2026-11-23 is a Monday, and the first check is at noon.
  const maintenance = 'Mon 12:02-12:06';

  test.each<[string, string, readonly string[]]>([
    [
      'of an API that answers all the time',
      '.........',
      ['2 healthy>maintenance*', '6 maintenance>healthy*'],
    ],
    ["is nobody's news while it is down", '..xxxx...', ['2 healthy>maintenance*', '7 maintenance>healthy*']],
    ['that leaves it broken', '..xxxxxxx', ['2 healthy>maintenance*', '6 maintenance>unhealthy']],
    ['that mends it in time', '..xx....', ['2 healthy>maintenance*', '6 maintenance>healthy*']],
    [
      'of an API that is down already, and is up afterwards',
      'xxx......',
      ['2 unknown>maintenance*', '6 maintenance>healthy*'],
    ],
  ])('%s: %s', (_case, letters, expected) => {
    expect(posted({ letters, maintenance })).toEqual(expected);
  });

  test('does not end an outage that began before it', () => {
    expect(posted({ letters: 'xxxx......', maintenance: 'Mon 12:04-12:06' })).toEqual([
      '2 unknown>unhealthy',
      '4 unhealthy>maintenance*',
      '6 maintenance>healthy 4',
    ]);
  });
});

describe('a clock', () => {
  test('that goes back gives no outage of less than nothing', () => {
    const clock = (minute: number): number => now + (minute < 4 ? minute : minute - 60) * MINUTE_MS;
    const [, recovered] = posted({ letters: '.xxx..', clock });
    expect(recovered).toBe('5 unhealthy>healthy 0');
  });

  test('that jumps ahead changes nothing but how long it seems', () => {
    const clock = (minute: number): number => now + (minute < 4 ? minute : minute + 60) * MINUTE_MS;
    expect(posted({ letters: '.xxx..', clock })).toEqual(['3 healthy>unhealthy', '5 unhealthy>healthy 62']);
  });

  test('of the host that is ahead of ours: an operation that ends in our future has just ended', () => {
    const host = (_minute: number, at: number): HostSays => ({
      at,
      status: 'running',
      operation: operation(at, { status: 'succeeded', endedAt: at + 5_000 }),
    });
    expect(posted({ letters: '.xxx', host })).toEqual(['3 healthy>deploying']);
  });
});
