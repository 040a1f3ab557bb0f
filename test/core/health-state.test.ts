import type { HostSays } from '../../shared/core/health.ts';
import type { Health, HealthReport } from '../../shared/core/health-report.ts';
import { afterCheck, emptyHealth, type HealthState, PROBES_KEPT } from '../../shared/core/health-state.ts';
import { bad, DAY_MS, good, MINUTE_MS, now, policy, probesOf } from './health-fixture.ts';

const HOSTS: Readonly<Record<string, (at: number) => HostSays>> = {
  r: (at) => ({ at, status: 'running' }),
  p: (at) => ({ at, status: 'paused' }),
  o: (at) => ({
    at,
    status: 'in-progress',
    operation: { id: '0123456789', kind: 'other', status: 'in-progress', startedAt: now },
  }),
  d: (at) => ({ at, status: 'deleted' }),
};

/** A check a minute: a letter of `direct`, `edge` and `hosts` each; a dash probes nothing, or has no host. */
const replay = (direct: string, edge: string, hosts: string): readonly HealthState[] => {
  const states: HealthState[] = [emptyHealth(now)];
  for (const [index, letter] of [...direct].entries()) {
    const at = now + index * MINUTE_MS;
    const [one] = probesOf(letter);
    const [other] = probesOf(edge[index] ?? '');
    const observed = letter === '-' || !one || !other ? undefined : { direct: one, edge: other };
    const before = states.at(-1) ?? emptyHealth(now);
    states.push(afterCheck(before, observed, HOSTS[hosts[index] ?? '-']?.(at), at, policy));
  }
  return states.slice(1);
};

const reportsOf = (states: readonly HealthState[]): readonly HealthReport[] =>
  (states.at(-1)?.outbox ?? []).map(({ body }) => JSON.parse(body));

const LETTERS: Readonly<Record<Health, string>> = {
  healthy: 'h',
  degraded: 'g',
  unhealthy: 'U',
  paused: 'p',
  deploying: 'd',
  maintenance: 'm',
  unknown: '?',
};

describe('a history', () => {
  test.each<[string, string, string, string, string, readonly string[]]>([
    ['all is well', '.....', '.....', '-----', 'hhhhh', []],
    ['a service that never answered', 'xxxx', 'xxxx', '----', '??UU', ['unknown>unhealthy']],
    ['two failures are noise', '.xx.xx.', '.xx.xx.', '-------', 'hhhhhhh', []],
    ['flapping is no news', '.x.x.x.x', '.x.x.x.x', '--------', 'hhhhhhhh', []],
    [
      'an outage and its end',
      '.xxxx..',
      '.xxxx..',
      '-------',
      'hhhUUUh',
      ['healthy>unhealthy', 'unhealthy>healthy after 3'],
    ],
    [
      'an outage that flaps is one outage',
      '.xxx.x.x..',
      '.xxx.x.x..',
      '----------',
      'hhhUUUUUUh',
      ['healthy>unhealthy', 'unhealthy>healthy after 6'],
    ],
    ['failures of two routes are not added up', '.x.x.x.', '..x.x.x', '-------', 'hhhhhhh', []],
    [
      'a broken route',
      '......',
      '.xxx..',
      '------',
      'hhhUUh',
      ['healthy>unhealthy', 'unhealthy>healthy after 2'],
    ],
    [
      'an outage that ends slowly',
      '.xxxss..',
      '.xxxss..',
      '--------',
      'hhhUUggh',
      ['healthy>unhealthy', 'unhealthy>degraded after 2', 'degraded>healthy'],
    ],
    ['slow at first sight', 'sss..', 'sss..', '-----', 'hhggh', ['healthy>degraded', 'degraded>healthy']],
    [
      'a deployment without an answer',
      '.xxxx..',
      '.xxxx..',
      'rooooor',
      'hhhdddh',
      ['healthy>deploying', 'deploying>healthy'],
    ],
    [
      'a deployment that is over as soon as it answers',
      '.xxxx..',
      '.xxxx..',
      'roooorr',
      'hhhdddh',
      ['healthy>deploying', 'deploying>healthy'],
    ],
    [
      'a deployment that leaves it broken',
      '.xxxxx..',
      '.xxxxx..',
      'roooorrr',
      'hhhddUUh',
      ['healthy>deploying', 'deploying>unhealthy', 'unhealthy>healthy after 2'],
    ],
    [
      'an outage that a deployment ends is as long as both',
      '.xxxxx..',
      '.xxxxx..',
      'rrrroooo',
      'hhhUdddh',
      ['healthy>unhealthy', 'unhealthy>deploying', 'deploying>healthy after 4'],
    ],
    [
      'a pause and its end',
      '.xxxx..',
      '.xxxx..',
      'rppppor',
      'hppppdh',
      ['healthy>paused', 'paused>deploying', 'deploying>healthy'],
    ],
    ['the host alone makes a change', '.--', '.--', 'rrp', 'hhp', ['healthy>paused']],
    ['a deleted service', '...', '...', 'rdd', 'hUU', ['healthy>unhealthy']],
    [
      'an outage that only the host told of, before any probe',
      '--.',
      '--.',
      'drr',
      'U?h',
      ['unknown>unhealthy', 'unhealthy>unknown', 'unknown>healthy after 2'],
    ],
  ])(
    '%s: %s directly, %s through the distribution, host %s',
    (_case, direct, edge, hosts, healths, reports) => {
      const states = replay(direct, edge, hosts);
      expect(states.map(({ health }) => LETTERS[health]).join('')).toBe(healths);
      expect(
        reportsOf(states).map(
          ({ from, to, outageMs }) =>
            `${from}>${to}${outageMs === undefined ? '' : ` after ${outageMs / MINUTE_MS}`}`,
        ),
      ).toEqual(reports);
    },
  );

  test('a deployment that never ends is an outage from its deadline on', () => {
    const minutes = 20;
    const states = replay('x'.repeat(minutes), 'x'.repeat(minutes), 'o'.repeat(minutes));
    const deadline = policy.deployMaxMs / MINUTE_MS;
    expect(states.map(({ health }) => LETTERS[health]).join('')).toBe(
      `??${'d'.repeat(deadline - 2)}${'U'.repeat(minutes - deadline)}`,
    );
  });
});

