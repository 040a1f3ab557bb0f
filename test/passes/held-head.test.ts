import type { Written } from '../../shared/core/answers.ts';
import { encodeHead, type Head } from '../../shared/core/head.ts';
import { writeHead } from '../../shared/passes/held-head.ts';
import type { Fact, Ports } from '../../shared/ports.ts';
import { aHead } from '../core/head-fixture.ts';
import { quietWorld } from './quiet-world.ts';

const DENIED: Written = { kind: 'unknown', because: 'AccessDenied: no' };
const NO_REPLY: Written = { kind: 'unknown', because: 'TimeoutError: no reply' };
const ours = aHead({ generation: 8, writer: 'w' });
const theirs = aHead({ generation: 8, writer: 'other' });

/** A write that is answered so, after which the head is this one; it was held with the etag `e1`, or was absent. */
const writing = (answer: Written, after: Head | 'missing', etag: string, held: string = 'e1') => {
  const facts: Fact[] = [];
  const state: Ports['state'] = {
    ...quietWorld().ports.state,
    writeHead: async () => answer,
    readHead: async () => (after === 'missing' ? after : { bytes: encodeHead(after), etag }),
  };
  const tell = (fact: Fact) => facts.push(fact);
  return { facts, write: () => writeHead({ state, tell }, { head: aHead(), etag: held }, aHead(), 'w') };
};

test.each([
  ['no reply, and it is there', NO_REPLY, ours, 'e2', { head: ours, etag: 'e2' }],
  ['no reply, and another one is there', NO_REPLY, theirs, 'e2', 'lost'],
  ['no reply, and none is there', NO_REPLY, 'missing', '', 'lost'],
  ['a conflict with another one', { kind: 'conflict' }, theirs, 'e2', 'lost'],
  ['a conflict with itself', { kind: 'conflict' }, ours, 'e2', { head: ours, etag: 'e2' }],
] as const)('a write with %s', async (_case, answer, after, etag, expected) => {
  const { facts, write } = writing(answer, after, etag);
  expect(await write()).toEqual(expected);
  expect(facts.filter(({ alarm }) => alarm)).toEqual([]);
});

test.each([
  ['was not taken', NO_REPLY, aHead(), 'e1', false],
  ['may not be made', DENIED, aHead(), 'e1', true],
  ['of the first head was not taken', NO_REPLY, 'missing', 'absent', false],
] as const)('a write that %s is an error, not another writer', async (_case, answer, after, held, alarm) => {
  const { facts, write } = writing(answer, after, 'e1', held);
  await expect(write()).rejects.toThrow(
    `the state was not written: ${(answer as { because: string }).because}`,
  );
  expect(facts).toMatchObject([{ kind: 'state-write-unknown', alarm }]);
});

test('a state that may not be written is tried again every twenty seconds, with an alarm', async () => {
  const world = quietWorld();
  let writes = 0;
  const state: Ports['state'] = {
    ...world.ports.state,
    writeHead: async () => {
      writes += 1;
      return DENIED;
    },
  };
  Object.assign(world.ports, { state });
  world.put('index.html', '1');
  const end = world.now() + 63_000;
  while (world.now() < end) await world.run(500).catch(() => world.pass(500));
  expect(writes).toBe(3);
  expect(world.facts.filter(({ alarm }) => alarm)).toHaveLength(3);
});
