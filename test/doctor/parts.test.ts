/** The command line, what is printed, what a template says, builds, and what is looked at before a deployment. */

import { readFileSync } from 'node:fs';
import {
  counted,
  found,
  known,
  ok,
  quoted,
  spanOf,
  unproved,
  warn,
  wrong,
} from '../../shared/doctor/checks.ts';
import { type BeforeFacts, judgeBefore, namesIn } from '../../shared/doctor/checks-before.ts';
import { judgeArtifacts, judgeBuild } from '../../shared/doctor/checks-builds.ts';
import { exitStatusOf, printed } from '../../shared/doctor/checks-print.ts';
import { conditionOf, environmentOf, propertyOf } from '../../shared/doctor/checks-template.ts';
import { parseOptions, USAGE } from '../../shared/doctor/options.ts';

describe('the command line', () => {
  const common = { service: 'afterbuild', stage: 'dev', region: 'us-east-1', json: false };

  test.each([
    [[], { ...common, kind: 'stack' }],
    [
      ['--stage', 'live', '--region', 'eu-west-1', '--json'],
      { ...common, stage: 'live', region: 'eu-west-1', json: true, kind: 'stack' },
    ],
    [
      ['--before', '--param', 'domain=www.example.com', '--param', 'fingerprint= '],
      { ...common, kind: 'before', params: { domain: 'www.example.com', fingerprint: '' } },
    ],
    [
      ['--attach', '--bucket', 'my-site', '--distribution', 'E2QWRUHAPOMQZL', '--build-project', 'web'],
      { ...common, kind: 'attach', bucket: 'my-site', distributionId: 'E2QWRUHAPOMQZL', buildProject: 'web' },
    ],
  ])('%j', (args, options) => {
    expect(parseOptions(args, undefined)).toEqual({ kind: 'options', options });
  });

  test("the environment's region counts where none is said", () => {
    expect(parseOptions([], 'eu-north-1')).toMatchObject({ options: { region: 'eu-north-1' } });
    expect(parseOptions(['--region', 'eu-west-1'], 'eu-north-1')).toMatchObject({
      options: { region: 'eu-west-1' },
    });
  });

  test.each([
    [
      'a region that is none',
      ['--region', 'Frankfurt'],
      /--region: expected a region, such as us-east-1, got "Frankfurt"/,
    ],
    ['a stage that is none', ['--stage', 'a b'], /--stage: expected a stage, such as dev, got "a b"/],
    [
      'an attachment to nothing',
      ['--attach'],
      /--bucket: expected a value, because --attach is set, got none/,
    ],
    [
      'a distribution by its name',
      ['--attach', '--bucket', 'abc', '--distribution', 'www.x.com'],
      /--distribution: expected the id/,
    ],
    ['a bucket for no attachment', ['--bucket', 'abc'], /--bucket: expected with --attach/],
    ['a param for no deployment', ['--param', 'a=b'], /--param: expected with --before/],
    [
      'a param without a value',
      ['--before', '--param', 'domain'],
      /--param: expected NAME=VALUE, got "domain"/,
    ],
    ['two things at once', ['--before', '--attach'], /--before: expected without --attach/],
    ['an unknown option', ['--fix'], /--fix/],
    ['a word', ['dev'], /dev/],
  ])('%s is refused with what was expected', (_case, args, because) => {
    expect(parseOptions(args, undefined)).toEqual({ kind: 'wrong', because: expect.stringMatching(because) });
  });

  test('help is given, whatever else is said', () => {
    expect(parseOptions(['--help', '--stage', 'a b'], undefined)).toEqual({ kind: 'help' });
    expect(USAGE).toMatch(/^Usage: npm run doctor/);
  });
});

