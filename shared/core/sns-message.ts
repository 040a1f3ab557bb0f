/**
 * A report as a message of an SNS topic: for mails and whoever else subscribes, or for Amazon Q Developer in chats.
 *
 * Sources: SNS API reference, "Publish"; Amazon Q Developer in chat applications, "Custom notifications".
 */

import { chatSummary, clipped, type Tone } from './chat-summary.ts';
import { nextStep } from './next-step.ts';
import { type Report, subjectOf } from './report.ts';
import { oneLine, reportLine } from './report-line.ts';
import type { SiteNames } from './status-json.ts';

/** `attributes` are what a subscription's filter sees. */
export type TopicMessage = Readonly<{
  subject: string;
  /** JSON with a text for each protocol, `default` among them. */
  message: string;
  attributes: Readonly<Record<'event' | 'severity', string>>;
}>;

export type TopicFormat = 'text' | 'amazon-q';

/** Fewer than a hundred characters of ASCII, none of them a control character, and the first one no space. */
const SUBJECT_MAX = 99;

const asciiLine = (text: string): string =>
  text
    .normalize('NFKD')
    // An accent by itself would be a question mark behind its letter.
    .replace(/\p{M}+/gu, '')
    .replace(/[^\x20-\x7e]+/g, '?')
    .trimStart();

const SEVERITIES: Readonly<Record<Tone, string>> = {
  good: 'info',
  neutral: 'info',
  warning: 'warning',
  bad: 'error',
};

/** A topic takes 256 kB; this is for people. */
const LINE_MAX = 1_000;

export const topicMessage = (report: Report, site: SiteNames, format: TopicFormat): TopicMessage => {
  const summary = chatSummary(report, site);
  const text = [
    clipped(summary.text, LINE_MAX),
    '',
    ...summary.facts.map(({ title, value }) => clipped(oneLine(`${title}: ${value}`), LINE_MAX)),
    '',
    site.statusUrl ?? site.url,
  ].join('\n');
  const event = `${report.kind === 'health' ? 'api' : 'deploy'}.${subjectOf(report)}`;
  return {
    subject: clipped(asciiLine(summary.title), SUBJECT_MAX).replace('…', '.'),
    message: JSON.stringify({
      default: format === 'text' ? text : amazonQ(report, summary.title, event, site),
    }),
    attributes: { event, severity: SEVERITIES[summary.tone] },
  };
};

const TITLE_MAX = 250;
const DESCRIPTION_MAX = 2_000;

/** Its texts are the chat's own markdown, in which a reason must lead nowhere and call nobody. */
const plain = (text: string): string =>
  text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('@', '@\u200b');

/** Amazon Q Developer takes only its own schema from a topic, and is silent about anything else. */
const amazonQ = (report: Report, title: string, event: string, site: SiteNames): string => {
  const step = nextStep(report);
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id: report.id,
    content: {
      textType: 'client-markdown',
      title: clipped(plain(title), TITLE_MAX),
      description: clipped(plain(reportLine(report)), DESCRIPTION_MAX),
      nextSteps: [
        ...(step === undefined ? [] : [step]),
        site.statusUrl === undefined
          ? `See <${site.url}|the site>`
          : `See <${site.statusUrl}|the status page>`,
      ],
      keywords: [plain(site.name), event],
    },
    metadata: {
      threadId: report.kind === 'health' ? `${plain(site.name)}/${site.stage}/api` : report.build,
      summary: clipped(plain(title), TITLE_MAX),
      eventType: event,
    },
  });
};
