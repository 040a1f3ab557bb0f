import { deadlineOf, loadConfig, SettingError } from '../shared/config.ts';

const least = {
  SITE_BUCKET: 'site',
  STATE_BUCKET: 'state',
  DISTRIBUTION_ID: 'E2QWRUHAPOMQZL',
  EDGE_URL: 'https://d111111abcdef8.cloudfront.net',
  WORK_QUEUE_URL: 'https://sqs/work',
  FOLLOW_QUEUE_URL: 'https://sqs/follow',
  POST_QUEUE_URL: 'https://sqs/post',
};

test('with no more than is needed the defaults are those of the design', () => {
  expect(loadConfig(least)).toEqual({
    settings: {
      bucket: 'site',
      distributionId: 'E2QWRUHAPOMQZL',
      paths: { routing: 'none', canonical: true, keepPaths: [], fileExtensions: [] },
      fingerprint: undefined,
      purgeRemoved: false,
      itemsMax: 100,
      wildcardsMax: 15,
      itemsPerMonth: 1_000,
      quietMs: 3_000,
      holdMaxMs: 600_000,
      headChecksMax: 200,
      followMaxMs: 1_800_000,
      widening: true,
      checkUrlsMax: 50,
      sampleUrlsMax: 20,
      reportsStarts: false,
    },
    stateBucket: 'state',
    edgeUrl: 'https://d111111abcdef8.cloudfront.net',
    buildProject: '',
    queueUrls: { work: 'https://sqs/work', follow: 'https://sqs/follow', post: 'https://sqs/post' },
  });
});

test('every setting is read', () => {
  const all = {
    ...least,
    ROUTING: 'single-page',
    CANONICAL: 'false',
    KEEP_PATHS: '/feeds, /blog/raw',
    FILE_EXTENSIONS: 'html,js',
    FINGERPRINT: '-[0-9a-f]{8}\\.',
    PURGE_REMOVED: 'true',
    ITEMS_MAX: '2',
    WILDCARDS_MAX: '3',
    ITEMS_PER_MONTH: '4',
    QUIET_MS: '5',
    HOLD_MAX_MS: '6',
    HEAD_CHECKS_MAX: '7',
    FOLLOW_MAX_MS: '8000',
    WIDENING: 'false',
    CHECK_URLS_MAX: '9',
    SAMPLE_URLS_MAX: '10',
    BUILD_PROJECT: 'build',
    EDGE_URL: 'http://127.0.0.1:8080',
  };
  expect(loadConfig(all)).toMatchObject({
    settings: {
      paths: {
        routing: 'single-page',
        canonical: false,
        keepPaths: ['/feeds', '/blog/raw'],
        fileExtensions: ['html', 'js'],
      },
      fingerprint: /-[0-9a-f]{8}\./,
      purgeRemoved: true,
      itemsMax: 2,
      wildcardsMax: 3,
      itemsPerMonth: 4,
      quietMs: 5,
      holdMaxMs: 6,
      headChecksMax: 7,
      followMaxMs: 8_000,
      widening: false,
      checkUrlsMax: 9,
      sampleUrlsMax: 10,
    },
    buildProject: 'build',
    edgeUrl: 'http://127.0.0.1:8080',
  });
});

const failure = (more: Readonly<Record<string, string | undefined>>): unknown => {
  try {
    return loadConfig({ ...least, ...more });
  } catch (error) {
    return error;
  }
};
const expectNamed = (more: Readonly<Record<string, string | undefined>>, message: string): void => {
  const error = failure(more);
  expect(error).toBeInstanceOf(SettingError);
  expect(error).toMatchObject({ name: 'SettingError', message });
};

test.each(Object.keys(least))('%s is needed', (name) => {
  expectNamed({ [name]: undefined }, `${name}: expected a value, got none`);
  expectNamed({ [name]: '' }, `${name}: expected a value, got none`);
});

const bounds = [
  ['ITEMS_MAX', 1, 2_250],
  ['WILDCARDS_MAX', 0, 15],
  ['ITEMS_PER_MONTH', 0, undefined],
  ['QUIET_MS', 0, undefined],
  ['HOLD_MAX_MS', 0, 1_800_000],
  ['HEAD_CHECKS_MAX', 0, undefined],
  ['FOLLOW_MAX_MS', 1_000, 7_200_000],
  ['CHECK_URLS_MAX', 0, undefined],
  ['SAMPLE_URLS_MAX', 0, undefined],
] as const;

