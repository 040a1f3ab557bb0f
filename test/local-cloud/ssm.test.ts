/** What small-services.test.ts leaves out of Systems Manager over HTTP, with its real client. */

import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  paginateGetParametersByPath,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { createSsm, type Ssm } from '../world/ssm.ts';
import { type AwsServer, serveAws } from './server.ts';
import { ssmService } from './ssm.ts';

let ssm: Ssm;
let aws: AwsServer;
let client: SSMClient;

beforeEach(async () => {
  ssm = createSsm();
  aws = await serveAws({ port: 0, services: { ssm: ssmService(ssm) } });
  client = new SSMClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await aws.close();
});

const filled = (names: readonly string[]): readonly string[] => {
  for (const name of names) ssm.put(name, 'String', 'x', false);
  return names;
};
const invalid = { name: 'ValidationException', $metadata: { httpStatusCode: 400 } };

test.each([
  ['String', '/a/b', 'in clear', 'parameter/a/b'],
  ['StringList', 'list', 'a,b', 'parameter/list'],
] as const)(
  'a %s is put and given whole, whether decryption is asked for or not',
  async (Type, Name, Value, end) => {
    const { Version, Tier } = await client.send(new PutParameterCommand({ Name, Value, Type }));
    expect([Version, Tier]).toEqual([1, 'Standard']);
    for (const WithDecryption of [true, false]) {
      const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption }));
      const ARN = `arn:aws:ssm:us-east-1:123456789012:${end}`;
      expect(Parameter).toEqual({ Name, Type, Value, Version: 1, ARN, DataType: 'text' });
    }
  },
);

test('no way of asking gives a secret in clear without decryption, and each gives it with', async () => {
  ssm.put('/a/secret', 'SecureString', 'in clear', false);
  const values = async (decryption: { WithDecryption?: boolean }) => {
    const one = await client.send(new GetParameterCommand({ Name: '/a/secret', ...decryption }));
    const some = await client.send(new GetParametersCommand({ Names: ['/a/secret'], ...decryption }));
    const all = await client.send(new GetParametersByPathCommand({ Path: '/a', ...decryption }));
    return [one.Parameter, some.Parameters?.[0], all.Parameters?.[0]].map((found) => found?.Value);
  };
  expect(await values({ WithDecryption: true })).toEqual(Array(3).fill('in clear'));
  for (const decryption of [{}, { WithDecryption: false }]) {
    const hidden = await values(decryption);
    expect(new Set(hidden).size).toBe(1);
    expect(hidden[0]).toMatch(/^(?!.*clear).+/);
  }
});

test("errors are the client's own classes, and show no value", async () => {
  const missing = { Name: '/a' };
  await expect(client.send(new GetParameterCommand(missing))).rejects.toBeInstanceOf(ParameterNotFound);
  await expect(client.send(new DeleteParameterCommand(missing))).rejects.toBeInstanceOf(ParameterNotFound);
  filled(['/a']);
  const error = await client
    .send(new PutParameterCommand({ Name: '/a', Value: 'in clear', Type: 'String' }))
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ParameterAlreadyExists);
  expect(String(error)).not.toContain('in clear');
});

test.each([
  ['no type for a new parameter', { Name: '/new', Value: 'x' }],
  ['a type that is none', { Name: '/new', Value: 'x', Type: 'Number' as 'String' }],
  ['no value', { Name: '/new', Value: undefined, Type: 'String' as const }],
  ['an empty value', { Name: '/new', Value: '', Type: 'String' as const }],
  ['no name', { Name: undefined, Value: 'x', Type: 'String' as const }],
  ['a name that is reserved', { Name: '/aws/new', Value: 'x', Type: 'String' as const }],
])('%s is refused', async (_case, input) => {
  await expect(client.send(new PutParameterCommand(input))).rejects.toMatchObject(invalid);
  expect(ssm.all()).toEqual([]);
});

test('a new value without a type keeps the type, and so keeps a secret one', async () => {
  ssm.put('/a', 'SecureString', 'x', false);
  await client.send(new PutParameterCommand({ Name: '/a', Value: 'y', Overwrite: true }));
  expect(ssm.get('/a')).toMatchObject({ type: 'SecureString', value: 'y', version: 2 });
  const other = { Name: '/a', Value: 'z', Type: 'Number' as 'String', Overwrite: true };
  await expect(client.send(new PutParameterCommand(other))).rejects.toMatchObject(invalid);
  expect(ssm.get('/a').value).toBe('y');
});

test('1 to 10 parameters are given at once, in the order of their names', async () => {
  const names = filled(['/j', '/b', '/c', '/d', '/e', '/f', '/g', '/h', '/i', '/a']);
  const get = (Names: string[]) => client.send(new GetParametersCommand({ Names }));
  const { Parameters, InvalidParameters } = await get([...names]);
  expect(Parameters?.map(({ Name }) => Name)).toEqual(names.toSorted());
  expect(InvalidParameters).toEqual([]);
  await expect(get([...names, '/k'])).rejects.toMatchObject(invalid);
  await expect(get([])).rejects.toMatchObject(invalid);
});

test('a path is given 10 parameters at a time, each once', async () => {
  const names = filled(Array.from({ length: 21 }, (_, index) => `/a/${index}`));
  const pages: (string | undefined)[][] = [];
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, { Path: '/a' })) {
    pages.push(Parameters.map(({ Name }) => Name));
  }
  expect(pages).toEqual([names.slice(0, 10), names.slice(10, 20), names.slice(20)]);
});

test.each([
  ['/', false, ['plain', '/top']],
  ['/', true, ['plain', '/top', '/a/b', '/a/c/d', '/ab/c']],
  ['/a', false, ['/a/b']],
  ['/a/', true, ['/a/b', '/a/c/d']],
  ['/top', true, []],
])('below %s, recursive or not (%s), are %j', async (Path, Recursive, expected) => {
  filled(['plain', '/top', '/a/b', '/a/c/d', '/ab/c']);
  const { Parameters } = await client.send(new GetParametersByPathCommand({ Path, Recursive }));
  expect(Parameters?.map(({ Name }) => Name)).toEqual(expected);
});

test.each([
  ['a path without a slash', { Path: 'a' }, 'ValidationException'],
  ['no path', { Path: undefined }, 'ValidationException'],
  ['MaxResults of 0', { Path: '/', MaxResults: 0 }, 'ValidationException'],
  ['MaxResults of 11', { Path: '/', MaxResults: 11 }, 'ValidationException'],
  ['a token that nobody gave', { Path: '/', NextToken: 'x' }, 'InvalidNextToken'],
])('%s is refused', async (_case, input, name) => {
  await expect(client.send(new GetParametersByPathCommand(input))).rejects.toMatchObject({ name });
});
