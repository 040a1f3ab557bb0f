/** The functions of the stack, each in processes of its own, fed by its event source mapping. */

import type { Sqs } from '../world/sqs.ts';
import type { CloudClock } from './clock.ts';
import { type Lambda, type Poller, poll, startLambda } from './lambda-host.ts';
import type { Stack } from './stack.ts';

/** The module of each function, by its name in serverless.yml. */
export type Bundles = Readonly<
  Record<'invalidate' | 'followInvalidation' | 'checkOrigin' | 'postStatus', string>
>;

export type FunctionName = keyof Bundles;

/** What the access keys of all handlers begin with, to tell their calls from everybody else's. */
export const HANDLERS_KEY = 'AKIALOCALHANDLER';

export type FunctionsOptions = Readonly<{
  stack: Stack;
  bundles: Bundles;
  /** Those that run; the messages of the others stay where they are. */
  names: readonly FunctionName[];
  environment: Readonly<Record<string, string>>;
  sqs: Sqs;
  clock: CloudClock;
  /** In place of the mappings' own batching windows. */
  windowMs?: number;
  onLog(line: string): void;
}>;

export type Functions = Readonly<{
  idle(): boolean;
  /** The function that calls with this access key. */
  nameOf(accessKeyId: string): FunctionName | undefined;
  /** Ends the process that calls with this access key. */
  kill(accessKeyId: string): void;
  stop(): Promise<void>;
}>;

export const startFunctions = (options: FunctionsOptions): Functions => {
  const lambdas = new Map<string, Lambda & Readonly<{ name: FunctionName }>>();
  const pollers = options.stack.mappings
    .filter((mapping) => options.names.includes(nameOf(mapping.functionId)))
    .map((mapping) => startFunction(mapping, options, lambdas));
  return {
    idle: () => pollers.every((poller) => poller.idle()),
    nameOf: (accessKeyId) => lambdas.get(accessKeyId)?.name,
    kill: (accessKeyId) => lambdas.get(accessKeyId)?.kill(),
    stop: async () => {
      await Promise.all(pollers.map((poller) => poller.stop()));
    },
  };
};

/** serverless.yml's name of a function whose logical id the framework made of it. */
const nameOf = (functionId: string): FunctionName => {
  const name = functionId.replace(/LambdaFunction$/, '');
  return (name.charAt(0).toLowerCase() + name.slice(1)) as FunctionName;
};

const startFunction = (
  mapping: Stack['mappings'][number],
  { stack, bundles, environment, sqs, clock, windowMs, onLog }: FunctionsOptions,
  lambdas: Map<string, Lambda & Readonly<{ name: FunctionName }>>,
): Poller => {
  const name = nameOf(mapping.functionId);
  const settings = stack.functions.find(({ id }) => id === mapping.functionId);
  if (!settings) throw new Error(`expected the function ${mapping.functionId} in the template, got none`);
  const startOne = (): Lambda => {
    const accessKeyId = `${HANDLERS_KEY}${String(lambdas.size + 1).padStart(4, '0')}`;
    const lambda = startLambda({
      name,
      modulePath: bundles[name],
      env: { ...settings.environment, ...environment, AWS_ACCESS_KEY_ID: accessKeyId },
      timeoutMs: settings.timeoutMs,
      aheadMs: clock.aheadMs,
      onLog,
    });
    lambdas.set(accessKeyId, { ...lambda, name });
    return lambda;
  };
  return poll({
    sqs,
    queue: mapping.queue,
    lambdas: Array.from({ length: mapping.concurrency }, startOne),
    batchSize: mapping.batchSize,
    windowMs: windowMs ?? mapping.windowMs,
    reportsFailures: mapping.reportsFailures,
    onError: (error) => onLog(`${name}: ${error instanceof Error ? error.message : String(error)}`),
  });
};
