/**
 * Posts reports: each to every channel that wants it, each channel by a message of its own, so that a channel that
 * is down delays nobody.
 *
 * A report is delivered at least once, and always with the same content: all of it comes from the report.
 */

import type { ApiNow } from '../core/api-now.ts';
import { type Channel, channelsFor } from '../core/channels.ts';
import { parseHealth } from '../core/health-stored.ts';
import { emptyHistory, encodeHistory, type History, parseHistory, withReport } from '../core/history.ts';
import { diffOfPlan } from '../core/plan-text.ts';
import { isPageMessage, type Post, parsePost, type Report, subjectOf } from '../core/report.ts';
import { reportLine } from '../core/report-line.ts';
import { checkFiles, deploymentFile, type PublicFile, reportFiles } from '../core/status-files.ts';
import type { SiteNames } from '../core/status-json.ts';
import type { Instant, Message, StatusPorts } from '../ports.ts';
import { readBlob } from './blobs.ts';
import { deliverTo } from './deliver.ts';
import { type Delivered, DONE, RETRY_MOST_SECONDS } from './delivered.ts';
import { inOrder } from './in-order.ts';
import { postponedOnError } from './postponed.ts';

export type StatusSettings = Readonly<{ channels: readonly Channel[]; site: SiteNames }>;

/** Doubled with each try. */
const RETRY_FIRST_SECONDS = 5;

/** Writes of the history that are lost to another worker before the message is put off. */
const HISTORY_TRIES = 5;

/** Handles a batch of messages; gives the ids of those that are not to be acknowledged. */
export const postStatus = async (
  messages: readonly Message[],
  ports: StatusPorts,
  settings: StatusSettings,
  deadline: Instant,
): Promise<readonly string[]> => {
  const back: string[] = [];
  for (const message of messages) {
    const handled = await postponedOnError(
      ports,
      'post',
      [message],
      () => handle(message, ports, settings, deadline),
      backoffSeconds(message.receives),
    );
    if (handled === 'back') back.push(message.id);
  }
  return back;
};

const handle = async (
  message: Message,
  ports: StatusPorts,
  settings: StatusSettings,
  deadline: Instant,
): Promise<'done' | 'back'> => {
  if (isPageMessage(message.body)) return refreshPage(ports, settings);
  const post = parsePost(message.body);
  if (!post) {
    // It stays, and ends in the dead-letter queue, where a person finds it.
    ports.tell({ kind: 'report-unreadable', alarm: true, message: message.id });
    return 'back';
  }
  const delivered =
    post.channel === undefined
      ? await fanOut(post.report, ports, settings)
      : await deliver(post, ports, settings, deadline);
  const { channel = 'all', report } = post;
  switch (delivered.kind) {
    case 'done':
      return 'done';
    case 'never':
      ports.tell({ kind: 'not-posted', alarm: true, channel, report: report.id, because: delivered.because });
      return 'done';
    case 'later': {
      // A server that says "at once" each time must not use up the queue's patience with the message.
      const seconds = Math.max(delivered.seconds ?? 0, backoffSeconds(message.receives));
      ports.tell({ kind: 'posted-later', channel, report: report.id, because: delivered.because, seconds });
      await ports.queue.postpone('post', [message.receipt], seconds);
      return 'back';
    }
  }
};

const backoffSeconds = (receives: number): number =>
  Math.min(RETRY_MOST_SECONDS, RETRY_FIRST_SECONDS * 2 ** Math.max(0, Math.min(receives, 10) - 1));

/** A message for each channel. Where one was not sent all are sent again: each is known by its report's id. */
const fanOut = async (
  report: Report,
  { queue }: StatusPorts,
  { channels }: StatusSettings,
): Promise<Delivered> => {
  const sent = await Promise.all(
    channelsFor(channels, report).map(({ name }) =>
      queue.send('post', JSON.stringify({ channel: name, report })),
    ),
  );
  return sent.every((answer) => answer === 'sent') ? DONE : { kind: 'later', because: 'not sent on' };
};

const deliver = async (
  { channel: name, report }: Post,
  ports: StatusPorts,
  { channels, site }: StatusSettings,
  deadline: Instant,
): Promise<Delivered> => {
  const channel = channels.find((one) => one.name === name);
  if (!channel) return { kind: 'never', because: 'there is no such channel any more' };
  if (channel.kind === 'page') return publish(report, ports, site);
  return inOrder(report, channel, ports, deadline, async (message) =>
    channel.kind === 'log'
      ? writeLine(report, ports)
      : deliverTo(channel, report, message, ports, site, deadline),
  );
};

