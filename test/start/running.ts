/** `npm start` as a user runs it, in a process of its own, for programmes that try it out. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Addresses } from './system.ts';

export type StartEvent = Readonly<{ event: string; line: string; at: string } & Record<string, unknown>>;

export type Running = Readonly<{
  ready: Addresses;
  /** From the start of the process. */
  readyMs: number;
  events: readonly StartEvent[];
  /** The first event from `from` on that matches; rejects with what came instead when it takes too long. */
  wait(
    what: string,
    matches: (event: StartEvent) => boolean,
    from?: number,
    withinMs?: number,
  ): Promise<StartEvent>;
  /** Asks the control port. */
  control(route: string, body?: unknown): Promise<unknown>;
  /** As Ctrl-C does; gives the exit status. */
  interrupt(): Promise<number | null>;
}>;

/** Far more than it takes: a loaded machine packages slowly, and how long things take is said, not judged. */
const READY_MAX_MS = 240_000;
const WAIT_MS = 120_000;
const POLL_MS = 25;
const SHOWN_MAX = 12;

/** `folder` holds the project; every port is a free one. Rejects with what was printed when it does not get ready. */
export const runStart = async (folder: string, args: readonly string[] = []): Promise<Running> => {
  const startedAt = Date.now();
  const child = spawn(
    process.execPath,
    [
      'test/start/main.ts',
      '--json',
      '--aws-port',
      '0',
      '--control-port',
      '0',
      '--inbox-port',
      '0',
      '--edge-ports',
      '0,0',
      ...args,
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const events: StartEvent[] = [];
  let printed = '';
  let exit: number | null | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line) as StartEvent));
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      exit = code;
      resolve(code);
    }),
  );

  const wait: Running['wait'] = async (what, matches, from = 0, withinMs = WAIT_MS) => {
    const until = Date.now() + withinMs;
    while (Date.now() < until && exit === undefined) {
      const found = events.slice(from).find(matches);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const latest = events.slice(-SHOWN_MAX).map(({ line }) => line);
    throw new Error(`expected ${what} within ${withinMs} ms, got:\n${latest.join('\n')}\n${printed}`);
  };

  const first = await wait('to be ready', ({ event }) => event === 'ready', 0, READY_MAX_MS).catch(
    (error: unknown) => {
      child.kill('SIGINT');
      throw error;
    },
  );
  const ready = first as unknown as Addresses;
  return {
    ready,
    readyMs: Date.now() - startedAt,
    events,
    wait,
    control: async (route, body = {}) => {
      const [method = '', path = ''] = route.split(' ');
      const answer = await fetch(ready.control + path, {
        method,
        ...(method === 'POST'
          ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
          : {}),
      });
      const value = (await answer.json()) as { error?: string };
      if (!answer.ok) throw new Error(`${route}: ${value.error}`);
      return value;
    },
    interrupt: async () => {
      if (exit === undefined) child.kill('SIGINT');
      return ended;
    },
  };
};
