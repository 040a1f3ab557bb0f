/** Systems Manager's wire protocol (AWS JSON 1.1) on the model of its parameters. */

import { type Parameter, parameterArn, type Ssm, SsmError } from '../world/ssm.ts';
import { type Input, jsonService } from './json-service.ts';
import { pageOf } from './pages.ts';
import type { Service } from './wire.ts';

/** Of a secret, whoever does not ask for it in clear sees what nobody can use. */
const shown = ({ name, type, value, version }: Parameter, { WithDecryption: decrypts }: Input) => ({
  Name: name,
  Type: type,
  Value: type === 'SecureString' && decrypts !== true ? 'AQICAH-encrypted' : value,
  Version: version,
  ARN: parameterArn(name),
  DataType: 'text',
});

const TYPES: readonly Parameter['type'][] = ['String', 'StringList', 'SecureString'];

/** Source: Systems Manager API reference, GetParameters and GetParametersByPath. */
const NAMES_MAX = 10;
const PAGE_MAX = 10;

const invalid = (because: string): SsmError => new SsmError('ValidationException', because);

const put = (ssm: Ssm, input: Input): object => {
  const { Name: name, Type: type, Value: value, Overwrite: overwrite } = input;
  const known = TYPES.find((one) => one === type);
  if (typeof name !== 'string' || typeof value !== 'string' || (type !== undefined && !known)) {
    throw invalid(`expected Name, Value and one of ${TYPES.join(', ')}`);
  }
  return { Version: ssm.put(name, known, value, overwrite === true), Tier: 'Standard' };
};

const getSome = (ssm: Ssm, input: Input): object => {
  const names = (input['Names'] ?? []) as readonly string[];
  if (names.length < 1 || names.length > NAMES_MAX) {
    throw invalid(`expected 1 to ${NAMES_MAX} names, got ${names.length}`);
  }
  const found = new Map(ssm.all().map((parameter) => [parameter.name, parameter]));
  return {
    Parameters: names
      .toSorted()
      .flatMap((name) => found.get(name) ?? [])
      .map((parameter) => shown(parameter, input)),
    InvalidParameters: names.filter((name) => !found.has(name)),
  };
};

const getByPath = (ssm: Ssm, input: Input): object => {
  const { Path: path, Recursive: recursive, MaxResults: size = PAGE_MAX, NextToken: token } = input;
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw invalid(`expected a path that begins with "/", got ${JSON.stringify(path)}`);
  }
  if (!Number.isInteger(size) || Number(size) < 1 || Number(size) > PAGE_MAX) {
    throw invalid(`expected MaxResults from 1 to ${PAGE_MAX}, got ${String(size)}`);
  }
  const prefix = path.replace(/\/*$/, '/');
  const here = ssm.all().filter(({ name }) => {
    // A name without levels is right below the root.
    const full = name.startsWith('/') ? name : `/${name}`;
    return full.startsWith(prefix) && (recursive === true || !full.slice(prefix.length).includes('/'));
  });
  const page = pageOf(here, token, Number(size));
  if (!page) throw new SsmError('InvalidNextToken', 'expected a token that was given');
  return {
    Parameters: page.items.map((parameter) => shown(parameter, input)),
    ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
  };
};

export const ssmService = (ssm: Ssm): Service =>
  jsonService('SSM', '1.1', {
    PutParameter: (input) => put(ssm, input),
    GetParameter: (input) => ({ Parameter: shown(ssm.get(String(input['Name'])), input) }),
    GetParameters: (input) => getSome(ssm, input),
    GetParametersByPath: (input) => getByPath(ssm, input),
    DeleteParameter: (input) => ssm.delete(String(input['Name'])),
  });
