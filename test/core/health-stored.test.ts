import { healthIn } from '../../shared/core/health-report.ts';
import { emptyHealth, type HealthState } from '../../shared/core/health-state.ts';
import { encodeHealth, parseHealth } from '../../shared/core/health-stored.ts';
import { good, now } from './health-fixture.ts';

const full: HealthState = {
  ...emptyHealth(now),
  health: 'unhealthy',
  because: 'Status 503, 3 times in a row',
  generation: 7,
  writer: 'w',
  downSince: now,
  direct: {
    health: 'unhealthy',
    because: 'status 503',
    cause: { kind: 'planned', until: now },
    probes: [
      good({ certificateEndsAt: now }),
      good({ ok: false, cause: { kind: 'status', route: 'edge-only', status: 503 } }),
    ],
  },
  host: {
    at: now,
    status: 'in-progress',
    operation: { id: 'o', kind: 'deployment', status: 'in-progress', startedAt: now },
  },
  outbox: [{ id: 'health/1/unhealthy', queue: 'post', body: '{}' }],
};

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test('what was written is read', () => {
  expect(parseHealth(encodeHealth(full))).toEqual(full);
  for (const empty of [emptyHealth(now), emptyHealth(now, true)])
    expect(parseHealth(encodeHealth(empty))).toEqual(empty);
});

test('others read the health at its top', () => {
  expect(healthIn(encodeHealth(full))).toEqual({
    health: 'unhealthy',
    because: 'Status 503, 3 times in a row',
    since: now,
  });
});

test.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array()],
  ['no JSON', new TextEncoder().encode('<html>')],
  ['no UTF-8', Uint8Array.from([0x22, 0xff, 0x22])],
  ['no UTF-8 within a text', Uint8Array.from(encodeHealth(full), (byte) => (byte === 0x53 ? 0xff : byte))],
  ['cut off', encodeHealth(full).subarray(0, 100)],
  ...[null, 1, 'text', [], {}].map((value): [string, Uint8Array] => [JSON.stringify(value), bytes(value)]),
])('unreadable: %s', (_case, stored) => {
  expect(parseHealth(stored)).toBeUndefined();
});

test.each<[string, unknown]>([
  ['schema', 2],
  ['schema', undefined],
  ['health', 'fine'],
  ['because', 1],
  ['writer', undefined],
  ['since', '2026'],
  ['since', null],
  ['generation', null],
  ['lastProbeAt', null],
  ['probeUntil', null],
  ['downSince', 'yesterday'],
  ['forgotten', 'yes'],
  ['direct', null],
  ['edge', { health: 'healthy', because: 'x' }],
  ['edge', { health: 'fine', because: 'x', probes: [] }],
  ['edge', { health: 'healthy', because: 1, probes: [] }],
  ['edge', { health: 'healthy', because: 'x', cause: 'x', probes: [] }],
  ['edge', { health: 'healthy', because: 'x', probes: [{ ...good(), cause: { kind: 'x' } }] }],
  ['edge', { health: 'healthy', because: 'x', probes: [null] }],
  ['edge', { health: 'healthy', because: 'x', probes: [{ ...good(), ok: 'yes' }] }],
  ['edge', { health: 'healthy', because: 'x', probes: [{ ...good(), at: null }] }],
  ['edge', { health: 'healthy', because: 'x', probes: [{ ...good(), latencyMs: '1' }] }],
  ['edge', { health: 'healthy', because: 'x', probes: [{ ...good(), because: 1 }] }],
  ['edge', { health: 'healthy', because: 'x', probes: [{ ...good(), certificateEndsAt: 'soon' }] }],
  ['host', null],
  ['host', { at: null, status: 'running' }],
  ['host', { at: now, status: 1 }],
  ['host', { at: now, status: 'running', operation: 'now' }],
  [
    'host',
    { at: now, status: 'running', operation: { id: 'o', kind: 'other', status: 'failed', startedAt: 'now' } },
  ],
  ['notice', '14'],
  ['resting', 'fine'],
  ['outbox', undefined],
  ['outbox', {}],
  ['outbox', [null]],
  ['outbox', [{ id: 'x', queue: 'post' }]],
  ['outbox', [{ id: 1, queue: 'post', body: '' }]],
  ['outbox', [{ id: 'x', queue: 'work', body: '' }]],
])('not ours: %s is %j', (field, value) => {
  expect(parseHealth(bytes({ ...full, [field]: value }))).toBeUndefined();
});