describe('a report', () => {
  const states = replay('.xxx..', '.xxx..', '------');

  test('says all of a change, and has an id that stays the same', () => {
    const at = now + 3 * MINUTE_MS;
    const expected: HealthReport = {
      kind: 'health',
      id: `health/${at}/unhealthy`,
      at,
      from: 'healthy',
      to: 'unhealthy',
      because: 'status 503, 3 times in a row',
      generation: 1,
    };
    expect(reportsOf(states)[0]).toEqual(expected);
    expect(states[3]).toMatchObject({ health: 'unhealthy', since: at, downSince: at });
    expect(states[3]?.outbox[0]).toMatchObject({ id: expected.id, queue: 'post' });
  });

  test('of what is over leaves no outage behind', () => {
    expect(states.at(-1)).not.toHaveProperty('downSince');
  });

  test('that got worse within a maintenance is no planned one', () => {
    const maintenance = [{ kind: 'once' as const, from: now + MINUTE_MS, to: now + 3 * MINUTE_MS }];
    const reports = (endsIn: readonly number[]) =>
      endsIn
        .reduce<HealthState>((state, days, minute) => {
          const at = now + minute * MINUTE_MS;
          const probe = good({ at, certificateEndsAt: at + days * DAY_MS });
          return afterCheck(state, { direct: probe, edge: probe }, undefined, at, { ...policy, maintenance });
        }, emptyHealth(now))
        .outbox.map(({ body }) => JSON.parse(body) as HealthReport);
    const told = (endsIn: readonly number[]) => reports(endsIn).map(({ to, planned }) => [to, planned]);
    expect(told([13, 13, 13, 13])).toEqual([
      ['degraded', undefined],
      ['maintenance', true],
      ['degraded', true],
    ]);
    expect(told([13, 13, 13, 6])).toEqual([
      ['degraded', undefined],
      ['maintenance', true],
      ['degraded', undefined],
    ]);
  });

  test('that no queue takes for days is one of at most fifty', () => {
    let state = emptyHealth(now);
    for (let minute = 0; minute < 2_000; minute += 1) {
      const at = now + minute * MINUTE_MS;
      const probe = (minute / 10) % 2 < 1 ? good({ at }) : bad({ at });
      state = afterCheck(state, { direct: probe, edge: probe }, undefined, at, policy);
    }
    expect(state.outbox).toHaveLength(50);
    expect(state.outbox.at(-1)?.id).toContain(state.health);
  });

  test('waits behind those that were not sent yet', () => {
    expect(reportsOf(states).map(({ to }) => to)).toEqual(['unhealthy', 'healthy']);
  });

  test('has the latency of a check that was answered well', () => {
    expect(reportsOf(states).map(({ latencyMs }) => latencyMs)).toEqual([undefined, 80]);
  });

  test('of a change that no probe saw has no latency', () => {
    const [report] = reportsOf(replay('.-', '.-', 'rp'));
    expect(report).not.toHaveProperty('latencyMs');
  });
});

