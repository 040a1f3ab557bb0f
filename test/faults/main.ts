/**
 * Every call to AWS that one publish makes, broken in every way that AWS can break it: after each, nothing is stale
 * and the build's final status was posted, with one content.
 *
 *     npm run faults -- [--jobs N] [--do kill,500] [--every N] [--json FILE]
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Claims, createClaims, mustEqual } from '../claims.ts';
import type { FaultOrder } from '../local-cloud/fault-list.ts';
import { startWorld, type World } from './world.ts';

const DOS = ['kill', 'drop-reply', 'throttle', '500'] as const;
const WHENS = ['before', 'after'] as const;

/** One order for each call, each way and each side of its effect. */
const ordersOf = (
  calls: readonly Readonly<{ service: string; operation: string }>[],
  dos: readonly string[],
): readonly FaultOrder[] => {
  const counts = new Map<string, number>();
  return calls.flatMap(({ service, operation }) => {
    const nth = (counts.get(`${service} ${operation}`) ?? 0) + 1;
    counts.set(`${service} ${operation}`, nth);
    return DOS.filter((what) => dos.includes(what)).flatMap((what) =>
      WHENS.map((when) => ({ service, operation, nth, when, do: what })),
    );
  });
};

/** A version is published without any fault, and everybody has seen it. */
const settle = async (world: World, version: number): Promise<void> => {
  world.publish(version);
  await world.rest();
  await world.visit();
  world.newCalls();
};

const tryOrder = async (world: World, order: FaultOrder, version: number): Promise<'met' | 'not met'> => {
  const { cloud, received } = world;
  await settle(world, version);
  cloud.faults.add(order);
  const build = world.publish(version + 1);
  await world.rest();
  const wasMet = cloud.faults.pending().length === 0;
  cloud.faults.clear();
  // The next tick finds what a lost message left behind.
  cloud.tick();
  await world.rest();
  mustEqual(await world.stale(), [], 'the stale URLs');
  const bodies = new Set(received.filter(({ id }) => id === `${build}/final/hook`).map(({ body }) => body));
  mustEqual(bodies.size, 1, 'the number of contents that its final status was posted with');
  const outcome = /"type":"afterbuild\.build\.([a-z-]+)"/.exec([...bodies][0] ?? '')?.[1];
  mustEqual(['live', 'live-unproved'].includes(outcome ?? ''), true, `whether ${outcome} is live`);
  return wasMet ? 'met' : 'not met';
};

/** The calls of a publish that meets no fault. */
const recordCalls = async (): Promise<readonly Readonly<{ service: string; operation: string }>[]> => {
  const world = await startWorld();
  try {
    world.cloud.tick();
    await world.rest();
    await settle(world, 1);
    world.publish(2);
    await world.rest();
    return world.newCalls();
  } finally {
    await world.stop();
  }
};

const tryOrders = async (claims: Claims, orders: readonly FaultOrder[]): Promise<void> => {
  const world = await startWorld();
  try {
    world.cloud.tick();
    await world.rest();
    let version = 0;
    let met = 0;
    for (const order of orders) {
      const { service, operation, nth, when } = order;
      version += 10;
      await claims.claimed(`${order.do} ${when} ${service} ${operation} ${nth}`, async () => {
        if ((await tryOrder(world, order, version)) === 'met') met += 1;
      });
    }
    // Now and then a publish needs a call less than the one that was recorded.
    claims.claim(`${met} of ${orders.length} faults were met by a call`, met > 0.8 * orders.length);
  } finally {
    await world.stop();
  }
};

/** One process a part: what it waits for need not hold up the others. */
const tryInJobs = async (orders: readonly FaultOrder[], jobs: number, claims: Claims): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'afterbuild-faults-'));
  const part = async (index: number): Promise<void> => {
    const [given, result] = ['orders', 'result'].map((name) => join(folder, `${name}-${index}.json`));
    const own = orders.filter((_, position) => position % jobs === index);
    await writeFile(given ?? '', JSON.stringify(own));
    const self = fileURLToPath(import.meta.url);
    const args = [self, '--orders', given ?? '', '--json', result ?? ''];
    await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'close');
    const { numPassedTests, numFailedTests } = JSON.parse(await readFile(result ?? '', 'utf8')) as Totals;
    claims.add(numPassedTests, numFailedTests);
  };
  await Promise.all(Array.from({ length: jobs }, (_, index) => part(index)));
  await rm(folder, { recursive: true });
};

type Totals = Readonly<{ numPassedTests: number; numFailedTests: number }>;

const wholeNumber = (name: string, text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new Error(`--${name}: expected a whole number of at least 1, got "${text}"`);
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      jobs: { type: 'string', default: '2' },
      do: { type: 'string', default: DOS.join(',') },
      every: { type: 'string', default: '1' },
      orders: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const claims = createClaims();
  if (values.orders !== undefined) {
    await tryOrders(claims, JSON.parse(await readFile(values.orders, 'utf8')) as FaultOrder[]);
    return claims.end(values.json);
  }
  const every = wholeNumber('every', values.every);
  const jobs = wholeNumber('jobs', values.jobs);
  const calls = await recordCalls();
  const orders = ordersOf(calls, values.do.split(',')).filter((_, index) => index % every === 0);
  console.log(`one publish makes ${calls.length} calls; ${orders.length} faults are tried`);
  await tryInJobs(orders, jobs, claims);
  return claims.end(values.json);
};

process.exitCode = await main();