test('each line of the README is one that doctor takes', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const lines = [...readme.matchAll(/npm run doctor -- ([^`\n]+)/g)].map(([, line = '']) => line.trim());
  expect(lines.length).toBeGreaterThan(3);
  const modes = lines.map((line) => parseOptions(line.split(/\s+/), undefined));
  expect(modes.filter(({ kind }) => kind !== 'options')).toEqual([]);
  const kinds = modes.map((mode) => (mode.kind === 'options' ? mode.options.kind : mode.kind));
  expect(new Set(kinds)).toEqual(new Set(['stack', 'before', 'attach']));
});

describe('what is printed', () => {
  const findings = [
    found('versioning', ok('it keeps versions')),
    found('API', wrong('it is down', 'curl x', '# and wait')),
    found('secrets', unproved('not allowed')),
  ];

  test('a line each, then what mends it, to be pasted', () => {
    expect(printed(findings)).toBe(
      [
        'ok               versioning  it keeps versions',
        'wrong            API         it is down',
        '',
        '    curl x',
        '    # and wait',
        '',
        'could not check  secrets     not allowed',
        '',
        '3 checks: 1 ok, 0 to look at, 1 wrong, 1 could not be checked',
      ].join('\n'),
    );
  });

  test.each([
    [[ok('')], 0],
    [[ok(''), warn('')], 0],
    [[ok(''), unproved('')], 2],
    [[unproved(''), wrong(''), ok('')], 1],
  ])('%# exits with its status', (verdicts, status) => {
    expect(exitStatusOf(verdicts.map((verdict) => found('x', verdict)))).toBe(status);
  });

  test.each([
    ['plain-word_1', 'plain-word_1'],
    ['{"a":1}', `'{"a":1}'`],
    ["it's", `'it'\\''s'`],
    ['', "''"],
  ])('%s is one word of a shell', (text, word) => {
    expect(quoted(text)).toBe(word);
  });

  test.each([
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_199_000, '120 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 days'],
    [-1, '0 s'],
  ])('%i ms is %s', (ms, span) => {
    expect(spanOf(ms)).toBe(span);
  });

  test('one is no plural', () => {
    expect([counted(1, 'object'), counted(2, 'object')]).toEqual(['1 object', '2 objects']);
  });
});

describe('a template', () => {
  const template = {
    Conditions: {
      Yes: { 'Fn::Equals': ['a', 'a'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Open: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'a'] },
    },
    Resources: {
      F: {
        Properties: {
          Environment: {
            Variables: {
              TEXT: 'a',
              NUMBER: 1,
              BUCKET: { Ref: 'Bucket' },
              ARN: { 'Fn::GetAtt': ['Bucket', 'Arn'] },
              MET: { 'Fn::If': ['Either', 'yes', 'no'] },
              UNMET: { 'Fn::If': ['Both', 'yes', { Ref: 'Bucket' }] },
              OPEN: { 'Fn::If': ['Open', 'yes', 'no'] },
              STRANGE: { 'Fn::If': ['Nowhere', 'yes', 'no'] },
            },
          },
          Zone: 'Z1',
        },
      },
    },
  };
  const ids = new Map([['Bucket', 'b-1']]);

  test('says the texts of an environment, and leaves out what only AWS knows', () => {
    expect(environmentOf(template, 'F', ids)).toEqual({
      TEXT: 'a',
      NUMBER: '1',
      BUCKET: 'b-1',
      MET: 'yes',
      UNMET: 'b-1',
    });
    expect(environmentOf(template, 'G', ids)).toEqual({});
    expect(environmentOf('no template', 'F', ids)).toEqual({});
  });

  test('says properties and conditions', () => {
    expect(propertyOf(template, 'F', 'Zone', ids)).toBe('Z1');
    expect(propertyOf(template, 'F', 'Other', ids)).toBeUndefined();
    expect(
      ['Yes', 'No', 'Both', 'Either', 'Open', 'Nowhere'].map((name) => conditionOf(template, name)),
    ).toEqual([true, false, false, true, undefined, undefined]);
  });
});

