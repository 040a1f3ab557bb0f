/** One schedule: a seed decides everything, the passes do their work, the promises are judged. */

import { type Head, parseHead } from '../../shared/core/head.ts';
import { chanceOf } from './chance.ts';
import type { CrashPoint, Invocation } from './faulty-ports.ts';
import { type Done, drawOperation, publish, tick, visit } from './operations.ts';
import {
  type Accepted,
  becameLive,
  lostPosts,
  needless,
  overdrawn,
  staleAtRest,
  staleWhenLive,
  type Violation,
} from './oracles.ts';
import { type Setup, setupOf } from './setup.ts';
import { createWorld, QUEUES, SITE, STATE, type World } from './world.ts';

export type ScheduleResult = Readonly<{
  seed: number;
  violations: readonly Violation[];
  calls: number;
  crashes: number;
  faults: number;
  trace: string;
}>;

export type ScheduleOptions = Readonly<{
  /** Faults of the seed's own choice; off for a clean run. */
  faults?: boolean;
  crashAt?: CrashPoint;
}>;

const TICK_MS = 300_000;
const REST_MAX_MS = 4 * 3_600_000;
const DAY_MS = 25 * 3_600_000;

export const runSchedule = async (seed: number, options: ScheduleOptions = {}): Promise<ScheduleResult> => {
  const chance = chanceOf(seed);
  const setup = setupOf(chance.fork('setup'));
  const witness = createWitness(setup);
  const world = createWorld({
    setup,
    chance: chance.fork('world'),
    ...(options.crashAt ? { crashAt: options.crashAt } : {}),
    onEffect: (...seen) => witness.see(world, ...seen),
  });
  const script = chance.fork('script');
  const done: Done = { stateLosses: 0, distributionChanges: 0 };

  publish(
    world,
    script,
    setup.keys.filter(() => script.hit(0.7)),
  );
  for (let count = 0; count < 4; count += 1) visit(world, script, setup, done);
  await act(world, script, setup, done, options.faults !== false);
  const rest = await toRest(world);
  const violations = [
    ...witness.violations,
    ...rest,
    ...(rest.length > 0 ? [] : judge(world, setup, witness, done)),
  ];

  if (violations.length === 0 && script.hit(0.2)) {
    await nextDay(world, script, setup, done);
    const again = await toRest(world);
    violations.push(
      ...witness.violations,
      ...again,
      ...(again.length > 0 ? [] : judge(world, setup, witness, done)),
    );
  }
  const { calls, crashes, faults, trace } = world.log;
  return { seed, violations, calls, crashes, faults, trace: trace.toString(16).padStart(8, '0') };
};

/** The operations of the seed at their instants, with ticks, and with faults until the last of them. */
const act = async (
  world: World,
  script: ReturnType<typeof chanceOf>,
  setup: Setup,
  done: Done,
  faults: boolean,
) => {
  const { timeline } = world;
  const from = timeline.now();
  world.setFaulty(faults);
  for (let count = 0; count < setup.operations; count += 1) {
    const operation = drawOperation(script);
    const stream = script.fork(`operation ${count}`);
    timeline.at(from + script.whole(0, setup.activityMs), () => {
      if (script.hit(0.5)) visit(world, stream, setup, done);
      operation(world, stream, setup, done);
    });
  }
  for (let at = from; at < from + setup.activityMs; at += TICK_MS)
    timeline.at(at, () => tick(world, script, setup, done));
  // Builds and returns that were begun near the end go on for half a minute.
  await timeline.run(from + setup.activityMs + 40_000);
  world.setFaulty(false);
};

/** Ticks until nothing is left to do; not coming to rest is a violation of its own. */
const toRest = async (world: World): Promise<readonly Violation[]> => {
  const { timeline } = world;
  const until = timeline.now() + REST_MAX_MS;
  for (let ticks = 0; timeline.now() < until; ticks += 1) {
    if (ticks >= 3 && isAtRest(world)) return [];
    for (const queue of ['work', 'follow'] as const) world.send(queue, '{"kind":"tick"}');
    await timeline.run(timeline.now() + TICK_MS);
  }
  return [
    {
      promise: '0 comes to rest',
      because: `not within ${REST_MAX_MS / 3_600_000} h: ${describeUnrest(world)}`,
    },
  ];
};

const headOf = ({ s3 }: World): Head | undefined => {
  const stored = s3.current(STATE, 'head.json');
  const parsed = stored && parseHead(stored.body);
  return parsed?.kind === 'head' ? parsed.head : undefined;
};

const isAtRest = (world: World): boolean => {
  const head = headOf(world);
  const isEmpty = [QUEUES.work, QUEUES.follow].every((queue) => world.sqs.peek(queue).length === 0);
  return (
    isEmpty &&
    world.isIdle() &&
    head !== undefined &&
    !head.intent &&
    head.follows.length + head.outbox.length === 0
  );
};

