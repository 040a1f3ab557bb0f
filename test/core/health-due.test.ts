import { afterCheck, emptyHealth, isJustProbed, isProbeDue } from '../../shared/core/health-state.ts';
import { good, MINUTE_MS, now, policy, probesOf } from './health-fixture.ts';

describe('a probe is due', () => {
  const well = afterCheck(emptyHealth(now), { direct: good(), edge: good() }, undefined, now, policy);
  const everyMs = 300_000;

  test.each([
    ['just now', 0, false],
    ['a tick too early', everyMs - MINUTE_MS, false],
    ['more than half a tick early', everyMs - 30_001, false],
    ['half a tick early', everyMs - 30_000, true],
    ['when it is time', everyMs, true],
  ])('while all is well: %s', (_case, ms, expected) => {
    expect(isProbeDue(well, now + ms, everyMs, policy)).toBe(expected);
  });

  test.each(['degraded', 'unhealthy', 'paused', 'deploying', 'unknown'] as const)(
    'at every tick while it is %s',
    (health) => {
      expect(isProbeDue({ ...well, health }, now, everyMs, policy)).toBe(true);
    },
  );

  test.each(['direct', 'edge'] as const)('after one failure on the %s way', (route) => {
    const failed = { ...well, [route]: { ...well[route], probes: probesOf('.x') } };
    expect(isProbeDue(failed, now, everyMs, policy)).toBe(true);
    const over = { ...well, [route]: { ...well[route], probes: probesOf('.x.') } };
    expect(isProbeDue(over, now, everyMs, policy)).toBe(false);
  });

  test.each([
    [-1, true],
    [0, false],
  ])('%d ms from the end of the closer look: %s', (ms, expected) => {
    const watched = { ...well, probeUntil: now + MINUTE_MS };
    expect(isProbeDue(watched, now + MINUTE_MS + ms, everyMs, policy)).toBe(expected);
  });

  test.each([
    [policy.slowMs, false],
    [policy.slowMs + 1, true],
  ])('after an answer in %d ms: %s', (latencyMs, expected) => {
    const slow = { ...well, edge: { ...well.edge, probes: [good({ latencyMs })] } };
    expect(isProbeDue(slow, now, everyMs, policy)).toBe(expected);
  });

  test('at its own pace while only a certificate is told of, or maintenance is planned', () => {
    expect(isProbeDue({ ...well, health: 'degraded', notice: 14 }, now, everyMs, policy)).toBe(false);
    expect(isProbeDue({ ...well, health: 'maintenance' }, now, everyMs, policy)).toBe(false);
  });

  test('when the clock went back', () => {
    expect(isProbeDue(well, now - 1, everyMs, policy)).toBe(true);
    expect(isProbeDue(well, now, everyMs, policy)).toBe(false);
  });

  test('the first time', () => {
    expect(isProbeDue(emptyHealth(now), now, everyMs, policy)).toBe(true);
  });
});

test.each([
  [-1, false],
  [0, true],
  [2_999, true],
  [3_000, false],
])('%d ms after a probe another one would be the same: %p', (ageMs, isSame) => {
  expect(isJustProbed({ lastProbeAt: now }, now + ageMs)).toBe(isSame);
});
