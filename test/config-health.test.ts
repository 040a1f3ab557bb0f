import { loadHealthConfig } from '../shared/config-health.ts';
import { SettingError } from '../shared/environment.ts';

const least = {
  API_URL: 'https://abc.awsapprunner.com',
  EDGE_URL: 'https://d111111abcdef8.cloudfront.net',
  STATE_BUCKET: 'state',
  POST_QUEUE_URL: 'https://sqs/post',
};

test('with no more than is needed the defaults are those of the design', () => {
  expect(loadHealthConfig(least)).toEqual({
    settings: {
      hasApi: true,
      checkEveryMs: 300_000,
      probeTimeoutMs: 5_000,
      conditions: { statuses: [{ from: 200, to: 299 }] },
      hasMetrics: true,
      policy: {
        failuresToDown: 3,
        successesToUp: 2,
        slowMs: 2_000,
        deployMaxMs: 900_000,
        deployGraceMs: 120_000,
        certificateDays: [14, 7],
        maintenance: [],
      },
    },
    stateBucket: 'state',
    apiUrl: 'https://abc.awsapprunner.com',
    edgeUrl: 'https://d111111abcdef8.cloudfront.net',
    healthPath: '/api/health',
    serviceArn: '',
    postQueueUrl: 'https://sqs/post',
  });
});

test('every setting is read', () => {
  const all = {
    ...least,
    API_URL: 'http://127.0.0.1:8080',
    API_HEALTH_PATH: '/api/up?deep=1',
    API_SERVICE_ARN: 'arn:aws:apprunner:eu-west-1:111122223333:service/api/1',
    CHECK_EVERY_MS: '1',
    PROBE_TIMEOUT_MS: '2',
    FAILURES_TO_DOWN: '3',
    SUCCESSES_TO_UP: '4',
    SLOW_MS: '5',
    BODY_MARKER: '"ok"',
    EXPECT_STATUS: '200,204',
    EXPECT_JSON: 'db.status=up',
    EXPECT_HEADER: 'X-App: ready',
    CERTIFICATE_DAYS: '30',
    MAINTENANCE: 'Sun 02:00-03:00',
    METRICS: 'false',
  };
  expect(loadHealthConfig(all)).toMatchObject({
    settings: {
      checkEveryMs: 1,
      probeTimeoutMs: 2,
      conditions: {
        statuses: [
          { from: 200, to: 200 },
          { from: 204, to: 204 },
        ],
        bodyMarker: '"ok"',
        json: { path: ['db', 'status'], value: 'up' },
        header: { name: 'x-app', value: 'ready' },
      },
      hasMetrics: false,
      policy: {
        failuresToDown: 3,
        successesToUp: 4,
        slowMs: 5,
        certificateDays: [30],
        maintenance: [{ kind: 'weekly', fromMinute: 120, minutes: 60 }],
      },
    },
    apiUrl: 'http://127.0.0.1:8080',
    healthPath: '/api/up?deep=1',
    serviceArn: 'arn:aws:apprunner:eu-west-1:111122223333:service/api/1',
  });
});

test.each(['', undefined])('without an API (%j) there is none', (url) => {
  expect(loadHealthConfig({ ...least, API_URL: url })).toMatchObject({
    settings: { hasApi: false },
    apiUrl: '',
  });
});

const failure = (more: Readonly<Record<string, string | undefined>>): unknown => {
  try {
    return loadHealthConfig({ ...least, ...more });
  } catch (error) {
    return error;
  }
};
const expectNamed = (more: Readonly<Record<string, string | undefined>>, message: string): void => {
  const error = failure(more);
  expect(error).toBeInstanceOf(SettingError);
  expect(error).toMatchObject({ message });
};

test.each(['EDGE_URL', 'STATE_BUCKET', 'POST_QUEUE_URL'])('%s is needed', (name) => {
  expectNamed({ [name]: undefined }, `${name}: expected a value, got none`);
  expectNamed({ [name]: '' }, `${name}: expected a value, got none`);
});

test.each([
  ['CHECK_EVERY_MS', 0, 86_400_000],
  ['PROBE_TIMEOUT_MS', 1, 20_000],
  ['FAILURES_TO_DOWN', 1, 10],
  ['SUCCESSES_TO_UP', 1, 10],
  ['SLOW_MS', 1, undefined],
] as const)('%s is a whole number of at least %d and at most %s', (name, from, to) => {
  const expected = `${name}: expected a whole number of at least ${from}${to === undefined ? '' : ` and at most ${to}`}`;
  const wrong = [`${from - 1}`, '-5', '1.5', 'many', 'NaN', ...(to === undefined ? [] : [`${to + 1}`])];
  for (const value of wrong) expectNamed({ [name]: value }, `${expected}, got ${JSON.stringify(value)}`);
  expect(failure({ [name]: `${from}` })).toHaveProperty('settings');
  expect(failure({ [name]: `${to ?? 1_000_000}` })).toHaveProperty('settings');
});

test.each([
  ['EXPECT_STATUS', 'ok', 'status codes such as 200-299,304'],
  ['EXPECT_STATUS', '299-200', 'status codes such as 200-299,304'],
  ['EXPECT_STATUS', '99', 'status codes such as 200-299,304'],
  ['EXPECT_JSON', 'status', 'a field and its value, such as db.status=up'],
  ['EXPECT_JSON', '=up', 'a field and its value, such as db.status=up'],
  ['EXPECT_HEADER', ': ready', 'a header, such as "X-App" or "X-App: ready"'],
  ['CERTIFICATE_DAYS', 'soon', 'days, separated by commas'],
  ['CERTIFICATE_DAYS', '0', 'days, separated by commas'],
  ['METRICS', 'yes', '"true" or "false"'],
])('%s: %j is refused by name, with what was expected', (name, value, expected) => {
  expectNamed({ [name]: value }, `${name}: expected ${expected}, got ${JSON.stringify(value)}`);
});

test.each(['Sun', 'Sun 2:00-3:00', 'Sun 02:00-02:00', 'Someday 02:00-03:00', '2026-12-24/2026-12-25'])(
  'MAINTENANCE: %j is refused',
  (value) => {
    expect(failure({ MAINTENANCE: value })).toMatchObject({
      message: expect.stringMatching(/^MAINTENANCE: expected windows in UTC such as /),
    });
  },
);

test.each(['API_URL', 'EDGE_URL'])('%s is an address of the web', (name) => {
  expectNamed(
    { [name]: 'abc.awsapprunner.com' },
    `${name}: expected an http or https address, got "abc.awsapprunner.com"`,
  );
});

test.each(['api/health', 'https://other.example/', '//other.example/', '/\\other.example/', '/a b', '/ä'])(
  'API_HEALTH_PATH is not %j, which may lead elsewhere',
  (value) => {
    expectNamed(
      { API_HEALTH_PATH: value },
      `API_HEALTH_PATH: expected an encoded path that starts with one slash, got ${JSON.stringify(value)}`,
    );
  },
);

test.each(['/', '/x', '/a//b', '/a%20b', '/?q'])('API_HEALTH_PATH may be %j', (value) => {
  expect(failure({ API_HEALTH_PATH: value })).toMatchObject({ healthPath: value });
});
