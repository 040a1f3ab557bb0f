/** A model of Systems Manager's parameters, of the standard tier. */

import type { Memory } from './memory.ts';

export type Parameter = Readonly<{
  name: string;
  type: 'String' | 'StringList' | 'SecureString';
  value: string;
  version: number;
}>;

export type Ssm = Readonly<{
  memory: Memory;
  /**
   * Gives the version; a parameter that is there keeps its type where none is said. Throws SsmError
   * ParameterAlreadyExists where it is there and may not be overwritten, HierarchyTypeMismatchException where it is
   * of another type, HierarchyLevelLimitExceededException, and ValidationException for a name, a value or a type
   * that cannot be.
   */
  put(name: string, type: Parameter['type'] | undefined, value: string, overwrite: boolean): number;
  /** Throws SsmError ParameterNotFound. */
  get(name: string): Parameter;
  /** Throws SsmError ParameterNotFound. */
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

/** Source: Systems Manager API reference, PutParameter. */
const LEVELS_MAX = 15;
const VALUE_CHARACTERS_MAX = 4_096;
const NAME_AND_ARN_CHARACTERS_MAX = 1_011;

export const parameterArn = (name: string): string =>
  `arn:aws:ssm:us-east-1:123456789012:parameter${name.startsWith('/') ? '' : '/'}${name}`;

/** A name without levels, or one that begins with a slash and has no empty level. */
const NAME = /^(?:[\w.-]+|(?:\/[\w.-]+)+)$/;
const RESERVED = /^\/?(?:aws|ssm)/i;

const checkName = (name: string): void => {
  if (!NAME.test(name) || RESERVED.test(name) || parameterArn(name).length > NAME_AND_ARN_CHARACTERS_MAX) {
    throw new SsmError(
      'ValidationException',
      `expected a parameter's name of letters, digits, ".-_" and, before each level, "/", got ${JSON.stringify(name)}`,
    );
  }
  const levels = name.split('/').length - (name.startsWith('/') ? 1 : 0);
  if (levels <= LEVELS_MAX) return;
  throw new SsmError(
    'HierarchyLevelLimitExceededException',
    `expected at most ${LEVELS_MAX} levels, got ${levels}`,
  );
};

/** The value may be a secret, so that no message shows it. */
const checkValue = (name: string, value: string): void => {
  if (value.length >= 1 && value.length <= VALUE_CHARACTERS_MAX) return;
  throw new SsmError(
    'ValidationException',
    `expected a value of 1 to ${VALUE_CHARACTERS_MAX} characters for ${name}, got ${value.length}`,
  );
};

const typeFor = (
  name: string,
  type: Parameter['type'] | undefined,
  before: Parameter | undefined,
): Parameter['type'] => {
  const known = type ?? before?.type;
  if (known === undefined) {
    throw new SsmError('ValidationException', `expected a type for ${name}, which is new, got none`);
  }
  if (before === undefined || before.type === known) return known;
  throw new SsmError(
    'HierarchyTypeMismatchException',
    `expected ${before.type}, which ${name} is, got ${known}`,
  );
};

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
      checkName(name);
      checkValue(name, value);
      const before = parameters.get(name);
      if (before && !overwrite) {
        throw new SsmError(
          'ParameterAlreadyExists',
          `The parameter ${name} exists, and Overwrite was not given`,
        );
      }
      const version = (before?.version ?? 0) + 1;
      parameters.set(name, { name, type: typeFor(name, type, before), value, version });
      return version;
    },
    get,
    delete: (name) => void parameters.delete(get(name).name),
    all: () => [...parameters.values()],
  };
};
