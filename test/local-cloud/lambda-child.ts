/** The process that a function runs in: imports its module once, then answers one event after the other. */

import { pathToFileURL } from 'node:url';

type Request = Readonly<{ id: string; event: unknown; timeoutMs: number }>;

const [modulePath = '', exportName = 'handler'] = process.argv.slice(2);

const loaded = import(pathToFileURL(modulePath).href) as Promise<
  Record<string, (event: unknown, context: unknown) => Promise<unknown>>
>;

const contextOf = ({ id, timeoutMs }: Request) => {
  const endsAt = Date.now() + timeoutMs;
  const functionName = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'local';
  return {
    awsRequestId: id,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()),
  };
};

const answer = async (request: Request): Promise<void> => {
  try {
    const handler = (await loaded)[exportName];
    if (!handler) throw new Error(`${modulePath} does not export ${exportName}`);
    process.send?.({ id: request.id, result: (await handler(request.event, contextOf(request))) ?? null });
  } catch (error) {
    process.send?.({
      id: request.id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
};

// A module that cannot be loaded is an error of each invocation, not of the process.
loaded.catch(() => undefined);
process.on('message', (request: Request) => void answer(request));
process.on('disconnect', () => process.exit(0));
