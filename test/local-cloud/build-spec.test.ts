import { readBuildspec } from './build-spec.ts';

test('what is left out is nothing, and what fails before the build or in it is told apart', () => {
  const spec = readBuildspec(
    'version: 0.2\nphases:\n  build: { commands: [make] }\n  install: {}\n  post_build:\n',
  );
  const nothing = { commands: [], finally: [] };
  expect(spec).toEqual({
    variables: {},
    phases: [
      { name: 'install', ...nothing, onFailure: 'abort' },
      { name: 'build', ...nothing, commands: ['make'], onFailure: 'continue' },
      { name: 'post_build', ...nothing, onFailure: 'abort' },
    ],
  });
});

test('variables are texts, and a single text stands for a list of one', () => {
  const spec = readBuildspec(`
version: 0.2
env: { shell: bash, variables: { PORT: 80, DEBUG: false, NAME: a b } }
phases: { pre_build: { on-failure: CONTINUE, commands: one, finally: [1, two] } }
artifacts: { base-directory: dist, files: '**/*', exclude-paths: ['*.map'], discard-paths: no }
`);
  expect(spec).toEqual({
    variables: { PORT: '80', DEBUG: 'false', NAME: 'a b' },
    phases: [{ name: 'pre_build', commands: ['one'], finally: ['1', 'two'], onFailure: 'continue' }],
    artifacts: { baseDirectory: 'dist', files: ['**/*'], exclude: ['*.map'] },
  });
});

test('artifacts without a directory are looked for in the repository', () => {
  const { artifacts } = readBuildspec('version: 0.2\nartifacts: { files: [a] }');
  expect(artifacts).toEqual({ baseDirectory: '.', files: ['a'], exclude: [] });
});

test.each([
  ['no version', '', 'version: expected 0.2, got undefined'],
  ['the old version', 'version: 0.1', 'version: expected 0.2, got 0.1'],
  ['a list', '- version: 0.2', 'buildspec: expected a mapping, got [{"version":0.2}]'],
  ['a list of phases', 'version: 0.2\nphases: [build]', 'phases: expected a mapping, got ["build"]'],
  [
    'commands by name',
    'version: 0.2\nphases: { build: { commands: { a: b } } }',
    'phases.build.commands: expected a list of texts, got {"a":"b"}',
  ],
  [
    'a command that a colon made a mapping',
    'version: 0.2\nphases:\n  build:\n    commands:\n      - echo a: b',
    'phases.build.commands: expected a list of texts, got [{"echo a":"b"}]',
  ],
  [
    'another end of a phase',
    'version: 0.2\nphases: { build: { on-failure: RETRY } }',
    'phases.build.on-failure: expected ABORT or CONTINUE, got "RETRY"',
  ],
  [
    'a variable that is a list',
    'version: 0.2\nenv: { variables: { A: [1] } }',
    'env.variables.A: expected a text, got [1]',
  ],
  [
    'another shell',
    'version: 0.2\nenv: { shell: powershell.exe }',
    'env.shell: expected bash, got "powershell.exe"',
  ],
  [
    'files without their directories',
    'version: 0.2\nartifacts: { files: [a], discard-paths: yes }',
    'artifacts.discard-paths: expected no, got "yes"',
  ],
])('%s is refused by its place in the file', (_case, source, message) => {
  expect(() => readBuildspec(source)).toThrow(message);
});
