/**
 * One check of the API: ask its host, probe it where that is due, judge, and post what changed.
 *
 * The judgement and the message that tells a change are one write. Of two checks at once one writes, and the
 * other has nothing to add.
 */

import { isNewlyKept } from '../core/check-history.ts';
import type { HostSays, Probe } from '../core/health.ts';
import { type HealthHint, parseHealthHint } from '../core/health-hints.ts';
import { probeOf } from '../core/health-probe.ts';
import type { HealthSettings } from '../core/health-settings.ts';
import {
  afterCheck,
  emptyHealth,
  type HealthState,
  isJustProbed,
  isProbeDue,
  isWorthKeeping,
  type Observed,
  withCloserLook,
  withHost,
} from '../core/health-state.ts';
import { checksIn, encodeHealth, parseHealth } from '../core/health-stored.ts';
import type { Metric } from '../core/metrics.ts';
import { PAGE_MESSAGE } from '../core/report.ts';
import type { ApiRoute, HealthPorts, Instant, Message, ServiceFacts } from '../ports.ts';

/** For so long what the host said last stands in for a host that cannot be asked. */
const HOST_KEPT_MS = 600_000;

/** Writes of it that are lost to other checks before it is given up: they look closer at what is not well, too. */
const WRITE_TRIES = 3;

/** The etag that the state was read or written with. */
type Held = Readonly<{ state: HealthState; etag: string | 'absent' }>;

/** Handles a batch of messages; all of them are done when it returns, as the next tick looks again. */
export const checkOrigin = async (
  messages: readonly Message[],
  ports: HealthPorts,
  settings: HealthSettings,
  deadline: Instant,
): Promise<void> => {
  if (!settings.hasApi) return;
  const hints = messages.map(({ body }) => parseHealthHint(body));
  if (hints.some(({ kind }) => kind === 'unknown')) ports.tell({ kind: 'hint-unknown' });
  const writer = ports.random.id();
  const read = await readHealth(ports);
  const held = await sendOwed(ports, read, writer);
  if (held === 'lost') return keepCloserLook(ports, hints, writer);

  const { checkEveryMs, policy } = settings;
  const now = ports.clock.now();
  const watched = isDeployed(hints) ? withCloserLook(held.state, now) : held.state;
  const isHinted = hints.some(({ kind }) => kind !== 'tick');
  const isDue = isHinted || isProbeDue(watched, now, checkEveryMs, policy);
  // Side by side: a host that does not answer must not keep the API from being asked.
  const [host, observed] = await Promise.all([
    askHost(ports, held.state.host),
    isDue && !isJustProbed(watched, now) ? probeBoth(ports, settings, deadline) : undefined,
  ]);
  const at = ports.clock.now();
  const next = afterCheck(withHost(watched, host, at), observed, host, at, policy, checkEveryMs);
  tellChange(ports, held.state, next);
  if (settings.hasMetrics) tellMetrics(ports, next, observed);
  if (observed === undefined && !isWorthKeeping(held.state, next)) return;
  const written = await writeHealth(ports, held, next, writer);
  if (written === 'lost') return keepCloserLook(ports, hints, writer);
  await sendOwed(ports, written, writer);
  // No report and no promise: the next one makes up for one that is lost.
  if (observed && next.checks && isNewlyKept(next.checks)) await ports.queue.send('post', PAGE_MESSAGE);
};

const tellChange = ({ tell }: HealthPorts, before: HealthState, after: HealthState): void => {
  if (before.health === after.health && before.because === after.because) return;
  tell({ kind: 'health', health: after.health, because: after.because, since: after.since });
};

/**
 * Three, because each is paid for. `ApiUp` with every check, by the last probes: its average is then the share of the
 * time, however often a failing API is probed. Failures have no latency: a quick refusal would make it look fast.
 */
const tellMetrics = ({ tell }: HealthPorts, state: HealthState, observed: Observed | undefined): void => {
  const [direct, edge] = [state.direct, state.edge].map(({ probes }) => probes.at(-1));
  if (!direct || !edge) return;
  const latencyOf = (name: string, { ok, latencyMs }: Probe): Readonly<Record<string, Metric>> =>
    ok ? { [name]: { value: latencyMs, unit: 'Milliseconds' } } : {};
  tell({
    kind: 'probed',
    metrics: {
      ApiUp: { value: direct.ok && edge.ok ? 1 : 0, unit: 'Count' },
      ...(observed ? latencyOf('ApiLatencyDirect', observed.direct) : {}),
      ...(observed ? latencyOf('ApiLatencyEdge', observed.edge) : {}),
    },
  });
};

