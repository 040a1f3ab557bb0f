/** A report as chats show it: a title, a tone, and a few facts; each chat has its own form for that. */

import type { BuildReport } from './builds.ts';
import { minuteOf } from './calendar.ts';
import type { Health, HealthReport, PastOutage } from './health-report.ts';
import { nextStep } from './next-step.ts';
import type { Report } from './report.ts';
import { buildName, durationText, itemsText, numberText, priceText, reportLine } from './report-line.ts';
import type { StartReport } from './starts.ts';
import type { SiteNames } from './status-json.ts';

export type Tone = 'good' | 'warning' | 'bad' | 'neutral';

export type ChatSummary = Readonly<{
  /** One line that says all of it, for notifications and screen readers. */
  text: string;
  title: string;
  tone: Tone;
  facts: readonly Readonly<{ title: string; value: string }>[];
  links: readonly Readonly<{ title: string; url: string }>[];
}>;

const BUILD_TITLES: Readonly<Record<BuildReport['outcome'], readonly [title: string, tone: Tone]>> = {
  live: ['is live', 'good'],
  'live-unproved': ['is live, as far as could be checked', 'good'],
  failed: ['failed', 'bad'],
  stopped: ['was stopped', 'neutral'],
  superseded: ['was overtaken by a later build', 'neutral'],
  stuck: ['is stuck: visitors may get the one before', 'bad'],
  'before-bootstrap': ['ended before it was watched', 'neutral'],
};

const HEALTH_TONES: Readonly<Record<Health, Tone>> = {
  healthy: 'good',
  degraded: 'warning',
  unhealthy: 'bad',
  paused: 'neutral',
  deploying: 'neutral',
  maintenance: 'neutral',
  unknown: 'neutral',
};

type Facts = ChatSummary['facts'];

const fact = (title: string, value: string | undefined): Facts =>
  value === undefined ? [] : [{ title, value }];

/** Chats refuse a fact that is blank. */
const why = (because: string): Facts => fact('Why', because.trim() === '' ? 'no reason is known' : because);

const todo = (report: Report): Facts => fact('What to do', nextStep(report));

const buildFacts = (report: BuildReport): Facts => {
  const { because, endedAt, changed, objects, items, itemsOfMonth, itemsPerMonth, tookMs, api } = report;
  return [
    ...fact(
      'Changed',
      changed === undefined || objects === undefined
        ? undefined
        : `${numberText(changed)} of ${numberText(objects)} objects`,
    ),
    // A message that comes late must not look like the newest.
    ...fact('Build ended', minuteOf(endedAt)),
    ...fact('From the build to here', tookMs === undefined ? undefined : durationText(tookMs)),
    ...fact('API', api && (api.health === 'healthy' ? api.health : `${api.health}: ${api.because}`)),
    ...fact(
      'Invalidation',
      items === undefined || itemsOfMonth === undefined || itemsPerMonth === undefined
        ? undefined
        : `${itemsText(items)}, ${numberText(itemsOfMonth)} of ${numberText(itemsPerMonth)} this month${priceText(itemsOfMonth)}`,
    ),
    ...todo(report),
    ...why(because),
  ];
};

type Links = ChatSummary['links'];

/** A button that leads nowhere, or further than one may, has a whole message refused. */
const LINK = /^https?:\/\/\S{1,2900}$/;

const linkTo = (title: string, url: string | undefined): Links =>
  url !== undefined && LINK.test(url) ? [{ title, url }] : [];

const statusLink = ({ statusUrl }: SiteNames): Links => linkTo('Status', statusUrl);

const logLink = ({ logUrl }: Readonly<{ logUrl?: string }>): Links => linkTo('Build log', logUrl);

const ofBuild = (report: BuildReport, site: SiteNames): Omit<ChatSummary, 'text'> => {
  const [title, tone] = BUILD_TITLES[report.outcome];
  const isDown = tone === 'good' && report.api?.health === 'unhealthy';
  return {
    title: `${site.name}: ${buildName(report)} ${title}${isDown ? ', but the API is unhealthy' : ''}`,
    tone: isDown ? 'bad' : tone,
    facts: buildFacts(report),
    links: [...statusLink(site), ...logLink(report)],
  };
};

const ofStart = (report: StartReport, site: SiteNames): Omit<ChatSummary, 'text'> => ({
  title: `${site.name}: ${buildName(report)} is being built`,
  tone: 'neutral',
  facts: fact('Why', 'the build has begun, and visitors get the one before until it is live'),
  links: [...statusLink(site), ...logLink(report)],
});

const pastOutageText = ({ endedAt, ms }: PastOutage): string =>
  `${durationText(ms)}, ended ${minuteOf(endedAt)}`;

const ofHealth = (report: HealthReport, site: SiteNames): Omit<ChatSummary, 'text'> => {
  const { to, from, because, outageMs, lastOutage, latencyMs } = report;
  const recovered = to === 'healthy' ? 'has recovered' : `has recovered, and is ${to}`;
  return {
    title: `${site.name}: the API ${outageMs === undefined ? `is ${to}` : recovered}`,
    tone: HEALTH_TONES[to],
    facts: [
      ...fact('Before', from),
      ...fact('Outage', outageMs === undefined ? undefined : durationText(outageMs)),
      ...fact('Outage before', lastOutage && pastOutageText(lastOutage)),
      ...fact('Latency', latencyMs === undefined ? undefined : `${numberText(latencyMs)} ms`),
      ...todo(report),
      ...why(because),
    ],
    links: statusLink(site),
  };
};

const summaryOf = (report: Report, site: SiteNames): Omit<ChatSummary, 'text'> => {
  switch (report.kind) {
    case 'build':
      return ofBuild(report, site);
    case 'start':
      return ofStart(report, site);
    case 'health':
      return ofHealth(report, site);
  }
};

export const chatSummary = (report: Report, site: SiteNames): ChatSummary => ({
  text: `${site.name}: ${reportLine(report)}`,
  ...summaryOf(report, site),
});

/**
 * Escaped, at most `max` UTF-16 units of it, and no escape cut in two. `escaping` works on each character by itself.
 */
export const clippedEscaped = (text: string, max: number, escaping: (text: string) => string): string => {
  const whole = escaping(text);
  if (whole.length <= max) return whole;
  let kept = '';
  for (const character of text) {
    const next = escaping(character);
    if (kept.length + next.length > max - 1) break;
    kept += next;
  }
  return `${kept}…`;
};

/** At most `max` UTF-16 units, which is how chats count; no character is cut in two. */
export const clipped = (text: string, max: number): string => {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
};
