/** The command line of `npm start`, and what it tells. */

import { parseOptions } from './options.ts';
import { toldOfEvent, toldOfFact } from './story.ts';

describe('the command line', () => {
  test('has defaults that need no thought', () => {
    expect(parseOptions([])).toEqual({
      kind: 'options',
      options: {
        watchDir: undefined,
        isWatching: true,
        routing: 'single-page',
        json: false,
        dataDir: undefined,
        ports: { aws: 4580, control: 4581, inbox: 4582, edges: [8080, 8081] },
      },
    });
  });

  test('takes ports, a project and a folder for data', () => {
    const args = [
      '--aws-port',
      '0',
      '--control-port',
      '1',
      '--inbox-port',
      '2',
      '--edge-ports',
      '2,65535',
      '--watch',
      'test',
      '--data',
      'x',
    ];
    expect(parseOptions(args)).toMatchObject({
      options: {
        watchDir: expect.stringMatching(/\/test$/),
        dataDir: expect.stringMatching(/\/x$/),
        ports: { aws: 0, control: 1, inbox: 2, edges: [2, 65_535] },
      },
    });
  });

  test.each([
    [
      'a port that is none',
      ['--aws-port', '65536'],
      /--aws-port: expected a port from 0 to 65535, got "65536"/,
    ],
    ['a name for a port', ['--control-port', 'http'], /--control-port: expected a port/],
    ['one edge', ['--edge-ports', '8080'], /--edge-ports: expected two ports such as 8080,8081, got "8080"/],
    ['three edges', ['--edge-ports', '1,2,3'], /--edge-ports: expected two ports/],
    [
      'no such folder',
      ['--watch', '/nowhere'],
      /--watch: expected a folder, got "\/nowhere", which is not there/,
    ],
    ['a file', ['--watch', 'package.json'], /which is a file/],
    [
      'another routing',
      ['--routing', 'magic'],
      /--routing: expected none, single-page, directory, got "magic"/,
    ],
    ['an unknown option', ['--fast'], /--fast/],
  ])('with %s says what was expected', (_case, args, because) => {
    expect(parseOptions(args)).toEqual({ kind: 'wrong', because: expect.stringMatching(because) });
  });
});

const lines = (fact: Parameters<typeof toldOfFact>[0]) => toldOfFact(fact).map(({ line }) => line);

describe('what is told', () => {
  test('each item with its reason', () => {
    const items = [{ item: '/', because: 'changed (ETag)' }];
    expect(toldOfFact({ kind: 'plan', items, collateral: 0 })).toEqual([
      { event: 'item', line: 'purge    /  (changed (ETag))', item: '/', because: 'changed (ETag)' },
    ]);
  });

  test('the first changes, and how many more', () => {
    const first = Array.from({ length: 6 }, (_, index) => ({
      key: `k${index}`,
      kind: 'changed',
      because: '',
    }));
    expect(lines({ kind: 'changes', count: 9, first })).toEqual([
      'changed  9 objects: k0 (changed), k1 (changed), k2 (changed), k3 (changed), k4 (changed), and 4 more',
    ]);
    expect(lines({ kind: 'changes', count: 0, first: [] })).toEqual([]);
  });

  test('a status as its channel says it', () => {
    expect(toldOfFact({ kind: 'status', report: 'r', subject: 'live', line: 'live a1: x' })).toEqual([
      { event: 'status', line: 'status   live a1: x', report: 'r', subject: 'live' },
    ]);
  });

  test('what CloudFront refuses', () => {
    const answer = { kind: 'denied', because: 'AccessDenied' };
    expect(lines({ kind: 'create-invalidation', answer, items: ['/'] })).toEqual([
      'purge    CloudFront answered denied: AccessDenied',
    ]);
  });

  test('an alarm of any kind, and no other fact that it does not know', () => {
    expect(lines({ kind: 'state-damaged', alarm: true, blob: 'b' })).toEqual([
      'alarm    state-damaged: {"alarm":true,"blob":"b"}',
    ]);
    expect(lines({ kind: 'looking', because: 'x' })).toEqual([]);
  });

  test.each([
    ['IN_PROGRESS', 'build    p:1 started'],
    ['FAILED', 'build    p:1 failed'],
  ])('a build that is %s', (status, line) => {
    const detail = { 'build-id': 'arn:aws:codebuild:us-east-1:0:build/p:1', 'build-status': status };
    expect(toldOfEvent({ source: 'aws.codebuild', detail })).toEqual([
      { event: 'build', line, build: 'p:1', status },
    ]);
  });

  test("the API's service, and nothing of single objects", () => {
    const detail = { operationStatus: 'DeploymentStarted' };
    expect(toldOfEvent({ source: 'aws.apprunner', detail })[0]?.line).toBe(
      'api      App Runner: DeploymentStarted',
    );
    expect(toldOfEvent({ source: 'aws.s3', detail: {} })).toEqual([]);
  });
});
