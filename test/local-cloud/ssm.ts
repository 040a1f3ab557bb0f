/** Systems Manager's wire protocol (AWS JSON 1.1) on the model of its parameters. */

import { type Parameter, type Ssm, SsmError } from '../world/ssm.ts';
import { type Input, jsonService } from './json-service.ts';
import type { Service } from './wire.ts';

/** Of a secret, whoever does not ask for it in clear sees what nobody can use. */
const shown = ({ name, type, value, version }: Parameter, isDecrypted: boolean) => ({
  Name: name,
  Type: type,
  Value: type === 'SecureString' && !isDecrypted ? 'AQICAH-encrypted' : value,
  Version: version,
  ARN: `arn:aws:ssm:us-east-1:123456789012:parameter${name.startsWith('/') ? '' : '/'}${name}`,
  DataType: 'text',
});

const TYPES: readonly Parameter['type'][] = ['String', 'StringList', 'SecureString'];

const put = (ssm: Ssm, input: Input): object => {
  const { Name: name, Type: type = 'String', Value: value, Overwrite: overwrite } = input;
  const known = TYPES.find((one) => one === type);
  if (typeof name !== 'string' || typeof value !== 'string' || value === '' || !known) {
    throw new SsmError('ValidationException', 'expected Name, Value and one of the three types');
  }
  return { Version: ssm.put(name, known, value, overwrite === true), Tier: 'Standard' };
};

export const ssmService = (ssm: Ssm): Service => {
  const isDecrypted = ({ WithDecryption: decrypts }: Input): boolean => decrypts === true;
  return jsonService('SSM', '1.1', {
    PutParameter: (input) => put(ssm, input),
    GetParameter: (input) => ({ Parameter: shown(ssm.get(String(input['Name'])), isDecrypted(input)) }),
    GetParameters: (input) => {
      const names = (input['Names'] ?? []) as readonly string[];
      const found = ssm.all().filter(({ name }) => names.includes(name));
      return {
        Parameters: found.map((parameter) => shown(parameter, isDecrypted(input))),
        InvalidParameters: names.filter((name) => !found.some((parameter) => parameter.name === name)),
      };
    },
    GetParametersByPath: (input) => {
      const path = String(input['Path']).replace(/\/*$/, '/');
      const found = ssm.all().filter(({ name }) => name.startsWith(path));
      const here = found.filter(
        ({ name }) => input['Recursive'] === true || !name.slice(path.length).includes('/'),
      );
      return { Parameters: here.map((parameter) => shown(parameter, isDecrypted(input))) };
    },
    DeleteParameter: (input) => ssm.delete(String(input['Name'])),
  });
};
