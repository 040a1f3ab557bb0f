/**
 * What replay must show on two real builds: exact counts, and that each sabotage is noticed. Every case is the
 * command as a user types it, in a process of its own.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Report } from './run.ts';

type Run = Readonly<{ exit: number | null; result: Report | undefined; stderr: string }>;

type Case = Readonly<{
  name: string;
  args: readonly string[];
  exit: number;
  shows?(run: Run): readonly string[];
}>;

const OLD = 'node_modules/build-old/lib/vite';
const NEW = 'node_modules/build-new/lib/vite';

/** Names each figure that is not as expected. */
const expectFigures =
  (expected: Partial<Record<keyof Report, number | ((value: number) => boolean)>>) =>
  ({ result }: Run): readonly string[] =>
    Object.entries(expected).flatMap(([name, wanted]) => {
      const value = result?.[name as keyof Report];
      const isRight =
        typeof wanted === 'function' ? typeof value === 'number' && wanted(value) : value === wanted;
      return isRight ? [] : [`${name}: expected ${String(wanted)}, got ${JSON.stringify(value)}`];
    });

const COUNTS = { objects: 41, changed: 7, added: 13, removed: 12, unchanged: 21 };
const atMost = (limit: number) => (value: number) => value <= limit && value > 0;

/** Names that break URL code: every second one changes. `tilde~` has no exact item and takes its neighbours along. */
const ODD_NAMES = [
  'index.html',
  'with space.txt',
  'with+plus.txt',
  'with space+plus.txt',
  '100%.txt',
  'c#/notes.txt',
  'c#/other.txt',
  'what?.txt',
  'what.txt',
  'star*.txt',
  'star.txt',
  'tilde~.txt',
  '\u00e9.txt',
  'e\u0301.txt',
  'plain.txt',
  '😀.txt',
  '[x].txt',
  '__proto__',
  'x.txt',
  'constructor',
  'case.txt',
  'CASE.txt',
  `${'long-name/'.repeat(60)}end.txt`,
  `${'long-name/'.repeat(60)}other.txt`,
  'blog/index.html',
  'blog/myindex.html',
];

const odd = mkdtempSync(join(tmpdir(), 'afterbuild-odd-'));
for (const [index, name] of ODD_NAMES.entries()) {
  for (const build of ['old', 'new']) {
    const path = join(odd, build, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, index % 2 === 0 ? `${name} ${build}` : name);
  }
}

const CASES: readonly Case[] = [
  {
    name: 'odd names: each changed one is fresh, and nothing else is purged',
    args: [join(odd, 'old'), join(odd, 'new')],
    exit: 0,
    shows: expectFigures({
      objects: 26,
      changed: 13,
      unchanged: 13,
      stale: 0,
      collateral: 0,
      items: atMost(14),
    }),
  },
  {
    name: 'two real builds: exactly the changed paths',
    args: [OLD, NEW],
    exit: 0,
    shows: expectFigures({ ...COUNTS, stale: 0, collateral: 0, expiring: 0, items: atMost(19) }),
  },
  {
    name: 'removed files kept: only what changed',
    args: [OLD, NEW, '--keep-removed'],
    exit: 0,
    shows: expectFigures({ ...COUNTS, stale: 0, collateral: 0, items: atMost(7) }),
  },
  {
    name: 'the same build twice: no invalidation at all',
    args: [NEW, NEW],
    exit: 0,
    shows: (run) => [
      ...expectFigures({
        changed: 0,
        added: 0,
        removed: 0,
        unchanged: 41,
        items: 0,
        stale: 0,
        collateral: 0,
      })(run),
      ...(run.result?.invalidations.length === 0 ? [] : ['expected no CreateInvalidation']),
    ],
  },
  {
    name: 'directory routing: the same promises',
    args: [OLD, NEW, '--routing', 'directory'],
    exit: 0,
    shows: expectFigures({ ...COUNTS, stale: 0, collateral: 0, items: atMost(19) }),
  },
  {
    name: 'the same build twice in directory routing: no invalidation at all',
    args: [NEW, NEW, '--routing', 'directory'],
    exit: 0,
    shows: expectFigures({ items: 0, stale: 0, collateral: 0 }),
  },
  {
    name: 'fingerprinted files are left to expire, and said to be',
    args: [OLD, NEW, '--fingerprint', '[-.][A-Za-z0-9_-]{8}\\.'],
    exit: 0,
    shows: expectFigures({ stale: 0, collateral: 0, expiring: atMost(12), items: atMost(7) }),
  },
  {
    name: 'sabotage edges-ignore-all: every changed and removed URL is stale',
    args: [OLD, NEW, '--sabotage', 'edges-ignore-all'],
    exit: 1,
    shows: expectFigures({ stale: 19 }),
  },
  {
    name: 'sabotage edges-ignore-one: the old copy is proved and widened',
    args: [OLD, NEW, '--sabotage', 'edges-ignore-one'],
    exit: 0,
    shows: (run) => [
      ...expectFigures({ stale: 0 })(run),
      ...(run.result?.invalidations.at(-1)?.items[0]?.item === '/*'
        ? []
        : ['expected /* as the last invalidation']),
      ...(/an old copy of \//.test(run.stderr) ? [] : ['expected the alarm to name the URL']),
    ],
  },
  {
    name: 'sabotage edges-ignore-one without widening: the one stale URL is named',
    args: [OLD, NEW, '--sabotage', 'edges-ignore-one,widening-off'],
    exit: 1,
    shows: (run) => [
      ...expectFigures({ stale: 1 })(run),
      ...(run.result?.staleUrls.length === 1 ? [] : ['expected the stale URL to be named']),
    ],
  },
  {
    name: 'sabotage invalidate-all: every unchanged URL is purged for nothing',
    args: [OLD, NEW, '--sabotage', 'invalidate-all'],
    exit: 0,
    shows: expectFigures({ items: 1, collateral: 21, stale: 0 }),
  },
  {
    name: 'sabotage edges-never-cache: cannot judge',
    args: [OLD, NEW, '--sabotage', 'edges-never-cache'],
    exit: 2,
  },
  { name: 'a folder that is not there: wrong usage', args: [OLD, 'no-such-folder'], exit: 64 },
];

const AT_ONCE = 2;
const STDERR_LINES_MAX = 20;
const CASE_TIMEOUT_MS = 180_000;

const replay = (args: readonly string[]): Promise<Run> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['test/replay/main.ts', ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: CASE_TIMEOUT_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (exit) =>
      resolve({ exit, result: stdout === '' ? undefined : JSON.parse(stdout), stderr }),
    );
  });

const judgeCase = async ({ name, args, exit, shows }: Case): Promise<boolean> => {
  const run = await replay(args);
  const wrong = [
    ...(run.exit === exit ? [] : [`expected exit ${exit}, got ${run.exit}`]),
    ...(shows?.(run) ?? []),
  ];
  console.log(`${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const what of wrong) console.log(`     ${what}`);
  if (wrong.length > 0)
    console.log(run.stderr.split('\n').slice(-STDERR_LINES_MAX).join('\n').replaceAll(/^/gm, '     | '));
  return wrong.length === 0;
};

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
const left = CASES.filter(({ name }) => values.only === undefined || name.includes(values.only));
let numPassedTests = 0;
let numFailedTests = 0;
const worker = async (): Promise<void> => {
  for (let next = left.shift(); next; next = left.shift()) {
    if (await judgeCase(next)) numPassedTests += 1;
    else numFailedTests += 1;
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
rmSync(odd, { recursive: true });
console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ numPassedTests, numFailedTests }));
process.exitCode = numFailedTests === 0 ? 0 : 1;