const describeUnrest = (world: World): string => {
  const head = headOf(world);
  const left = [QUEUES.work, QUEUES.follow].map((queue) => `${queue} ${world.sqs.peek(queue).length}`);
  return `${left.join(', ')}, ${head?.intent ? 'an intent' : 'no intent'}, ${head?.follows.length} followed, ${head?.outbox.length} owed`;
};

/** A day later the old versions have expired, and something changes again. */
const nextDay = async (
  world: World,
  script: ReturnType<typeof chanceOf>,
  setup: Setup,
  done: Done,
): Promise<void> => {
  await world.timeline.run(world.timeline.now() + DAY_MS);
  world.s3.expireNoncurrent(SITE, 24 * 3_600_000);
  for (let count = 0; count < 3; count += 1) {
    visit(world, script, setup, done);
    drawOperation(script)(world, script.fork(`next day ${count}`), { ...setup, stateFaults: false }, done);
    await world.timeline.run(world.timeline.now() + 5_000);
  }
  await world.timeline.run(world.timeline.now() + 40_000);
};

const judge = (world: World, setup: Setup, witness: Witness, done: Done): readonly Violation[] => [
  ...staleAtRest(world, setup),
  ...lostPosts(world, witness.bootstrappedAt(), done.stateLosses),
  ...needless(world, setup, witness.accepted),
  ...overdrawn(world, setup, witness.accepted),
  ...unexpectedFacts(world, done),
];

/** Handlers never throw by themselves, no old copy is ever seen where AWS keeps its word, and `/*` has its cause. */
const unexpectedFacts = (world: World, done: Done): readonly Violation[] => {
  const errors = world.facts
    .filter(({ kind }) => kind === 'handler-error')
    .map(({ because }) => String(because));
  const olds = world.facts
    .filter(({ kind }) => kind === 'old-copy')
    .map(({ because }) => `false alarm: ${String(because)}`);
  const rejected = world.facts
    .filter(({ kind }) => kind === 'invalidation-rejected')
    .map(({ because }) => String(because));
  const damaged = world.facts.filter(({ kind }) => kind === 'state-damaged' || kind === 'head-unreadable');
  const unexplained =
    done.stateLosses === 0 && damaged.length > 0 ? ['the state is damaged, and nobody did it'] : [];
  return [...errors, ...olds, ...rejected, ...unexplained].map((because) => ({
    promise: '6 as expected',
    because,
  }));
};

type Witness = Readonly<{
  accepted: Accepted[];
  violations: Violation[];
  bootstrappedAt(): number;
  see(world: World, invocation: Invocation, name: string, args: readonly unknown[], answer: unknown): void;
}>;

/** Sees every effect as it happens: what was listed when, what was accepted, which build became live. */
const createWitness = (setup: Setup): Witness => {
  const accepted: Accepted[] = [];
  const violations: Violation[] = [];
  const references = new Set<string>();
  let head: Head | undefined;
  let goalListedAt = 0;
  let bootstrappedAt = Number.POSITIVE_INFINITY;

  const seeHead = (world: World, invocation: Invocation, bytes: Uint8Array): void => {
    const parsed = parseHead(bytes);
    if (parsed.kind !== 'head') {
      violations.push({
        promise: '6 as expected',
        because: `an unreadable head was written: ${parsed.because}`,
      });
      return;
    }
    if (parsed.head.intent && !head?.intent) goalListedAt = invocation.listedAt;
    for (const build of becameLive(head, parsed.head)) violations.push(...staleWhenLive(world, setup, build));
    bootstrappedAt = Math.min(bootstrappedAt, parsed.head.bootstrappedAt);
    head = parsed.head;
  };

  return {
    accepted,
    violations,
    bootstrappedAt: () => bootstrappedAt,
    see: (world, invocation, name, args, answer) => {
      const at = world.timeline.now();
      if (name === 'site.list' && args[0] === undefined) invocation.listedAt = at;
      if (name === 'state.writeHead' && (answer as { kind: string }).kind === 'written') {
        seeHead(world, invocation, args[0] as Uint8Array);
      }
      if (name === 'cdn.create' && (answer as { kind: string }).kind === 'created') {
        const [reference, items] = args as [string, readonly string[]];
        if (references.has(reference)) return;
        references.add(reference);
        accepted.push({ items, at, listedAt: goalListedAt, forced: isForced(world, items) });
      }
    },
  };
};

const FORCED =
  /^(no state|the recorded state|the first|the distribution|old: |CloudFront has not|an error for|an earlier|a build whose|refused|its plan)/;

/** Everything, for a reason that is not the planner's own. */
const isForced = (world: World, items: readonly string[]): boolean => {
  if (items.length !== 1 || items[0] !== '/*') return false;
  const last = world.facts.findLast(({ kind }) => kind === 'plan' || kind === 'replaced-by-everything');
  if (last?.kind === 'replaced-by-everything') return true;
  const planned = last?.['items'] as readonly Readonly<{ because: string }>[] | undefined;
  return FORCED.test(planned?.[0]?.because ?? '');
};
