/** The first thing that a reader sees: is the build live, and is the API up? */

import { type ApiNow, healthNow } from './api-now.ts';
import type { BuildReport } from './builds.ts';
import { type Health, isUp } from './health-report.ts';
import { type History, mayRun } from './history.ts';
import { agoText, escaped, linked, named, reasonText, timeText } from './page-text.ts';
import { publicReason, WITHOUT_CAUSE } from './public-text.ts';
import { timeOf } from './report.ts';
import { buildName } from './report-line.ts';

type Tone = 'good' | 'some' | 'bad' | 'none';

const MARKS: Readonly<Record<Tone, string>> = { good: '✓', some: '!', bad: '✕', none: '–' };

const API_SENTENCES: Readonly<Record<Health, readonly [sentence: string, tone: Tone]>> = {
  healthy: ['The API is healthy.', 'good'],
  degraded: ['The API is degraded.', 'some'],
  unhealthy: ['The API is down.', 'bad'],
  paused: ['The API is paused.', 'some'],
  deploying: ['The API is being deployed.', 'some'],
  maintenance: ['The API is in maintenance.', 'some'],
  unknown: ['Nothing is known of the API.', 'none'],
};

/** The build that visitors get: the newest that came through. */
export const liveBuild = ({ builds }: History): BuildReport | undefined =>
  builds.find(({ outcome }) => outcome === 'live' || outcome === 'live-unproved');

/** What became of a build that was to follow it; nothing of one that was overtaken itself. */
const NOT_LIVE: Readonly<Partial<Record<BuildReport['outcome'], readonly [string, Tone]>>> = {
  failed: ['failed', 'some'],
  stopped: ['was stopped', 'some'],
  stuck: ['is stuck: some visitors may get older pages', 'bad'],
};

const newerOf = (history: History): BuildReport | undefined => {
  const newest = history.builds.find(({ outcome }) => outcome !== 'superseded');
  return newest && NOT_LIVE[newest.outcome] ? newest : undefined;
};

const siteSentence = (live: BuildReport | undefined): string => {
  if (!live) return 'No build has been called live yet.';
  // What was not proved is never told as if it were.
  const proof = live.outcome === 'live' ? '' : ', as far as could be checked';
  return `Build ${named(buildName(live))} is live${proof}.`;
};

const ORDER: readonly Tone[] = ['bad', 'some', 'good', 'none'];

const toneOf = (history: History, health: Health | undefined): Tone => {
  const newer = newerOf(history);
  const tones = [
    liveBuild(history) ? 'good' : 'none',
    health === undefined ? 'none' : API_SENTENCES[health][1],
    (newer && NOT_LIVE[newer.outcome]?.[1]) ?? 'none',
  ] as const;
  return ORDER.find((tone) => tones.includes(tone)) ?? 'none';
};

const newerLine = (newer: BuildReport): string =>
  `<p>The newer build <strong>${linked(newer)}</strong> ${NOT_LIVE[newer.outcome]?.[0]}, ${agoText(timeOf(newer))}: ${reasonText(newer.because)}</p>`;

/** Why, and since when, where somebody has to know. */
const apiLine = ({ health: [changed] }: History, health: Health, since: number): string =>
  `<p>The API is <span class="${health}">${health}</span> since ${agoText(since)}: ${escaped(changed?.to === health ? publicReason(changed) : WITHOUT_CAUSE[health])}</p>`;

const onItsWay = ({ started }: History, newestAt: number): string => {
  const running = started.filter((start) => mayRun(start, newestAt));
  return running.length === 0
    ? ''
    : `<p id="started">On its way: ${running.map((build) => `build <strong>${named(buildName(build))}</strong> since ${timeText(build.startedAt)}`).join(', ')}</p>`;
};

/** `newestAt`: the newest time that is known, ms since 1970. */
export const nowSection = (history: History, api: ApiNow | undefined, newestAt: number): string => {
  const live = liveBuild(history);
  const newer = newerOf(history);
  const health = healthNow(history, api);
  const tone = toneOf(history, health);
  const since = api?.since ?? history.health[0]?.at;
  const sentences = [
    siteSentence(live),
    ...(health === undefined
      ? []
      : [`<span class="${health}" data-health="${health}">${API_SENTENCES[health][0]}</span>`]),
  ];
  const lines = [
    ...(health === undefined || health === 'healthy' || health === 'unknown' || since === undefined
      ? []
      : [apiLine(history, health, since)]),
    ...(newer ? [newerLine(newer)] : []),
    ...(live
      ? [
          `<p class="dim">${linked(live)} is live since ${agoText(timeOf(live))}: ${reasonText(live.because)}</p>`,
        ]
      : []),
    onItsWay(history, newestAt),
  ];
  return `<section class="now ${tone}" aria-labelledby="now"><h2 id="now"><span class="mark" aria-hidden="true">${MARKS[tone]}</span> ${sentences.join(' ')}</h2>${lines.join('')}</section>`;
};

/** For the name of a browser's tab: bad news, if any. */
export const briefNow = (history: History, api: ApiNow | undefined): string => {
  const health = healthNow(history, api);
  const tone = toneOf(history, health);
  if (health !== undefined && !isUp(health) && health !== 'unknown')
    return `${MARKS[tone]} API ${health === 'unhealthy' ? 'down' : health}`;
  return MARKS[tone];
};
