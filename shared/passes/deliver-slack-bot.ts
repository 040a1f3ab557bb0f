/** Delivers to a conversation of Slack by a bot's token. */

import type { Report } from '../core/report.ts';
import { editedMessage, newMessage, type SlackTarget, slackHeaders, slackSaid } from '../core/slack.ts';
import type { SiteNames } from '../core/status-json.ts';
import type { Instant, StatusPorts } from '../ports.ts';
import { DELIVERY_MS, type Delivered, deliveredBy } from './delivered.ts';

/** `message` is the one that the report takes the place of, if any; gives the one that shows it now. */
export const postToSlackBot = async (
  report: Report,
  target: SlackTarget,
  token: string,
  message: string | undefined,
  ports: StatusPorts,
  site: SiteNames,
  deadline: Instant,
): Promise<Delivered> => {
  const { url, body } =
    message === undefined ? newMessage(report, target, site) : editedMessage(message, report, target, site);
  const answer = await ports.web.post(
    url,
    { headers: slackHeaders(token), body: JSON.stringify(body), wantsBody: true },
    Math.min(deadline, ports.clock.now() + DELIVERY_MS),
  );
  const delivered = deliveredBy(answer);
  if (delivered.kind !== 'done') return delivered;
  const said = slackSaid(answer.kind === 'answer' ? (answer.body ?? '') : '');
  switch (said.kind) {
    case 'taken':
      return { kind: 'done', message: said.ts };
    case 'gone':
      // Somebody deleted it: whoever reads there is told by a new one.
      return message === undefined
        ? { kind: 'never', because: said.because }
        : postToSlackBot(report, target, token, undefined, ports, site, deadline);
    case 'later':
    case 'never':
      return { kind: said.kind, because: said.because };
  }
};
