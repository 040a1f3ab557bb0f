/** Runs handlers as Lambda does, each in a process of its own. */

import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Reply, Request } from './lambda-child.ts';

export { type Poller, type PollOptions, poll } from './event-source.ts';

export type LambdaOptions = Readonly<{
  name: string;
  /** JavaScript, or TypeScript that Node can run. */
  modulePath: string;
  exportName?: string;
  env: Readonly<Record<string, string>>;
  /** Of one invocation; loading the module does not count. */
  timeoutMs: number;
  /** How far the function's clock is ahead of this machine's, asked at each invocation. */
  aheadMs?(): number;
  /** Each line that the handler prints. */
  onLog?(line: string, stream: 'stdout' | 'stderr'): void;
}>;

export type Lambda = Readonly<{
  /**
   * Rejects when the handler throws, runs out of time, or its process ends; after the last two, the next call
   * has a new process. One invocation at a time.
   */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the process in the middle of what it does, as SIGKILL does. */
  kill(): void;
  /** Ends the process; every line that it printed has been heard then. */
  stop(): Promise<void>;
}>;

/** `closed`: the process is gone and everything that it printed was read. */
type Child = { readonly process: ChildProcess; readonly closed: Promise<void>; isReady: boolean };

type Outcome =
  | Readonly<{ kind: 'result'; result: unknown }>
  | Readonly<{ kind: 'error' | 'gone'; because: string }>;

const CHILD = fileURLToPath(new URL('./lambda-child.ts', import.meta.url));

/** Lambda gives the loading of a module ten seconds. */
const LOAD_MAX_MS = 10_000;

/** One execution environment. */
export const startLambda = (options: LambdaOptions): Lambda => {
  let child: Child | undefined;
  let isBusy = false;
  const ending = new Set<Promise<void>>();

  const end = (running: Child): void => {
    if (child === running) child = undefined;
    running.process.kill('SIGKILL');
    const closed = running.closed.finally(() => ending.delete(closed));
    ending.add(closed);
  };

  const invoke = async (event: unknown): Promise<unknown> => {
    if (isBusy) throw new Error(`expected one invocation of ${options.name} at a time, got a second one`);
    isBusy = true;
    try {
      // It may have ended by itself since the last answer.
      if (child?.process.connected === false) end(child);
      child ??= startChild(options);
      const running = child;
      const outcome = await outcomeOf(running, event, options);
      if (outcome.kind === 'result') return outcome.result;
      // Whatever is left of it may not be used again, not even while it is going away.
      if (outcome.kind === 'gone') end(running);
      throw new Error(outcome.because);
    } finally {
      isBusy = false;
    }
  };

  return {
    invoke,
    kill: () => void child?.process.kill('SIGKILL'),
    stop: async () => {
      if (child) end(child);
      await Promise.all(ending);
    },
  };
};

const startChild = ({ name, modulePath, exportName = 'handler', env, onLog }: LambdaOptions): Child => {
  const started = fork(CHILD, [modulePath, exportName], {
    env: {
      PATH: process.env['PATH'] ?? '',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      ...env,
    },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    const output = started[stream];
    if (output) createInterface({ input: output }).on('line', (line) => onLog?.(line, stream));
  }
  const closed = new Promise<void>((resolve) => started.once('close', () => resolve()));
  const child: Child = { process: started, closed, isReady: false };
  started.on('message', (reply: Reply) => {
    if (reply.kind === 'ready') child.isReady = true;
  });
  // It cannot be started, or is gone while it is sent to: its end says enough.
  started.on('error', () => undefined);
  return child;
};

/** Sends one event as soon as the module is loaded, and waits for its answer, the process's end, or the limit. */
const outcomeOf = (
  child: Child,
  event: unknown,
  { name, timeoutMs, aheadMs }: LambdaOptions,
): Promise<Outcome> =>
  new Promise((resolve) => {
    const { process: running } = child;
    const request: Request = { id: randomUUID(), event, timeoutMs, aheadMs: aheadMs?.() ?? 0 };
    let timer: NodeJS.Timeout | undefined;

    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      running.off('message', onMessage);
      running.off('exit', onExit);
      resolve(outcome);
    };
    const limit = (what: string, ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => settle({ kind: 'gone', because: `${name} ${what} after ${ms} ms` }), ms);
    };
    const send = (): void => {
      limit('timed out', timeoutMs);
      running.send(request, (error) => {
        if (error) settle({ kind: 'gone', because: `the process of ${name} ended: ${error.message}` });
      });
    };
    const onMessage = (reply: Reply): void => {
      if (reply.kind === 'ready') send();
      else if (reply.id !== request.id) return;
      else if (reply.kind === 'result') settle({ kind: 'result', result: reply.result });
      else settle({ kind: 'error', because: reply.error });
    };
    const onExit = (code: number | null, signal: string | null): void =>
      settle({ kind: 'gone', because: `the process of ${name} ended with ${code ?? signal}` });

    running.on('message', onMessage);
    running.once('exit', onExit);
    if (child.isReady) send();
    else limit('was not loaded', LOAD_MAX_MS);
  });