describe('the state', () => {
  test('keeps since when, and says the latest reason', () => {
    const states = replay('.xx', '.xx', '---');
    expect(states.at(-1)).toMatchObject({ health: 'healthy', since: now, because: 'status 503, 2 of 3' });
  });

  test.each([PROBES_KEPT - 1, PROBES_KEPT, PROBES_KEPT + 1])('after %d probes is bounded', (count) => {
    const state = replay('x'.repeat(count), '.'.repeat(count), '').at(-1);
    expect(state?.direct.probes).toHaveLength(Math.min(count, PROBES_KEPT));
    expect(state?.edge.probes).toHaveLength(Math.min(count, PROBES_KEPT));
  });

  test('keeps the newest probes', () => {
    const state = replay(`.${'x'.repeat(PROBES_KEPT)}`, '.'.repeat(PROBES_KEPT + 1), '').at(-1);
    expect(state?.direct.probes.every(({ ok }) => !ok)).toBe(true);
  });

  test('remembers when it was probed, and not when it was not', () => {
    const [probed, unprobed] = replay('.-', '.-', 'rr');
    expect(probed?.lastProbeAt).toBe(now);
    expect(unprobed?.lastProbeAt).toBe(now);
  });

  test('remembers what the host said last, and nothing where there is none any more', () => {
    const [paused, hostless] = replay('..', '..', 'p-');
    expect(paused?.host).toEqual({ at: now, status: 'paused' });
    expect(hostless).not.toHaveProperty('host');
  });
});

describe('a state whose past is lost', () => {
  test('ends whichever outage may be open when the API answers, also after a deployment', () => {
    const at = (minute: number) => now + minute * MINUTE_MS;
    const operation = { id: 'o', kind: 'deployment', status: 'in-progress', startedAt: now } as const;
    const checked = (state: HealthState, minute: number, isGood: boolean, isDeploying: boolean) => {
      const probe = (isGood ? good : bad)({ at: at(minute) });
      const host: HostSays = isDeploying
        ? { at: at(minute), status: 'in-progress', operation }
        : { at: at(minute), status: 'running' };
      return afterCheck(state, { direct: probe, edge: probe }, host, at(minute), policy);
    };
    let state = emptyHealth(now, true);
    for (let minute = 0; minute < 3; minute += 1) state = checked(state, minute, false, true);
    expect(state.health).toBe('deploying');
    for (let minute = 3; minute < 6; minute += 1) state = checked(state, minute, true, false);
    expect(reportsOf([state]).at(-1)).toMatchObject({ to: 'healthy', endsAny: true });
    expect(state).not.toHaveProperty('forgotten');
  });
});

test.each([
  [86_399_999, true],
  [86_400_000, false],
])('an outage that ended %d ms ago is named: %p', (ago, isNamed) => {
  const lastOutage = { endedAt: now, ms: 1 };
  const before: HealthState = { ...emptyHealth(now), health: 'healthy', lastOutage };
  const { outbox } = afterCheck(before, undefined, { at: now + ago, status: 'paused' }, now + ago, policy);
  const [report] = outbox.map(({ body }) => JSON.parse(body) as HealthReport);
  expect(report?.lastOutage).toEqual(isNamed ? lastOutage : undefined);
});
