/** The params of the build project: what they become, and what is wrong with them. */

import { createRequire } from 'node:module';
import type { Params } from '../package-template.ts';

type Property = (framework: { resolveVariable(name: string): Promise<unknown> }) => Promise<unknown>;

const properties = createRequire(import.meta.url)('../../resources/build-project.cjs') as Record<
  'makes' | 'sourceType' | 'branchPattern' | 'timeoutMinutes' | 'variables' | 'connectionStatement',
  Property
>;

const REPOSITORY = 'https://github.com/example/site';
const connectionArn = 'arn:aws:codeconnections:us-east-1:123456789012:connection/1b2c';
const olderArn = 'arn:aws:codestar-connections:eu-west-1:123456789012:connection/1b2c';

const DEFAULTS: Params = {
  siteBucket: '',
  makeBuildProject: 'true',
  repositoryUrl: '',
  connectionArn: '',
  branch: 'main',
  apiPath: '/api/*',
  buildDir: '',
  buildCommand: '',
  outputDir: '',
  buildTimeoutMinutes: '15',
};

const of = (property: keyof typeof properties, params: Params): Promise<unknown> =>
  properties[property]({
    resolveVariable: async (name) =>
      name === 'sls:stage' ? 'dev' : { ...DEFAULTS, ...params }[name.replace('param:', '')],
  });

test.each<[keyof typeof properties, Params, unknown]>([
  ['makes', { makeBuildProject: 'true' }, 'true'],
  ['makes', { makeBuildProject: 'false' }, 'false'],
  ['makes', { siteBucket: 'mine' }, 'false'],
  ['makes', { siteBucket: 'mine', repositoryUrl: REPOSITORY }, 'true'],
  ['sourceType', {}, 'NO_SOURCE'],
  ['sourceType', { repositoryUrl: REPOSITORY }, 'GITHUB'],
  ['sourceType', { repositoryUrl: `${REPOSITORY}.git`, connectionArn: olderArn }, 'GITHUB'],
  ['sourceType', { repositoryUrl: 'https://bitbucket.org/example/site' }, 'BITBUCKET'],
  ['sourceType', { repositoryUrl: 'https://gitlab.com/example/site', connectionArn }, 'GITLAB'],
  ['timeoutMinutes', { buildTimeoutMinutes: '5' }, 5],
  ['timeoutMinutes', { buildTimeoutMinutes: '2160' }, 2160],
])('%s of %j is %p', async (property, params, expected) => {
  expect(await of(property, params)).toBe(expected);
});

test.each<[keyof typeof properties, Params, RegExp]>([
  ['makes', { makeBuildProject: 'yes' }, /makeBuildProject: expected true or false, got "yes"/],
  ['sourceType', { connectionArn }, /repositoryUrl: expected the repository of the connection, got ""/],
  ['sourceType', { repositoryUrl: REPOSITORY, connectionArn: 'github' }, /connectionArn: .* got "github"/],
  ['sourceType', { repositoryUrl: 'example/site' }, /repositoryUrl: expected a URL .* got "none"/],
  ['sourceType', { repositoryUrl: 'http://github.com/example/site' }, /https:\/\/, got "http:"/],
  ['sourceType', { repositoryUrl: 'https://example.com/site' }, /github\.com, .* got "example\.com"/],
  ['sourceType', { repositoryUrl: 'https://gitlab.com/example/site' }, /connectionArn: .* GitLab, got ""/],
  ['branchPattern', { branch: '' }, /branch: expected the name of a branch, got ""/],
  ['branchPattern', { branch: 'feature/*' }, /branch: /],
  ['timeoutMinutes', { buildTimeoutMinutes: '4' }, /buildTimeoutMinutes: expected 5 to 2160, got "4"/],
  ['timeoutMinutes', { buildTimeoutMinutes: '2161' }, /got "2161"/],
  ['timeoutMinutes', { buildTimeoutMinutes: '7.5' }, /got "7.5"/],
  ['timeoutMinutes', { buildTimeoutMinutes: '' }, /got ""/],
])('%s of %j says what was expected', async (property, params, message) => {
  await expect(of(property, params)).rejects.toThrow(message);
});

test.each(['https://user:hunter2@github.com/example/site', 'http://user:hunter2@github.com/example/site'])(
  'a password in the URL is refused, and not repeated: %s',
  async (repositoryUrl) => {
    const refused = of('sourceType', { repositoryUrl });
    await expect(refused).rejects.toThrow(/repositoryUrl/);
    await expect(refused).rejects.not.toThrow(/hunter2/);
  },
);

test.each([
  ['main', 'main', true],
  ['main', 'maintenance', false],
  ['main', 'old/main', false],
  ['main', 'refs/heads/main', false],
  ['release/1.2', 'release/1.2', true],
  ['release/1.2', 'release/1x2', false],
  ['c++(new)|{a}$]', 'c++(new)|{a}$]', true],
])('a project of the branch %s builds a push to %s: %p', async (branch, pushed, expected) => {
  const pattern = new RegExp(String(await of('branchPattern', { branch })));
  expect(pattern.test(`refs/heads/${pushed}`)).toBe(expected);
});

test.each([
  [connectionArn, 'codeconnections'],
  [olderArn, 'codestar-connections'],
])('the connection %s is used by actions of %s', async (arn, prefix) => {
  expect(await of('connectionStatement', { connectionArn: arn })).toEqual({
    Effect: 'Allow',
    Action: [`${prefix}:UseConnection`, `${prefix}:GetConnection`, `${prefix}:GetConnectionToken`],
    Resource: arn,
  });
});