const writeLine = (report: Report, { tell }: StatusPorts): Delivered => {
  tell({ kind: 'status', report: report.id, subject: subjectOf(report), line: reportLine(report) });
  return DONE;
};

/**
 * New checks to draw: nothing is lost where this fails, as there will be others. Index and status.json say when the
 * last check was. The rest is made with them until a report tells how the API is; and a report that was posted
 * meanwhile is not taken off again, from none of the files that were written.
 */
const refreshPage = async (ports: StatusPorts, { channels, site }: StatusSettings): Promise<'done'> => {
  if (!channels.some(({ kind }) => kind === 'page')) return 'done';
  let isAll = false;
  for (let tries = 0; tries < HISTORY_TRIES; tries += 1) {
    const { api, etag } = await readApi(ports);
    const { history } = await readHistory(ports);
    isAll ||= history.health.length === 0;
    await write(ports, isAll ? reportFiles(history, site, api) : checkFiles(history, site, api));
    const after = await readHistory(ports);
    if (sameReports(after.history, history) && (await readApi(ports)).etag === etag) break;
  }
  return 'done';
};

/**
 * The report goes into the history first, and the page is made of what is in there, and of the API's health. Where
 * another worker added one meanwhile, or there was another check, the page is made again: of two workers the slower
 * must not leave the older page.
 */
const publish = async (posted: Report, ports: StatusPorts, site: SiteNames): Promise<Delivered> => {
  const report = await withDeploymentPage(posted, ports, site);
  let isTold = false;
  for (let tries = 0; tries < HISTORY_TRIES; tries += 1) {
    const { api, etag: checked } = await readApi(ports);
    const { history, etag, isDamaged } = await readHistory(ports);
    const next = withReport(history, report);
    if (isDamaged) ports.tell({ kind: 'history-unreadable', alarm: true });
    if (next !== history) {
      const written = await ports.history.write(encodeHistory(next), etag);
      if (written.kind !== 'written') continue;
    }
    await write(ports, reportFiles(next, site, api));
    const after = await readHistory(ports);
    isTold = sameReports(after.history, next);
    if (isTold && (await readApi(ports)).etag === checked) return DONE;
  }
  // A check more or less is no report that is lost: each has a page of its own made.
  return isTold ? DONE : { kind: 'later', because: 'other reports were written at the same time' };
};

const write = async ({ publicFiles }: StatusPorts, files: readonly PublicFile[]): Promise<void> => {
  for (const { name, body, contentType } of files) await publicFiles.write(name, body, contentType);
};

/** The page of a deployment comes before any link to it; where its plan is lost there is neither, and nothing else fails. */
const withDeploymentPage = async (report: Report, ports: StatusPorts, site: SiteNames): Promise<Report> => {
  if (report.kind !== 'build' || report.plan === undefined) return report;
  const { plan, ...pageless } = report;
  const text = await readBlob(ports, plan);
  if (text === undefined) {
    ports.tell({ kind: 'plan-unreadable', build: report.build });
    return pageless;
  }
  await write(ports, [deploymentFile(report, diffOfPlan(text), site)]);
  return report;
};

/** `api` is undefined where none is checked, or its state cannot be read. */
const readApi = async ({
  health,
}: StatusPorts): Promise<Readonly<{ api: ApiNow | undefined; etag: string }>> => {
  const stored = await health.read();
  if (stored === 'missing') return { api: undefined, etag: 'absent' };
  return { api: parseHealth(stored.bytes), etag: stored.etag };
};

const sameReports = (one: History, other: History): boolean => {
  const ids = ({ builds, health, started }: History): string =>
    [...builds, ...health, ...started].map(({ id }) => id).join('\n');
  return ids(one) === ids(other);
};

const readHistory = async ({ history }: StatusPorts) => {
  const stored = await history.read();
  if (stored === 'missing') return { history: emptyHistory, etag: 'absent', isDamaged: false };
  const parsed = parseHistory(stored.bytes);
  return { history: parsed ?? emptyHistory, etag: stored.etag, isDamaged: parsed === undefined };
};
