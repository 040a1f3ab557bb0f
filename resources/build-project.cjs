/**
 * Properties of the build project that are made of params, for `${file(resources/build-project.cjs):sourceType}` and
 * so on. A mistake ends packaging here, with the param's name, instead of a deployment half-way.
 *
 * CommonJS, because the framework loads it with `require`.
 */

/** CodeBuild's source types by host. */
const SOURCE_TYPES = new Map([
  ['github.com', 'GITHUB'],
  ['bitbucket.org', 'BITBUCKET'],
  ['gitlab.com', 'GITLAB'],
]);

/** What CodeBuild allows. */
const TIMEOUT_MIN_MINUTES = 5;
const TIMEOUT_MAX_MINUTES = 2160;

const CONNECTION_ARN =
  /^arn:aws[\w-]*:(codeconnections|codestar-connections):[\w-]+:\d{12}:connection\/[\w-]+$/;

/**
 * The BUILD_COMMAND of a project without a repository: it still has to publish something, and something else in
 * each build.
 */
const HELLO_COMMAND =
  'mkdir -p dist && echo "<!doctype html><html lang=en><meta charset=utf-8><title>Hello</title>' +
  '<p>Build $CODEBUILD_BUILD_NUMBER. Set REPOSITORY_URL to build your site.</p></html>" > dist/index.html';

const wrong = (name, expected, got) =>
  new Error(`param ${name}: expected ${expected}, got ${JSON.stringify(got)}`);

const trueOrFalse = (name, value) => {
  if (value !== 'true' && value !== 'false') throw wrong(name, 'true or false', value);
  return value;
};

/** No error quotes the URL: what is wrong with it may be the password in it. */
const hostOf = (repositoryUrl) => {
  const url = URL.canParse(repositoryUrl) ? new URL(repositoryUrl) : undefined;
  if (url?.protocol !== 'https:')
    throw wrong('repositoryUrl', 'a URL that begins with https://', url?.protocol ?? 'none');
  if (url.username !== '' || url.password !== '')
    throw new Error(
      'param repositoryUrl: expected a URL without a password, because a template is no secret',
    );
  return url.hostname;
};

/** @param {{ repositoryUrl: string, connectionArn: string }} params */
const sourceType = ({ repositoryUrl, connectionArn }) => {
  if (connectionArn !== '' && !CONNECTION_ARN.test(connectionArn))
    throw wrong('connectionArn', 'arn:aws:codeconnections:REGION:ACCOUNT:connection/ID', connectionArn);
  if (repositoryUrl === '') {
    if (connectionArn !== '') throw wrong('repositoryUrl', 'the repository of the connection', repositoryUrl);
    return 'NO_SOURCE';
  }
  const host = hostOf(repositoryUrl);
  const type = SOURCE_TYPES.get(host);
  if (type === undefined)
    throw wrong('repositoryUrl', `a repository at ${[...SOURCE_TYPES.keys()].join(', ')}`, host);
  if (type === 'GITLAB' && connectionArn === '')
    throw wrong(
      'connectionArn',
      'a connection, the only way in which CodeBuild reads from GitLab',
      connectionArn,
    );
  return type;
};

/** Of an unescaped `release/1.2` a push to `release/1x2` would be published too. */
const branchPattern = ({ branch }) => {
  if (!/^[^\s~^:?*[\\]+$/.test(branch)) throw wrong('branch', 'the name of a branch', branch);
  return `^refs/heads/${branch.replaceAll(/[.+(){}|$\]]/g, '\\$&')}$`;
};

const timeoutMinutes = ({ buildTimeoutMinutes }) => {
  const minutes = Number(buildTimeoutMinutes);
  if (Number.isInteger(minutes) && minutes >= TIMEOUT_MIN_MINUTES && minutes <= TIMEOUT_MAX_MINUTES)
    return minutes;
  throw wrong('buildTimeoutMinutes', `${TIMEOUT_MIN_MINUTES} to ${TIMEOUT_MAX_MINUTES}`, buildTimeoutMinutes);
};

/** What is not set is left to the defaults in buildspec.yml. */
const variables = ({ stage, apiPath, repositoryUrl, buildDir, buildCommand, outputDir }) => {
  const build =
    repositoryUrl === ''
      ? { BUILD_COMMAND: HELLO_COMMAND }
      : { BUILD_DIR: buildDir, BUILD_COMMAND: buildCommand, OUTPUT_DIR: outputDir };
  return Object.entries({ STAGE: stage, API_PATH: apiPath, ...build })
    .filter(([, value]) => value !== '')
    .map(([Name, Value]) => ({ Name, Value }));
};

/**
 * What a build may do with its connection. An action's prefix has to be that of the ARN, and older connections have an
 * older one: https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html
 */
const connectionStatement = ({ connectionArn }) => {
  if (connectionArn === '') return { Ref: 'AWS::NoValue' };
  const [, , prefix] = connectionArn.split(':');
  return {
    Effect: 'Allow',
    Action: [`${prefix}:UseConnection`, `${prefix}:GetConnection`, `${prefix}:GetConnectionToken`],
    Resource: connectionArn,
  };
};

/** Whoever attaches a bucket has something in it already: no page that says hello is built over it. */
const makes = ({ makeBuildProject, siteBucket, repositoryUrl }) =>
  trueOrFalse('makeBuildProject', makeBuildProject) === 'true' && (siteBucket === '' || repositoryUrl !== '')
    ? 'true'
    : 'false';

const PARAMS = [
  'makeBuildProject',
  'siteBucket',
  'repositoryUrl',
  'branch',
  'connectionArn',
  'apiPath',
  'buildDir',
  'buildCommand',
  'outputDir',
  'buildTimeoutMinutes',
];

/** What the framework calls: the same function of the params, read from it. */
const resolved =
  (property) =>
  async ({ resolveVariable }) => {
    const values = await Promise.all(PARAMS.map((name) => resolveVariable(`param:${name}`)));
    const params = Object.fromEntries(PARAMS.map((name, index) => [name, String(values[index])]));
    return property({ ...params, stage: await resolveVariable('sls:stage') });
  };

module.exports = {
  makes: resolved(makes),
  sourceType: resolved(sourceType),
  branchPattern: resolved(branchPattern),
  timeoutMinutes: resolved(timeoutMinutes),
  variables: resolved(variables),
  connectionStatement: resolved(connectionStatement),
};
