/** The environment of `post-status`, read once at cold start; a bad setting fails at once and by name. */

import { parseChannels } from './core/channels.ts';
import { type Environment, text, webAddress } from './environment.ts';
import type { StatusSettings } from './passes/post-status.ts';

export type StatusConfig = Readonly<{
  settings: StatusSettings;
  stateBucket: string;
  postQueueUrl: string;
}>;

/** The log, and the status page. */
const CHANNELS_STANDARD = '[{"name":"log","kind":"log"},{"name":"page","kind":"page"}]';

export const loadStatusConfig = (environment: Environment): StatusConfig => ({
  settings: {
    channels: parseChannels(environment['CHANNELS'] || CHANNELS_STANDARD),
    site: { name: environment['SITE_NAME'] || 'site', url: webAddress(environment, 'SITE_URL') },
  },
  stateBucket: text(environment, 'STATE_BUCKET'),
  postQueueUrl: text(environment, 'POST_QUEUE_URL'),
});
