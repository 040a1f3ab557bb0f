import { ChannelsError, channelsFor, parseChannels } from '../../shared/core/channels.ts';
import { aBuildReport, aHealthReport, aStartReport } from './report-fixture.ts';

const hook = { name: 'ops', kind: 'webhook', url: 'https://example.com/hook', secret: 'ssm:/afterbuild/ops' };

const refusal = (value: unknown): string => {
  try {
    parseChannels(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (error) {
    expect(error).toBeInstanceOf(ChannelsError);
    return (error as Error).message;
  }
  return 'nothing was refused';
};

test('every kind is read, with its filter', () => {
  const channels = [
    { name: 'log', kind: 'log' },
    { name: 'page', kind: 'page', only: ['live', 'healthy'] },
    { ...hook, only: ['failed', 'stuck', 'unhealthy'] },
    { ...hook, name: 'other', url: 'ssm:/afterbuild/other-url' },
    { ...hook, name: 'here', url: 'http://127.0.0.1:8080/hook', secret: 'ssm:/afterbuild/plain.name-1' },
  ];
  expect(parseChannels(JSON.stringify(channels))).toEqual(channels);
});

test('no channels are a list as well', () => {
  expect(parseChannels('[]')).toEqual([]);
});

test.each([
  ['of another kind', { name: 'log', kind: 'log', url: 'https://example.com/canary' }, 'name, kind, only'],
  ['that is misspelt', { ...hook, Only: ['failed'] }, 'name, kind, only, url, secret'],
])('a field %s is refused, and its value not repeated', (_what, channel, fields) => {
  const parse = () => parseChannels(JSON.stringify([channel]));
  expect(parse).toThrow(`CHANNELS: [0]: expected no other fields than ${fields}`);
  expect(parse).not.toThrow('canary');
});

const SUBJECTS =
  'live, live-unproved, failed, stopped, superseded, stuck, pending, healthy, degraded, unhealthy, paused, deploying, maintenance, unknown';
const ADDRESS = 'expected an https address, or "ssm:" and the name of the parameter that holds it';
const PARAMETER =
  'expected "ssm:" and the name of a parameter that begins with /afterbuild/; a secret itself does not belong here';
const NAME = 'expected at most 64 letters, digits, ".", "_" and "-"';

test.each([
  ['no JSON', '[', 'CHANNELS: expected a JSON list of channels, got something that is no JSON'],
  ['no list', '{}', 'CHANNELS: expected a JSON list of channels'],
  ['a text', ['log'], 'CHANNELS: [0]: expected an object'],
  ['null', [hook, null], 'CHANNELS: [1]: expected an object'],
  ['a list', [[]], 'CHANNELS: [0]: expected an object'],
  ['no name', [{ kind: 'log' }], 'CHANNELS: [0].name: expected a text, got none'],
  ['a number as name', [{ name: 1, kind: 'log' }], 'CHANNELS: [0].name: expected a text, got number'],
  ['a name no header can carry', [{ ...hook, name: '日本' }], `CHANNELS: [0].name: ${NAME}`],
  ['a name with a line break', [{ ...hook, name: 'a\r\nb' }], `CHANNELS: [0].name: ${NAME}`],
  ['a name of 65 letters', [{ ...hook, name: 'a'.repeat(65) }], `CHANNELS: [0].name: ${NAME}`],
  [
    'no kind',
    [{ name: 'a' }],
    'CHANNELS: [0].kind: expected log, page, webhook, slack, teams, discord, slack-bot, pagerduty, github, sns, got none',
  ],
  [
    'another kind',
    [{ name: 'a', kind: 'pager' }],
    'CHANNELS: [0].kind: expected one of log, page, webhook, slack, teams, discord, slack-bot, pagerduty, github, sns',
  ],
  [
    'a filter that is no list',
    [{ ...hook, only: 'failed' }],
    `CHANNELS: [0].only: expected a list of one or more of ${SUBJECTS}`,
  ],
  [
    'a filter that lets nothing through',
    [{ ...hook, only: [] }],
    `CHANNELS: [0].only: expected a list of one or more of ${SUBJECTS}`,
  ],
  [
    'a filter with a typo',
    [{ ...hook, only: ['unhealty'] }],
    `CHANNELS: [0].only: expected a list of one or more of ${SUBJECTS}`,
  ],
  ['no address', [{ ...hook, url: undefined }], 'CHANNELS: [0].url: expected a text, got none'],
  ['an address without a scheme', [{ ...hook, url: 'example.com' }], `CHANNELS: [0].url: ${ADDRESS}`],
  ['an address without a host', [{ ...hook, url: 'https://' }], `CHANNELS: [0].url: ${ADDRESS}`],
  ['plain http', [{ ...hook, url: 'http://example.com/' }], `CHANNELS: [0].url: ${ADDRESS}`],
  [
    'http to what only looks local',
    [{ ...hook, url: 'http://127.0.0.1.example.com/' }],
    `CHANNELS: [0].url: ${ADDRESS}`,
  ],
  ['another scheme', [{ ...hook, url: 'file:///etc/passwd' }], `CHANNELS: [0].url: ${ADDRESS}`],
  ['no secret', [{ ...hook, secret: undefined }], 'CHANNELS: [0].secret: expected a text, got none'],
  ['an empty secret', [{ ...hook, secret: '' }], 'CHANNELS: [0].secret: expected a text, got string'],
  ['a secret as it is', [{ ...hook, secret: 'whsec_x' }], `CHANNELS: [0].secret: ${PARAMETER}`],
  [
    'a parameter that the role may not read',
    [{ ...hook, secret: 'ssm:/other/ops' }],
    `CHANNELS: [0].secret: ${PARAMETER}`,
  ],
  ['a parameter without a name', [{ ...hook, secret: 'ssm:' }], `CHANNELS: [0].secret: ${PARAMETER}`],
  [
    'one name twice',
    [hook, { name: 'ops', kind: 'log' }],
    'CHANNELS: names: expected each channel to have a name of its own, got "ops" twice',
  ],
])('%s is refused by name', (_case, value, message) => {
  expect(refusal(value)).toBe(message);
});

test.each([
  ['an address', { ...hook, url: 'http://example.com/canary-path?canary' }],
  ['a password in an address', { ...hook, url: 'ftp://canary:canary@example.com' }],
  ['an unusable parameter as address', { ...hook, url: 'ssm:canary canary' }],
  ['a secret', { ...hook, secret: 'canary' }],
  ['a list as secret', { ...hook, secret: ['canary'] }],
  ['a secret within text that is no JSON', undefined],
])('%s is not repeated by the error', (_case, channel) => {
  const message = refusal(channel ? [channel] : '[{"secret":"canary"');
  expect(message).toMatch(/^CHANNELS: /);
  expect(message).not.toContain('canary');
});

test('a channel gets what its filter names, and all without one', () => {
  const channels = parseChannels(
    JSON.stringify([
      { name: 'all', kind: 'log' },
      { name: 'bad', kind: 'log', only: ['failed', 'unhealthy'] },
    ]),
  );
  const names = (report: Parameters<typeof channelsFor>[1]) =>
    channelsFor(channels, report).map(({ name }) => name);
  expect(names(aBuildReport({ outcome: 'live' }))).toEqual(['all']);
  expect(names(aBuildReport({ outcome: 'failed' }))).toEqual(['all', 'bad']);
  expect(names(aHealthReport({ to: 'unhealthy' }))).toEqual(['all', 'bad']);
  expect(names(aHealthReport({ from: 'degraded', to: 'healthy' }))).toEqual(['all']);
});

test('who is told of an outage is told of its end, whatever the filter says of that', () => {
  const channels = parseChannels(
    JSON.stringify([
      { name: 'down', kind: 'log', only: ['unhealthy'] },
      { name: 'builds', kind: 'log', only: ['failed'] },
    ]),
  );
  const end = aHealthReport({ from: 'unhealthy', to: 'healthy', outageMs: 60_000 });
  expect(channelsFor(channels, end).map(({ name }) => name)).toEqual(['down']);
  const forgotten = aHealthReport({ from: 'unknown', to: 'healthy', endsAny: true });
  expect(channelsFor(channels, forgotten).map(({ name }) => name)).toEqual(['down']);
});

test('a start is told to those that show a build, and to whoever asks for it', () => {
  const url = 'ssm:/afterbuild/url';
  const channels = parseChannels(
    JSON.stringify([
      { name: 'log', kind: 'log' },
      { name: 'page', kind: 'page' },
      { name: 'repository', kind: 'github', repository: 'you/site', token: url },
      { name: 'bot', kind: 'slack-bot', conversation: 'C0123456789', token: url },
      { name: 'chat', kind: 'slack', url },
      { name: 'asks', kind: 'slack', url, only: ['pending', 'failed'] },
      { name: 'quiet', kind: 'github', repository: 'you/site', token: url, only: ['live'] },
    ]),
  );
  const told = channelsFor(channels, aStartReport()).map(({ name }) => name);
  expect(told).toEqual(['log', 'page', 'repository', 'bot', 'asks']);
});

test.each([
  [
    'bot',
    { kind: 'slack-bot', conversation: 'C0123456789', token: 'ssm:/afterbuild/x' },
    'https://slack.com/api',
  ],
  ['duty', { kind: 'pagerduty', secret: 'ssm:/afterbuild/x' }, 'https://events.pagerduty.com'],
  [
    'repository',
    { kind: 'github', repository: 'you/site', token: 'ssm:/afterbuild/x' },
    'https://api.github.com',
  ],
])('%s: its service is at its usual address, or at another one', (name, given, usual) => {
  const of = (more: object) => {
    const all = { name, ...given, ...more };
    const [channel] = parseChannels(JSON.stringify([all]));
    return (channel as { api?: string }).api;
  };
  expect(of({})).toBe(usual);
  expect(of({ api: 'https://own.example/api' })).toBe('https://own.example/api');
  expect(() => of({ api: 'https://own.example/' })).toThrow(
    '.api: expected an https address without a slash',
  );
  expect(() => of({ api: 'http://own.example' })).toThrow('.api: expected an https address');
});

test.each(['general', '#general', 'c0123456789', '', undefined])(
  'a conversation called %j is refused',
  (conversation) => {
    const bot = { name: 'bot', kind: 'slack-bot', conversation, token: 'ssm:/afterbuild/x' };
    expect(refusal([bot])).toMatch(/conversation: expected a/);
  },
);

test.each(['slack', 'teams', 'discord'])('%s has its address in a parameter, and nowhere else', (kind) => {
  const channel = { name: 'team', kind, url: 'ssm:/afterbuild/team' };
  expect(parseChannels(JSON.stringify([channel]))).toEqual([channel]);
  const plain = JSON.stringify([{ ...channel, url: 'https://hooks.example.com/secret-canary' }]);
  expect(() => parseChannels(plain)).toThrow(/\[0\]\.url: expected "ssm:" and the name of a parameter/);
  expect(() => parseChannels(plain)).not.toThrow(/canary/);
});

test.each([
  ['begins', { from: 'healthy', to: 'maintenance', planned: true }, ['log', 'page', 'asks']],
  ['ends, and all is well', { from: 'maintenance', to: 'healthy', planned: true }, ['log', 'page', 'asks']],
  ['leaves it broken', { from: 'maintenance', to: 'unhealthy' }, ['log', 'page', 'all', 'healths']],
  [
    'ends an outage',
    { from: 'maintenance', to: 'healthy', outageMs: 1 },
    ['log', 'page', 'all', 'asks', 'healths'],
  ],
] as const)('that maintenance %s is news for those that show a state, or ask', (_case, more, expected) => {
  const webhook = { kind: 'webhook', url: 'https://a.example', secret: 'ssm:/afterbuild/s' };
  const channels = parseChannels(
    JSON.stringify([
      { name: 'log', kind: 'log' },
      { name: 'page', kind: 'page' },
      { ...webhook, name: 'all' },
      { ...webhook, name: 'asks', only: ['maintenance'] },
      { ...webhook, name: 'healths', only: ['healthy', 'unhealthy'] },
    ]),
  );
  expect(channelsFor(channels, aHealthReport(more)).map(({ name }) => name)).toEqual(expected);
});

const github = { name: 'gh', kind: 'github', repository: 'you/site', token: 'ssm:/afterbuild/github' };

test('GitHub is the public one and its environment production, unless set', () => {
  expect(parseChannels(JSON.stringify([github]))).toEqual([
    { ...github, environment: 'production', api: 'https://api.github.com' },
  ]);
  const own = { ...github, environment: 'staging', api: 'https://github.example.com/api/v3' };
  expect(parseChannels(JSON.stringify([own]))).toEqual([own]);
});

test.each([
  ['no repository', { repository: undefined }, /^CHANNELS: \[0\]\.repository: expected /],
  [
    'a URL for one',
    { repository: 'https://github.com/you/site' },
    /^CHANNELS: \[0\]\.repository: expected "owner\/name"/,
  ],
  ['a token in clear', { token: 'ghp_secret' }, /^CHANNELS: \[0\]\.token: expected "ssm:"/],
  [
    'an api without TLS',
    { api: 'http://github.example.com' },
    /^CHANNELS: \[0\]\.api: expected an https address/,
  ],
  ['an api with a slash at its end', { api: 'https://github.example.com/' }, /^CHANNELS: \[0\]\.api: /],
  ['no environment', { environment: '' }, /^CHANNELS: \[0\]\.environment: /],
])('GitHub with %s is refused by name, and nothing is repeated', (_case, more, message) => {
  const refused = refusal([{ ...github, ...more }]);
  expect(refused).toMatch(message);
  expect(refused).not.toContain('ghp_secret');
});

const topic = 'arn:aws:sns:us-east-1:123456789012:status';

test.each([
  [{}, 'text'],
  [{ format: 'amazon-q' }, 'amazon-q'],
])('a topic with %j is told in the format %s', (more, format) => {
  const sns = { name: 'mail', kind: 'sns', topic };
  expect(parseChannels(JSON.stringify([{ ...sns, ...more }]))).toEqual([{ ...sns, format }]);
});

test.each([
  ['no topic', { topic: undefined }, /^CHANNELS: \[0\]\.topic: expected /],
  ['a name for one', { topic: 'status' }, /^CHANNELS: \[0\]\.topic: expected arn:aws:sns/],
  ['another format', { format: 'html' }, /^CHANNELS: \[0\]\.format: expected text or amazon-q/],
])('a topic with %s is refused by name', (_case, more, message) => {
  expect(refusal([{ name: 'mail', kind: 'sns', topic, ...more }])).toMatch(message);
});

test.each([
  ['degraded', 'healthy', true],
  ['degraded', 'unhealthy', false],
  ['unhealthy', 'healthy', false],
] as const)('who asks for degraded alone, %s to %s: %s', (from, to, isTold) => {
  const one = [{ name: 'ops', kind: 'slack', url: 'ssm:/afterbuild/url', only: ['degraded'] }];
  const report = aHealthReport({ from, to });
  expect(channelsFor(parseChannels(JSON.stringify(one)), report)).toHaveLength(isTold ? 1 : 0);
});

test('a repository is not told of the API, whatever its filter says', () => {
  const all = parseChannels(JSON.stringify([github, { ...github, name: 'asks', only: ['unhealthy'] }]));
  expect(channelsFor(all, aHealthReport())).toEqual([]);
  expect(channelsFor(all, aBuildReport())).toHaveLength(1);
});
