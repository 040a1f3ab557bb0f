import { createSsm, parameterArn, type Ssm } from './ssm.ts';

let ssm: Ssm;
beforeEach(() => {
  ssm = createSsm();
});

const error = (name: string) => expect.objectContaining({ name });
const put = (name: string, value = 'x') => ssm.put(name, 'String', value, false);
const levels = (count: number): string => '/x'.repeat(count);
const nameOfLength = (length: number): string => `/${'x'.repeat(length - 1)}`;

/** So long that its ARN has the 1,011 characters that are allowed. */
const LONGEST = 1_011 - parameterArn('/').length + 1;

test.each([
  ['a name without levels', 'secret'],
  ['levels', '/a/b-c/d_e/f.g/0'],
  ['15 levels', levels(15)],
  ['the longest name', nameOfLength(LONGEST)],
  ['a level, not the first, that begins like a reserved one', '/a/aws/ssm'],
])('%s can be put', (_case, name) => {
  expect(put(name)).toBe(1);
  expect(ssm.get(name)).toEqual({ name, type: 'String', value: 'x', version: 1 });
});

test.each([
  ['an empty name', '', 'ValidationException'],
  ['a slash alone', '/', 'ValidationException'],
  ['levels without a slash before the first', 'a/b', 'ValidationException'],
  ['an empty level', '/a//b', 'ValidationException'],
  ['a slash at the end', '/a/', 'ValidationException'],
  ['a space', '/a b', 'ValidationException'],
  ['a letter that is not ASCII', '/é', 'ValidationException'],
  ['a line break', '/a\n', 'ValidationException'],
  ['a name that is reserved', '/aws/a', 'ValidationException'],
  ['a name that is reserved, in capitals', 'SSMa', 'ValidationException'],
  ['16 levels', levels(16), 'HierarchyLevelLimitExceededException'],
  ['a name too long by one', nameOfLength(LONGEST + 1), 'ValidationException'],
])('%s cannot be put', (_case, name, expected) => {
  expect(() => put(name)).toThrow(error(expected));
  expect(ssm.all()).toEqual([]);
});

test('a value has 1 to 4,096 characters, and is in no message', () => {
  expect(put('/long', 'x'.repeat(4_096))).toBe(1);
  expect(() => put('/empty', '')).toThrow(error('ValidationException'));
  const secret = 'secret'.repeat(683);
  expect(secret).toHaveLength(4_098);
  expect(() => put('/longer', secret)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message: expect.not.stringContaining('secret') }),
  );
  expect(() => put('/longer', 'x'.repeat(4_097))).toThrow(error('ValidationException'));
});

test('a parameter keeps its type: a new value may leave it out, but not change it', () => {
  expect(() => ssm.put('/a', undefined, 'x', true)).toThrow(error('ValidationException'));
  ssm.put('/a', 'SecureString', 'x', true);
  expect(ssm.put('/a', undefined, 'y', true)).toBe(2);
  expect(ssm.get('/a')).toEqual({ name: '/a', type: 'SecureString', value: 'y', version: 2 });
  expect(() => ssm.put('/a', 'String', 'z', true)).toThrow(error('HierarchyTypeMismatchException'));
  expect(ssm.get('/a').value).toBe('y');
});

test('what is not overwritten stays as it was', () => {
  put('/a', 'x');
  expect(() => put('/a', 'y')).toThrow(error('ParameterAlreadyExists'));
  expect(ssm.get('/a')).toMatchObject({ value: 'x', version: 1 });
});

test('what is deleted is gone, cannot be deleted again, and begins anew', () => {
  put('/a');
  ssm.put('/a', 'String', 'y', true);
  ssm.delete('/a');
  expect(() => ssm.get('/a')).toThrow(error('ParameterNotFound'));
  expect(() => ssm.delete('/a')).toThrow(error('ParameterNotFound'));
  expect(put('/a')).toBe(1);
});