test.each(bounds)('%s is a whole number of at least %d and at most %s', (name, from, to) => {
  const expected = `${name}: expected a whole number of at least ${from}${to === undefined ? '' : ` and at most ${to}`}`;
  const wrong = [`${from - 1}`, '-5', '1.5', 'many', 'Infinity', 'NaN', '9007199254740992', '1,000'];
  for (const value of to === undefined ? wrong : [...wrong, `${to + 1}`]) {
    expectNamed({ [name]: value }, `${expected}, got ${JSON.stringify(value)}`);
  }
  expect(failure({ [name]: `${from}` })).toHaveProperty('settings');
  expect(failure({ [name]: `${to ?? 1_000_000}` })).toHaveProperty('settings');
});

test.each(['CANONICAL', 'PURGE_REMOVED', 'WIDENING'])('%s is "true" or "false"', (name) => {
  for (const value of ['yes', 'True', '1', '0', ' true']) {
    expectNamed({ [name]: value }, `${name}: expected "true" or "false", got ${JSON.stringify(value)}`);
  }
  expect(failure({ [name]: 'true' })).toHaveProperty('settings');
  expect(failure({ [name]: 'false' })).toHaveProperty('settings');
});

test('ROUTING is one of three', () => {
  for (const routing of ['none', 'single-page', 'directory']) {
    expect(failure({ ROUTING: routing })).toMatchObject({ settings: { paths: { routing } } });
  }
  expectNamed({ ROUTING: 'spa' }, 'ROUTING: expected none, single-page or directory, got "spa"');
});

test.each([
  ['KEEP_PATHS', '/a,b', 'paths such as /feeds', 'b'],
  ['KEEP_PATHS', '/a/', 'paths such as /feeds', '/a/'],
  ['KEEP_PATHS', '/', 'paths such as /feeds', '/'],
  ['KEEP_PATHS', '/é', 'paths such as /feeds', '/é'],
  ['FILE_EXTENSIONS', 'js,.html', 'extensions such as html', '.html'],
  ['FILE_EXTENSIONS', 'JS', 'extensions such as html', 'JS'],
  ['FILE_EXTENSIONS', 'js,', 'extensions such as html', ''],
])('%s is not %j', (name, value, expected, wrong) => {
  expectNamed(
    { [name]: value },
    `${name}: expected ${expected}, separated by commas, got ${JSON.stringify(wrong)}`,
  );
});

test('FINGERPRINT is a regular expression, and the error keeps its cause', () => {
  expectNamed({ FINGERPRINT: '(' }, 'FINGERPRINT: expected a regular expression, got "("');
  expect(failure({ FINGERPRINT: '(' })).toHaveProperty('cause', expect.any(SyntaxError));
});

test.each([
  'd111111abcdef8.cloudfront.net',
  'ftp://example.com',
  'https://',
  'javascript:https:',
  'xhttps://example.com',
])('EDGE_URL is not %s', (value) => {
  expectNamed(
    { EDGE_URL: value },
    `EDGE_URL: expected an http or https address, got ${JSON.stringify(value)}`,
  );
});

test('an empty setting is one that is not set, but for the root object, which may be none', () => {
  const optional = Object.fromEntries(
    [
      ...bounds.map(([name]) => name),
      'CANONICAL',
      'PURGE_REMOVED',
      'WIDENING',
      'FINGERPRINT',
      'ROUTING',
      'KEEP_PATHS',
      'FILE_EXTENSIONS',
      'BUILD_PROJECT',
    ].map((name) => [name, '']),
  );
  expect(loadConfig({ ...least, ...optional })).toEqual(loadConfig(least));
});

test.each([
  [60_000, 55_000],
  [5_001, 1],
  [5_000, 0],
  [4_999, 0],
  [0, 0],
])('with %d ms left a pass has %d', (remainingMs, leftMs) => {
  expect(deadlineOf(1_000_000, remainingMs)).toBe(1_000_000 + leftMs);
});
