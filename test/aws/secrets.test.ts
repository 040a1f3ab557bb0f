import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { secretsAdapter } from '../../shared/aws/secrets.ts';

/** A client that answers so, and remembers what it was asked. */
const answering = (answer: () => unknown) => {
  const asked: unknown[] = [];
  const send = async (command: GetParameterCommand): Promise<unknown> => {
    expect(command).toBeInstanceOf(GetParameterCommand);
    asked.push(command.input);
    return answer();
  };
  return { asked, secrets: secretsAdapter({ send } as unknown as SSMClient) };
};

test('a parameter is asked for by its name, decrypted', async () => {
  const { asked, secrets } = answering(() => ({ Parameter: { Value: 'sesame' } }));
  expect(await secrets.read('/afterbuild/ops')).toBe('sesame');
  expect(asked).toEqual([{ Name: '/afterbuild/ops', WithDecryption: true }]);
});

test('what a file ended with is no part of a secret', async () => {
  const { secrets } = answering(() => ({ Parameter: { Value: ' sesame\r\n' } }));
  expect(await secrets.read('/afterbuild/ops')).toBe('sesame');
});

test.each([
  ['an empty value', { Parameter: { Value: '' } }],
  ['a line break', { Parameter: { Value: '\n' } }],
  ['no value', { Parameter: {} }],
  ['no parameter', {}],
])('%s is no secret', async (_case, answer) => {
  const { secrets } = answering(() => answer);
  await expect(secrets.read('/afterbuild/ops')).rejects.toThrow('the parameter /afterbuild/ops is empty');
});

test('a refusal names the parameter and the error, and repeats none of its text', async () => {
  const { secrets } = answering(() => {
    throw Object.assign(new Error('canary'), { name: 'ParameterNotFound' });
  });
  const error: Error = await secrets.read('/afterbuild/ops').then(String, (thrown) => thrown);
  expect(error.message).toBe('the parameter /afterbuild/ops cannot be read: ParameterNotFound');
  expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain('canary');
});
