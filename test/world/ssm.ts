/** A model of Systems Manager's parameters. */

import type { Memory } from './memory.ts';

export type Parameter = Readonly<{
  name: string;
  type: 'String' | 'StringList' | 'SecureString';
  value: string;
  version: number;
}>;

export type Ssm = Readonly<{
  memory: Memory;
  /** Gives the version; throws SsmError ParameterAlreadyExists where it is there and may not be overwritten. */
  put(name: string, type: Parameter['type'], value: string, overwrite: boolean): number;
  /** Throws SsmError ParameterNotFound. */
  get(name: string): Parameter;
  delete(name: string): void;
  all(): readonly Parameter[];
}>;

export class SsmError extends Error {
  override name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export const createSsm = (): Ssm => {
  const parameters = new Map<string, Parameter>();
  const get = (name: string): Parameter => {
    const found = parameters.get(name);
    if (found) return found;
    throw new SsmError('ParameterNotFound', `The parameter ${name} does not exist`);
  };
  return {
    memory: {
      save: () => parameters,
      load: (saved) => {
        for (const [name, parameter] of saved as typeof parameters) parameters.set(name, parameter);
      },
    },
    put: (name, type, value, overwrite) => {
      const before = parameters.get(name);
      if (before && !overwrite) {
        throw new SsmError(
          'ParameterAlreadyExists',
          `The parameter ${name} exists, and Overwrite was not given`,
        );
      }
      const version = (before?.version ?? 0) + 1;
      parameters.set(name, { name, type, value, version });
      return version;
    },
    get,
    delete: (name) => void parameters.delete(get(name).name),
    all: () => [...parameters.values()],
  };
};
