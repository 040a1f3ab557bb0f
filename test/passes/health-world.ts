/** An API, its host, a queue and the stored health in memory, behind the ports of `check-origin`. */

import type { HealthReport } from '../../shared/core/health-report.ts';
import type { HealthSettings } from '../../shared/core/health-settings.ts';
import type { HealthState } from '../../shared/core/health-state.ts';
import { parseHealth } from '../../shared/core/health-stored.ts';
import { PAGE_MESSAGE } from '../../shared/core/report.ts';
import { checkOrigin } from '../../shared/passes/check-origin.ts';
import type { ApiAnswer, ApiRoute, Fact, HealthPorts, ServiceFacts } from '../../shared/ports.ts';
import { MINUTE_MS, policy, now as start } from '../core/health-fixture.ts';

export const settings: HealthSettings = {
  hasApi: true,
  checkEveryMs: 300_000,
  probeTimeoutMs: 5_000,
  conditions: { statuses: [{ from: 200, to: 299 }] },
  hasMetrics: true,
  policy,
};

export const status = (code: number): ApiAnswer => ({
  kind: 'answer',
  status: code,
  latencyMs: 80,
  headers: {},
  body: '',
});

export const TICK = '{"kind":"tick"}';
export const BUILD_ENDED = '{"source":"aws.codebuild","detail":{"build-status":"SUCCEEDED"}}';

/** A call that never returns, as seen by whoever comes after. */
export class Crash extends Error {}

/** What a conditional write does: `lost` and `unheard` give no reply, and only the second arrives. */
export type Fate = 'arrives' | 'conflicts' | 'lost' | 'unheard' | 'overtaken';

export const healthWorld = () => {
  let now = start;
  let ids = 0;
  let stored: Readonly<{ bytes: Uint8Array; etag: string }> | undefined;
  const world = {
    /** What the API answers, by route; a function is asked anew for every probe. */
    answers: { direct: () => status(200), edge: () => status(200) } as Record<ApiRoute, () => ApiAnswer>,
    service: (): ServiceFacts | undefined => undefined,
    /** Of the next writes, the first first; then all arrive. */
    fates: [] as Fate[],
    queue: (): 'sent' | 'not-sent' => 'sent',
    probes: [] as Readonly<{ route: ApiRoute; forMs: number }>[],
    sent: [] as string[],
    /** How often the status page was asked to be made anew. */
    pages: 0,
    facts: [] as Fact[],
    writes: 0,
  };

  const store = (bytes: Uint8Array): string => {
    const etag = `e${world.writes}`;
    stored = { bytes, etag };
    return etag;
  };
  const write: HealthPorts['health']['write'] = async (bytes, ifMatch) => {
    world.writes += 1;
    const fate = world.fates.shift() ?? 'arrives';
    if (fate === 'conflicts' || ifMatch !== (stored?.etag ?? 'absent')) return { kind: 'conflict' };
    if (fate === 'lost') return { kind: 'unknown', because: 'no reply' };
    if (fate === 'overtaken') {
      store(new TextEncoder().encode(JSON.stringify({ ...parseHealth(bytes), writer: 'other' })));
      return { kind: 'unknown', because: 'no reply' };
    }
    const etag = store(bytes);
    return fate === 'unheard' ? { kind: 'unknown', because: 'no reply' } : { kind: 'written', etag };
  };

  const ports: HealthPorts = {
    clock: { now: () => now, sleep: async () => undefined },
    random: {
      id: () => {
        ids += 1;
        return `w${ids}`;
      },
    },
    api: {
      probe: async (route, deadline) => {
        world.probes.push({ route, forMs: deadline - now });
        return world.answers[route]();
      },
    },
    service: { describe: async () => world.service() },
    health: { read: async () => stored ?? 'missing', write },
    queue: {
      send: async (queue, body) => {
        if (body === PAGE_MESSAGE) {
          world.pages += 1;
          return 'sent';
        }
        const answer = world.queue();
        if (queue === 'post' && answer === 'sent') world.sent.push(body);
        return answer;
      },
      postpone: async () => undefined,
    },
    tell: (fact) => {
      world.facts.push(fact);
    },
  };

  const state = (): HealthState | undefined => stored && parseHealth(stored.bytes);
  const pass = (
    bodies: string | readonly string[] = TICK,
    more: Partial<HealthSettings> = {},
    leftMs = 55_000,
  ): Promise<void> =>
    checkOrigin(
      [bodies].flat().map((body) => ({ id: 'm', body, receipt: 'r', sentAt: now, receives: 1 })),
      ports,
      { ...settings, ...more },
      now + leftMs,
    );

  return Object.assign(world, {
    pass,
    state,
    /** The bytes that are stored, whatever they are. */
    stored: () => stored,
    put: (text: string) => {
      store(new TextEncoder().encode(text));
    },
    at: () => now,
    wait: (ms: number) => {
      now += ms;
    },
    reports: (): readonly HealthReport[] => world.sent.map((body) => JSON.parse(body)),
    told: (kind: string) => world.facts.filter((fact) => fact.kind === kind),
    /** A tick a minute. */
    minutes: async (count: number): Promise<void> => {
      for (let minute = 0; minute < count; minute += 1) {
        now += MINUTE_MS;
        await pass();
      }
    },
    answer: (direct: number, edge = direct) => {
      world.answers.direct = () => status(direct);
      world.answers.edge = () => status(edge);
    },
  });
};

/** A world in which the API has been healthy since its first check, and nothing waits. */
export const healthyWorld = async () => {
  const world = healthWorld();
  await world.pass();
  world.probes.length = 0;
  return world;
};
