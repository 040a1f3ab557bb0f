/**
 * Every call to AWS that one publish makes, broken in every way that AWS can break it: after each, nothing is stale
 * and the build's final status was posted, with one content.
 *
 *     npm run faults -- [--jobs N] [--do kill,500] [--every N] [--json FILE]
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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

type Part = Readonly<{ index: number; of: number }>;

const runPart = async (claims: Claims, dos: readonly string[], every: number, part: Part): Promise<void> => {
  const world = await startWorld();
  try {
    world.cloud.tick();
    await world.rest();
    await settle(world, 1);
    world.publish(2);
    await world.rest();
    const calls = world.newCalls();
    const orders = ordersOf(calls, dos).filter((_, index) => index % every === 0);
    if (part.index === 0) console.log(`one publish makes ${calls.length} calls: ${orders.length} faults`);
    let version = 10;
    let met = 0;
    for (const order of orders.filter((_, index) => index % part.of === part.index)) {
      const { service, operation, nth, when } = order;
      version += 10;
      await claims.claimed(`${order.do} ${when} ${service} ${operation} ${nth}`, async () => {
        if ((await tryOrder(world, order, version)) === 'met') met += 1;
      });
    }
    console.log(`${met} faults were met by a call`);
    claims.claim('most orders meet a call', met > 0);
  } finally {
    await world.stop();
  }
};

/** One process a part: handlers that share two cores share them anyway, but waiting is then for two. */
const runJobs = async (
  jobs: number,
  args: readonly string[],
): Promise<Readonly<{ passed: number; failed: number }>> => {
  const folder = await mkdtemp(join(tmpdir(), 'afterbuild-faults-'));
  const parts = await Promise.all(
    Array.from({ length: jobs }, async (_, index) => {
      const file = join(folder, `${index}.json`);
      const self = fileURLToPath(import.meta.url);
      const child = spawn(process.execPath, [self, ...args, '--part', `${index}/${jobs}`, '--json', file], {
        stdio: 'inherit',
      });
      await once(child, 'close');
      return JSON.parse(await readFile(file, 'utf8')) as { numPassedTests: number; numFailedTests: number };
    }),
  );
  await rm(folder, { recursive: true });
  return {
    passed: parts.reduce((sum, { numPassedTests }) => sum + numPassedTests, 0),
    failed: parts.reduce((sum, { numFailedTests }) => sum + numFailedTests, 0),
  };
};

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
      part: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const every = wholeNumber('every', values.every);
  const claims = createClaims();
  if (values.part !== undefined) {
    const [index = 0, of = 1] = values.part.split('/').map(Number);
    await runPart(claims, values.do.split(','), every, { index, of });
    return claims.end(values.json);
  }
  const jobs = wholeNumber('jobs', values.jobs);
  const { passed, failed } = await runJobs(jobs, ['--do', values.do, '--every', String(every)]);
  const total = createClaims(() => undefined);
  for (let index = 0; index < passed; index += 1) total.claim('', true);
  for (let index = 0; index < failed; index += 1) total.claim('', false);
  console.log(`${passed} passed, ${failed} failed`);
  return total.end(values.json);
};

process.exitCode = await main();
