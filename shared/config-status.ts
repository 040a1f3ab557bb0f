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

export const loadStatusConfig = (environment: Environment): StatusConfig => {
  const channels = parseChannels(environment['CHANNELS'] || CHANNELS_STANDARD);
  // A link to a page that nobody writes, or that nothing serves, would lead nowhere.
  const hasPage = environment['STATUS_URL'] !== '' && channels.some(({ kind }) => kind === 'page');
  return {
    settings: {
      channels,
      site: {
        name: environment['SITE_NAME'] || 'site',
        stage: text(environment, 'STAGE'),
        url: webAddress(environment, 'SITE_URL'),
        ...(hasPage ? { statusUrl: `${webAddress(environment, 'STATUS_URL')}/` } : {}),
      },
    },
    stateBucket: text(environment, 'STATE_BUCKET'),
    postQueueUrl: text(environment, 'POST_QUEUE_URL'),
  };
};
