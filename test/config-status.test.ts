import { loadStatusConfig } from '../shared/config-status.ts';
import { ChannelsError } from '../shared/core/channels.ts';
import { SettingError } from '../shared/environment.ts';

const least = {
  STAGE: 'dev-us-east-1',
  SITE_URL: 'https://example.com',
  STATUS_URL: 'https://status.example.com/_status',
  STATE_BUCKET: 'state',
  POST_QUEUE_URL: 'https://sqs/post',
};
const SITE = { name: 'site', stage: 'dev-us-east-1', url: 'https://example.com' };
const STATUS_URL = 'https://status.example.com/_status/';

test('with no more than is needed the status goes to the log and the page', () => {
  expect(loadStatusConfig(least)).toEqual({
    settings: {
      channels: [
        { name: 'log', kind: 'log' },
        { name: 'page', kind: 'page' },
      ],
      site: { ...SITE, statusUrl: STATUS_URL },
    },
    stateBucket: 'state',
    postQueueUrl: 'https://sqs/post',
  });
});

test('every setting is read', () => {
  const channels = [{ name: 'only', kind: 'page', only: ['failed'] }];
  const config = loadStatusConfig({ ...least, CHANNELS: JSON.stringify(channels), SITE_NAME: 'Shop' });
  expect(config.settings).toEqual({ channels, site: { ...SITE, name: 'Shop', statusUrl: STATUS_URL } });
});

test.each([
  ['a page that nothing serves', { STATUS_URL: '' }],
  ['a page that nobody writes', { CHANNELS: '[{"name":"log","kind":"log"}]' }],
])('nothing links to %s', (_what, more) => {
  expect(loadStatusConfig({ ...least, ...more }).settings.site).toEqual(SITE);
});

test.each(Object.keys(least).filter((name) => name !== 'STATUS_URL'))(
  'without %s it fails, by name',
  (name) => {
    expect(() => loadStatusConfig({ ...least, [name]: '' })).toThrow(
      expect.objectContaining({
        name: SettingError.name,
        message: expect.stringContaining(`${name}: expected`),
      }),
    );
  },
);

test('a bad channel fails at once, and not when something is to be posted', () => {
  expect(() => loadStatusConfig({ ...least, CHANNELS: '[{"name":"a","kind":"b"}]' })).toThrow(ChannelsError);
});
