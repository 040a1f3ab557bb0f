import { loadStatusConfig } from '../shared/config-status.ts';
import { ChannelsError } from '../shared/core/channels.ts';
import { SettingError } from '../shared/environment.ts';

const least = { SITE_URL: 'https://example.com', STATE_BUCKET: 'state', POST_QUEUE_URL: 'https://sqs/post' };

test('with no more than is needed the status goes to the log and the page', () => {
  expect(loadStatusConfig(least)).toEqual({
    settings: {
      channels: [
        { name: 'log', kind: 'log' },
        { name: 'page', kind: 'page' },
      ],
      site: { name: 'site', url: 'https://example.com' },
    },
    stateBucket: 'state',
    postQueueUrl: 'https://sqs/post',
  });
});

test('every setting is read', () => {
  const channels = [{ name: 'only', kind: 'log', only: ['failed'] }];
  const config = loadStatusConfig({ ...least, CHANNELS: JSON.stringify(channels), SITE_NAME: 'Shop' });
  expect(config.settings).toEqual({ channels, site: { name: 'Shop', url: 'https://example.com' } });
});

test.each(Object.keys(least))('without %s it fails, by name', (name) => {
  expect(() => loadStatusConfig({ ...least, [name]: '' })).toThrow(
    expect.objectContaining({
      name: SettingError.name,
      message: expect.stringContaining(`${name}: expected`),
    }),
  );
});

test('a bad channel fails at once, and not when something is to be posted', () => {
  expect(() => loadStatusConfig({ ...least, CHANNELS: '[{"name":"a","kind":"b"}]' })).toThrow(ChannelsError);
});
