/** The process that a function runs in: imports its module once, then answers one event after the other. */

import { pathToFileURL } from 'node:url';

/** What the host sends. */
export type Request = Readonly<{ id: string; event: unknown; timeoutMs: number; aheadMs: number }>;

/** What this process sends: `ready` once, when the module was loaded or could not be. */
export type Reply =
  | Readonly<{ kind: 'ready' }>
  | Readonly<{ kind: 'result'; id: string; result: unknown }>
  | Readonly<{ kind: 'error'; id: string; error: string }>;

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const [modulePath = '', exportName = 'handler'] = process.argv.slice(2);

const loaded = import(pathToFileURL(modulePath).href) as Promise<Readonly<Record<string, Handler>>>;

/** A world whose time was skipped has functions that live in it: all that reads the clock is ahead alike. */
const setClock = (aheadMs: number): void => {
  if (aheadMs === 0) return;
  globalThis.Date = class extends RealDate {
    constructor(...parts: []) {
      if (parts.length > 0) super(...parts);
      else super(RealDate.now() + aheadMs);
    }
    static override now(): number {
      return RealDate.now() + aheadMs;
    }
  } as DateConstructor;
};

const RealDate = Date;

const reply = (message: Reply): void => void process.send?.(message);

const contextOf = ({ id, timeoutMs }: Request) => {
  const endsAt = Date.now() + timeoutMs;
  const functionName = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'local';
  return {
    awsRequestId: id,
    functionName,
    functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'] ?? '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? '512',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()),
  };
};

const answer = async (request: Request): Promise<void> => {
  const { id, event } = request;
  try {
    const handler = (await loaded)[exportName];
    if (!handler) throw new Error(`expected ${modulePath} to export ${exportName}, got no such export`);
    reply({ kind: 'result', id, result: (await handler(event, contextOf(request))) ?? null });
  } catch (error) {
    reply({
      kind: 'error',
      id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
};

// A module that cannot be loaded is an error of each invocation, not of the process.
const ready = (): void => reply({ kind: 'ready' });
loaded.then(ready, ready);
process.on('message', (request: Request) => {
  setClock(request.aheadMs);
  void answer(request);
});
process.on('disconnect', () => process.exit(0));
