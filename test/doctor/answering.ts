/** Clients that answer as a test says, in place of AWS's and of DNS. */

import type { Dns } from '../../shared/doctor/gather-parts.ts';

export const failure = (name: string, message = ''): Error => Object.assign(new Error(message), { name });

/** A client that answers by the command's name, with its input; anything else is refused. */
export const client = (
  answers: Readonly<Record<string, (input: Record<string, unknown>) => unknown>>,
): never =>
  ({
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const answer = answers[command.constructor.name.replace(/Command$/, '')];
      if (!answer) throw failure('AccessDenied', `not ${command.constructor.name}`);
      return answer(command.input);
    },
  }) as never;

/** Answers by name and type ("a.example NS"); what is not there is ENOTFOUND. */
export const dns = (records: Readonly<Record<string, readonly string[]>>): Dns => {
  const resolve = (type: string) => async (name: string) => {
    const found = records[`${name} ${type}`];
    if (found) return [...found];
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  };
  return {
    resolve4: resolve('A'),
    resolve6: resolve('AAAA'),
    resolveCname: resolve('CNAME'),
    resolveNs: resolve('NS'),
    resolveCaa: async (name: string) => (await resolve('CAA')(name)).map((issue) => ({ critical: 0, issue })),
  } as Dns;
};
