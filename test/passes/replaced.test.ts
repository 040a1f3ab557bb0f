/** What is charged for a plan that everything took the place of. */

import type { Created } from '../../shared/core/answers.ts';
import { parseHead } from '../../shared/core/head.ts';
import type { Ports } from '../../shared/ports.ts';
import { type QuietWorld, quietWorld } from './quiet-world.ts';

const REJECTED: Created = { kind: 'rejected', because: 'InvalidArgument' };
const TAKEN: Created = { kind: 'reference-taken', because: 'InvalidationBatchAlreadyExists' };

const spentOf = async ({ ports }: QuietWorld): Promise<number> => {
  const stored = await ports.state.readHead();
  const parsed = stored === 'missing' ? undefined : parseHead(stored.bytes);
  return parsed?.kind === 'head' ? parsed.head.ledger.items : Number.NaN;
};

/** Two batches, of 150 items and of 50, of which all but everything is answered so. */
const charged = async (answerTo: (call: number) => Created | undefined): Promise<number> => {
  const world = quietWorld({ settings: { itemsMax: 1_000, wildcardsMax: 0 } });
  const keys = Array.from({ length: 200 }, (_, index) => `p${index}.html`);
  for (const key of [...keys, 'index.html']) world.put(key, '1');
  await world.settle();
  world.pass(60_000);
  world.tick();
  await world.settle();
  const before = await spentOf(world);
  const { create } = world.ports.cdn;
  let calls = 0;
  const cdn: Ports['cdn'] = {
    ...world.ports.cdn,
    create: async (reference, items) => {
      calls += 1;
      return (items[0] === '/*' ? undefined : answerTo(calls)) ?? create(reference, items);
    },
  };
  Object.assign(world.ports, { cdn });
  for (const key of keys) world.put(key, '2');
  await world.settle();
  return (await spentOf(world)) - before;
};

test.each([
  ['nothing is refused', () => undefined, 200],
  ['the first batch is rejected', () => REJECTED, 1],
  ['the second batch is rejected', (call: number) => (call > 1 ? REJECTED : undefined), 151],
  ['the first batch is refused too often, and may have been created', () => TAKEN, 151],
])('where %s, the month is charged for what may have been asked for', async (_case, answerTo, expected) => {
  expect(await charged(answerTo)).toBe(expected);
});
