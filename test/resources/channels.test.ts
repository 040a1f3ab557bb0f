/** What posting to topics takes: a policy for those topics, and none where there are none. */

import { parseChannels, takesStarts } from '../../shared/core/channels.ts';
import { packageTemplate } from '../package-template.ts';
import { PACKAGING_TIMEOUT_MS, packagedStack, stackOf } from './packaged-stack.ts';

const ONE = 'arn:aws:sns:us-east-1:123456789012:one';
const OTHER = 'arn:aws:sns:us-east-1:123456789012:other';

test(
  'the topics of channels may be published to, each once, and nothing else',
  async () => {
    const channels = JSON.stringify([
      { name: 'log', kind: 'log' },
      ...[ONE, OTHER, ONE].map((topic, index) => ({ name: `t${index}`, kind: 'sns', topic })),
    ]);
    const stack = stackOf(await packageTemplate({ channels }));
    expect(stack.properties('TopicsPolicy')).toMatchObject({
      Roles: ['PostStatusIamRoleLambdaExecution'],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: [ONE, OTHER] }] },
    });
    expect(stack.properties('PostStatusLambdaFunction').Environment.Variables.CHANNELS).toBe(channels);
  },
  PACKAGING_TIMEOUT_MS,
);

test(
  'without one there is no such policy',
  async () => {
    expect((await packagedStack()).has('TopicsPolicy')).toBe(false);
  },
  PACKAGING_TIMEOUT_MS,
);

const quiet = { name: 'log', kind: 'log', only: ['failed', 'unhealthy'] };

test.each([
  ['nobody is told', [quiet, { name: 'chat', kind: 'slack', url: 'ssm:/afterbuild/x' }], false],
  ['somebody asks', [quiet, { name: 'asks', kind: 'log', only: ['pending'] }], true],
  ['a page shows them', [quiet, { name: 'page', kind: 'page' }], true],
])(
  'where %s of starts, their rule and the setting agree',
  async (_case, channels, expected) => {
    const stack = stackOf(await packageTemplate({ channels: JSON.stringify(channels) }));
    expect(stack.has('BuildStartRule')).toBe(expected);
    const { REPORTS_STARTS } = stack.properties('InvalidateLambdaFunction').Environment.Variables;
    expect(REPORTS_STARTS).toBe(String(expected));
    expect(parseChannels(JSON.stringify(channels)).some(takesStarts)).toBe(expected);
  },
  PACKAGING_TIMEOUT_MS,
);

test(
  'more channels than a function has room for end the packaging by name, and nothing of them is repeated',
  async () => {
    const one = (n: number) => ({
      name: `canary${n}`,
      kind: 'slack',
      url: `ssm:/afterbuild/${'x'.repeat(60)}`,
    });
    const channels = (count: number) => JSON.stringify(Array.from({ length: count }, (_, n) => one(n)));
    const most = Math.floor(3_000 / (channels(101).length / 101));
    const stack = stackOf(await packageTemplate({ channels: channels(most - 1) }));
    for (const name of ['Invalidate', 'FollowInvalidation', 'CheckOrigin', 'PostStatus']) {
      const { Variables } = stack.properties(`${name}LambdaFunction`).Environment;
      expect([name, Buffer.byteLength(JSON.stringify(Variables)) < 4_096]).toEqual([name, true]);
    }
    const packaged = packageTemplate({ channels: channels(most + 1) });
    await expect(packaged).rejects.toThrow(/param channels: expected at most 3000 bytes/);
    await expect(packaged).rejects.not.toThrow(/canary/);
  },
  PACKAGING_TIMEOUT_MS,
);

test(
  'channels that are no JSON end the packaging by name, and nothing of them is repeated',
  async () => {
    await expect(packageTemplate({ channels: 'secret-canary' })).rejects.toThrow(
      /param channels: expected a JSON list/,
    );
    await expect(packageTemplate({ channels: 'secret-canary' })).rejects.not.toThrow(/secret-canary/);
  },
  PACKAGING_TIMEOUT_MS,
);