describe('builds', () => {
  const project = { name: 'web', artifacts: {}, connectionArn: '' };
  const build = (status: string, failedPhase?: string) => ({
    id: 'web:1',
    status,
    ...(failedPhase ? { failedPhase } : {}),
  });

  test.each([
    ['none yet', 'none' as const, 'warn'],
    ['one that succeeded', build('SUCCEEDED'), 'ok'],
    ['one in progress', build('IN_PROGRESS'), 'ok'],
    ['one whose commands failed', build('FAILED', 'BUILD'), 'warn'],
    ['one that was stopped', build('STOPPED'), 'warn'],
    ['one without its source', build('FAILED', 'DOWNLOAD_SOURCE'), 'wrong'],
    ['one that never ran', build('FAULT', 'PROVISIONING'), 'wrong'],
  ])('%s', (_case, last, state) => {
    expect(judgeBuild(last, project, 'us-east-1').state).toBe(state);
  });

  test('a source that needs a connection is asked for through it', () => {
    const verdict = judgeBuild(
      build('FAILED', 'DOWNLOAD_SOURCE'),
      { ...project, connectionArn: 'arn:c' },
      'us-east-1',
    );
    expect(verdict.mend[0]).toMatch(/^aws codeconnections get-connection --connection-arn arn:c/);
  });

  const artifacts = {
    type: 'S3',
    location: 'b',
    name: '/',
    namespaceType: 'NONE',
    packaging: 'NONE',
    encryptionDisabled: true,
  };

  test.each([
    ['as it should', artifacts, '', 'ok', /unpacked and readable/],
    ['into a folder that is served', { ...artifacts, path: '/web/' }, 'web', 'ok', /publishes into b/],
    ['by its own commands', { type: 'NO_ARTIFACTS' }, '', 'ok', /its own commands/],
    ['for a pipeline', { type: 'CODEPIPELINE' }, '', 'warn', /CODEPIPELINE/],
    ['elsewhere', { ...artifacts, location: 'c' }, '', 'wrong', /into c instead of b/],
    ['into a folder', { ...artifacts, name: 'web' }, '', 'wrong', /into the folder "web" instead of ""/],
    ['anew each time', { ...artifacts, namespaceType: 'BUILD_ID' }, '', 'wrong', /folder of its own/],
    ['packed', { ...artifacts, packaging: 'ZIP' }, '', 'wrong', /ZIP/],
    ['encrypted', { ...artifacts, encryptionDisabled: false }, '', 'wrong', /KMS/],
  ])('a project publishes %s', (_case, given, prefix, state, what) => {
    const verdict = judgeArtifacts({ ...project, artifacts: given }, 'b', prefix, 'us-east-1');
    expect(verdict).toMatchObject({ state, what: expect.stringMatching(what) });
    if (state === 'wrong')
      expect(verdict.mend[0]).toMatch(/^aws codebuild update-project .*encryptionDisabled":true/);
  });
});

describe('before a deployment', () => {
  const facts = (changes: Partial<BeforeFacts> = {}): BeforeFacts => ({
    stackName: 'afterbuild-dev',
    params: {},
    stack: known('missing'),
    taken: known([]),
    now: 0,
    ...changes,
  });
  const states = (changes: Partial<BeforeFacts>) =>
    judgeBefore(facts(changes)).map(({ state, check }) => `${state} ${check}`);
  const probe = { at: 0, ok: true, latencyMs: 1, because: 'status 200' };

  test.each([
    ['nothing is wished for', {}, ['ok stack', 'ok names', 'ok domain', 'ok connection']],
    [
      'a domain has neither zone nor certificate',
      { params: { domain: 'a.example' } },
      ['ok stack', 'ok names', 'wrong domain', 'ok connection'],
    ],
    [
      'a domain has a zone',
      {
        params: { domain: 'a.example', hostedZoneId: 'Z1' },
        zone: known({
          id: 'Z1',
          name: 'a.example.',
          isPrivate: false,
          nameServers: ['n'],
          delegatedTo: ['n'],
        }),
      },
      ['ok stack', 'ok names', 'ok domain', 'ok zone', 'ok connection'],
    ],
    ['a name is taken', { taken: known(['x']) }, ['ok stack', 'wrong names', 'ok domain', 'ok connection']],
    [
      'a connection is to be used',
      { params: { connectionArn: 'arn:c' } },
      ['ok stack', 'ok names', 'ok domain', 'unknown connection'],
    ],
    [
      'the API is down',
      { params: { apiDomain: 'api' }, api: known({ ...probe, ok: false }) },
      ['ok stack', 'ok names', 'ok domain', 'ok connection', 'wrong API'],
    ],
    [
      'a first deployment failed',
      { stack: known({ status: 'ROLLBACK_COMPLETE' }) },
      ['wrong stack', 'ok names', 'ok domain', 'ok connection'],
    ],
    [
      'it is deployed already',
      { stack: known({ status: 'CREATE_COMPLETE' }) },
      ['ok stack', 'ok names', 'ok domain', 'ok connection'],
    ],
    [
      'nobody may look',
      {
        stack: { kind: 'unknown' as const, because: 'no' },
        taken: { kind: 'unknown' as const, because: 'no' },
      },
      ['unknown stack', 'unknown names', 'ok domain', 'ok connection'],
    ],
  ])('%s', (_case, changes, expected) => {
    expect(states(changes as Partial<BeforeFacts>)).toEqual(expected);
  });

  test('the names are the domain and its aliases, as the template reads them', () => {
    expect(namesIn({ domain: 'WWW.a.example', aliases: 'a.example, b.example' })).toEqual([
      'www.a.example',
      'a.example',
      'b.example',
    ]);
    expect(namesIn({})).toEqual([]);
  });
});
