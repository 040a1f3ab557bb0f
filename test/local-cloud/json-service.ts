/** AWS's JSON protocols: the operation stands in a header, input and output are JSON. */

import type { Service, WireResponse } from './wire.ts';

export type Input = Readonly<Record<string, unknown>>;

/** Throws an error whose `name` is AWS's code for what the client did wrong. */
export type Operations = Readonly<Record<string, (input: Input) => unknown>>;

const operationIn = (headers: Readonly<Record<string, string>>): string =>
  (headers['x-amz-target'] ?? '').split('.').pop() ?? '';

/** `version` is "1.0" or "1.1"; an operation that is not there answers 501, naming itself. */
export const jsonService = (name: string, version: string, operations: Operations): Service => {
  const reply = (
    status: number,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): WireResponse => ({
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, ...headers },
    body: JSON.stringify(body),
  });
  const refuse = (status: number, code: string, message: string): WireResponse =>
    reply(
      status,
      { __type: code, message },
      { 'x-amzn-errortype': code, 'x-amzn-query-error': `${code};Sender` },
    );

  return {
    operation: ({ headers }) => operationIn(headers),
    answer: ({ body }, operation) => {
      const act = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!act) return refuse(501, 'NotImplemented', `${name} ${operation} is not part of the local cloud`);
      try {
        return reply(200, act(JSON.parse(new TextDecoder().decode(body) || '{}') as Input) ?? {});
      } catch (error) {
        if (error instanceof Error && /^[A-Z]/.test(error.name) && !/Error$/.test(error.name)) {
          return refuse(400, error.name, error.message);
        }
        throw error;
      }
    },
  };
};