const isDeployed = (hints: readonly HealthHint[]): boolean => hints.some(({ kind }) => kind === 'deployed');

/** Another check wrote first, and knows as much of the API; but not that something was deployed. */
const keepCloserLook = async (
  ports: HealthPorts,
  hints: readonly HealthHint[],
  writer: string,
): Promise<void> => {
  if (!isDeployed(hints)) return;
  for (let tries = 0; tries < WRITE_TRIES; tries += 1) {
    const held = await readHealth(ports);
    const watched = withCloserLook(held.state, ports.clock.now());
    if ((await writeHealth(ports, held, watched, writer)) !== 'lost') return;
  }
};

const probeBoth = async (
  ports: HealthPorts,
  settings: HealthSettings,
  deadline: Instant,
): Promise<Observed | undefined> => {
  // A probe that our own deadline cut short would be a failure that is not the API's.
  if (ports.clock.now() + 2 * settings.probeTimeoutMs > deadline) {
    ports.tell({ kind: 'no-time-to-probe', alarm: true });
    return undefined;
  }
  const [direct, edge] = await Promise.all([
    probe(ports, 'direct', settings),
    probe(ports, 'edge', settings),
  ]);
  return { direct, edge };
};

/** A failure counts when it fails again at once: what is over by then was nobody's outage. */
const probe = async (ports: HealthPorts, route: ApiRoute, settings: HealthSettings): Promise<Probe> => {
  const once = async (): Promise<Probe> => {
    const at = ports.clock.now();
    const answer = await ports.api.probe(route, at + settings.probeTimeoutMs);
    return probeOf(answer, at, settings);
  };
  const first = await once();
  return first.ok ? first : once();
};

/** One question without an answer must not make an outage of a pause or a deployment: what was said last counts. */
const askHost = async (
  { service, clock, tell }: HealthPorts,
  saidLast: HostSays | undefined,
): Promise<HostSays | undefined> => {
  try {
    return hostSays(await service.describe(), clock.now());
  } catch (error) {
    tell({ kind: 'service-unknown', because: String(error) });
    return saidLast && clock.now() - saidLast.at < HOST_KEPT_MS ? saidLast : undefined;
  }
};

const hostSays = (facts: ServiceFacts | undefined, at: Instant): HostSays | undefined => {
  if (!facts) return undefined;
  const { status, operation } = facts;
  return { at, status, ...(operation ? { operation } : {}) };
};

const readHealth = async ({ health, clock, tell }: HealthPorts): Promise<Held> => {
  const stored = await health.read();
  if (stored === 'missing') return { state: emptyHealth(clock.now()), etag: 'absent' };
  const state = parseHealth(stored.bytes);
  if (state) return { state, etag: stored.etag };
  tell({ kind: 'health-unreadable', alarm: true });
  const checks = checksIn(stored.bytes);
  const anew = emptyHealth(clock.now(), true);
  return { state: checks ? { ...anew, checks } : anew, etag: stored.etag };
};

/** `lost`: another check wrote first, and knows as much. */
const writeHealth = async (
  { health }: HealthPorts,
  held: Held,
  next: HealthState,
  writer: string,
): Promise<Held | 'lost'> => {
  const state: HealthState = { ...next, generation: held.state.generation + 1, writer };
  const written = await health.write(encodeHealth(state), held.etag);
  if (written.kind === 'written') return { state, etag: written.etag };
  if (written.kind === 'conflict') return 'lost';
  // No reply: this writer's own generation there means that the write arrived.
  const stored = await health.read();
  const found = stored === 'missing' ? undefined : parseHealth(stored.bytes);
  const isOurs = found?.writer === writer && found.generation === state.generation;
  return isOurs && stored !== 'missing' ? { state, etag: stored.etag } : 'lost';
};

/** Sends what changes owe; an entry leaves once the queue has taken it, and until then every check tries. */
const sendOwed = async (ports: HealthPorts, held: Held, writer: string): Promise<Held | 'lost'> => {
  const { outbox } = held.state;
  if (outbox.length === 0) return held;
  const answers = await Promise.all(outbox.map(({ queue, body }) => ports.queue.send(queue, body)));
  const left = outbox.filter((_, index) => answers[index] !== 'sent');
  if (left.length === outbox.length) return held;
  return writeHealth(ports, held, { ...held.state, outbox: left }, writer);
};
