import { encodeHead, HEAD_BYTES_MAX, type Head, parseHead } from '../../shared/core/head.ts';
import { aBuild, aFollow, aHead, anIntent, now } from './head-fixture.ts';

const request = { at: now, by: 'w', items: 1, wildcards: 0 };
const owes = { id: 'o', queue: 'follow', body: '{}' } as const;
const follow = aFollow('f', { widening: true, stuck: true });
const build = aBuild('b', { commit: 'c', logUrl: 'https://log', generation: 3, outcome: 'live' });
const full: Head = aHead({
  intent: anIntent({ ids: ['I'], builds: ['b'] }),
  follows: [follow, aFollow('g')],
  builds: [build, aBuild('d')],
  outbox: [owes],
  ledger: { month: '2026-11', items: 1, recent: [request] },
  widen: 'an old copy was proved',
});

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const because = (value: unknown): string | undefined => {
  const parsed = parseHead(bytesOf(value));
  return parsed.kind === 'unreadable' ? parsed.because : undefined;
};

test.each([
  ['with all there can be', full],
  ['with the least there can be', aHead()],
  ['before its first commit', (({ recorded: _recorded, ...rest }: Head): Head => rest)(aHead())],
  ['whose texts are strange', aHead({ writer: '"\\\n😀\ud800', widen: '__proto__' })],
])('a head %s comes back from its bytes', (_case, head) => {
  expect(parseHead(encodeHead(head))).toEqual({ kind: 'head', head });
});

/** Values of every JSON type; a field of one type is wrong with all of the others. */
const values: Readonly<Record<string, unknown>> = {
  text: 'x',
  number: 5,
  boolean: true,
  list: [],
  object: {},
  null: null,
  nothing: undefined,
};
const typeOf = (value: unknown): string =>
  Object.keys(values).find((name) =>
    name === 'list' ? Array.isArray(value) : typeof value === typeof values[name] && value !== null,
  ) ?? 'null';

/** Every way to spoil one field; `optional` fields may be missing. */
const spoiled = (
  part: object,
  optional: readonly string[],
  field: string | undefined,
  put: (changed: object) => unknown,
): readonly (readonly [string, unknown, string])[] =>
  Object.entries(part)
    .filter(([name]) => name !== 'schema')
    .flatMap(([name, value]) =>
      Object.entries(values)
        .filter(([type]) => type !== typeOf(value) && !(type === 'nothing' && optional.includes(name)))
        .map(([type, wrong]) => [
          `${field === undefined ? '' : `${field}.`}${name} is ${type}`,
          put({ ...part, [name]: wrong }),
          field ?? name,
        ]),
    );

test.each([
  ...spoiled(full, ['recorded', 'intent', 'widen'], undefined, (head) => head),
  ...spoiled(anIntent(), [], 'intent', (intent) => ({ ...full, intent })),
  ...spoiled({ reference: 'r', items: 1, wildcards: 0 }, [], 'intent', (batch) => ({
    ...full,
    intent: { ...full.intent, batches: [anIntent().batches[0], batch] },
  })),
  ...spoiled(follow, ['widening', 'stuck'], 'follows', (one) => ({ ...full, follows: [aFollow('g'), one] })),
  ...spoiled(build, ['commit', 'logUrl', 'generation', 'outcome'], 'builds', (one) => ({
    ...full,
    builds: [one, aBuild('d')],
  })),
  ...spoiled(owes, [], 'outbox', (one) => ({ ...full, outbox: [one] })),
  ...spoiled(full.ledger, [], 'ledger', (ledger) => ({ ...full, ledger })),
  ...spoiled(request, [], 'ledger', (one) => ({ ...full, ledger: { ...full.ledger, recent: [one] } })),
])('a head where %s is unreadable and says so', (_case, value, field) => {
  expect(because(value)).toBe(`the field "${field}" is not what schema 1 says`);
});

test.each([
  ['ids', { intent: anIntent({ ids: [5 as unknown as string] }) }, 'intent'],
  ['builds', { intent: anIntent({ builds: [null as unknown as string] }) }, 'intent'],
  ['checks', { follows: [aFollow('f', { checks: [{} as unknown as string] })] }, 'follows'],
])('a list of %s with one that is no text is unreadable', (_case, more, field) => {
  expect(because(aHead(more))).toBe(`the field "${field}" is not what schema 1 says`);
});

test.each([
  ['newer', { ...full, schema: 2 }, 'expected schema 1, got 2'],
  ['older', { ...full, schema: 0 }, 'expected schema 1, got 0'],
  ['in text', { ...full, schema: '1' }, 'expected schema 1, got "1"'],
  ['missing', { ...full, schema: undefined }, 'expected schema 1, got undefined'],
])('a schema that is %s is named before any field', (_case, value, reason) => {
  expect(because(value)).toBe(reason);
});

test.each([
  ['a list', []],
  ['null', null],
  ['a number', 5],
  ['text', 'head'],
])('a head that is %s is unreadable', (_case, value) => {
  expect(because(value)).toBe('expected an object');
});

test.each([
  ['empty', new Uint8Array()],
  ['cut short', encodeHead(full).slice(0, -1)],
  ['not UTF-8', Uint8Array.from([0x22, 0xff, 0x22])],
  ['zipped', Uint8Array.from([0x1f, 0x8b, 0x08, 0])],
])('bytes that are %s are unreadable', (_case, bytes) => {
  expect(parseHead(bytes)).toEqual({ kind: 'unreadable', because: expect.stringMatching(/^not JSON: ./) });
});

test('a number that is too large for one makes a head unreadable', () => {
  const text = JSON.stringify(aHead()).replace('"generation":7', '"generation":1e999');
  expect(parseHead(new TextEncoder().encode(text))).toEqual({
    kind: 'unreadable',
    because: 'the field "generation" is not what schema 1 says',
  });
});

test('a head may have 64 kB', () => {
  expect(HEAD_BYTES_MAX).toBe(64 * 1024);
});

test('fields that this schema does not know do not make a head unreadable', () => {
  expect(because({ ...full, more: 1 })).toBeUndefined();
});
