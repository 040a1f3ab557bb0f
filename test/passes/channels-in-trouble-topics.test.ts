/**
 * A topic in trouble at any of its messages, and a worker that dies at any of its calls: it is told all of it in the
 * end, or a person is; and never the same thing with another content. Each message goes to a model of SNS that
 * refuses what SNS refuses, and what Amazon Q Developer reads, by its schema.
 */

import { parseChannels } from '../../shared/core/channels.ts';
import type { Report } from '../../shared/core/report.ts';
import type { TopicFormat } from '../../shared/core/sns-message.ts';
import type { Published } from '../../shared/ports.ts';
import { aBuildReport, aHealthReport, aStartReport } from '../core/report-fixture.ts';
import { amazonQ } from '../stand-ins/topics.ts';
import { createSns } from '../world/sns.ts';
import { statusWorld, type WorldOptions } from './status-world.ts';

const FORMATS: readonly TopicFormat[] = ['text', 'amazon-q'];

const topicWorld = (format: TopicFormat, options: WorldOptions = {}) => {
  let ids = 0;
  const sns = createSns({ now: () => 0, id: () => `id${ids++}` });
  const topic = sns.createTopic('status');
  const channel = { name: 'mail', kind: 'sns', topic, format };
  const world = statusWorld({ workers: 1, channels: parseChannels(JSON.stringify([channel])), ...options });
  /** What SNS says to the latest message, which it would take; a message that it refuses fails the pass. */
  const taken = (): Published => {
    const { topic: to = '', message } = world.published.at(-1) ?? {};
    const { subject = '', message: body = '', attributes = {} } = message ?? {};
    sns.publish(to, body, { subject, structure: 'json', attributes });
    if (format === 'amazon-q') amazonQ((JSON.parse(body) as { default: string }).default);
    return { kind: 'published' };
  };
  world.publishing = taken;
  const tell = async (reports: readonly Report[]): Promise<void> => {
    for (const report of reports) world.send({ channel: 'mail', report });
    await world.settle();
  };
  /** How many different messages it was given of each thing that happened. */
  const twofold = (): readonly string[] => {
    const contents = new Map<string, Set<string>>();
    for (const { message } of world.published) {
      const { event } = message.attributes;
      contents.set(event, (contents.get(event) ?? new Set()).add(JSON.stringify(message)));
    }
    return [...contents].filter(([, { size }]) => size !== 1).map(([event]) => event);
  };
  return { world, sns, taken, tell, twofold };
};

const REPORTS: readonly Report[] = [aStartReport(), aBuildReport(), aHealthReport()];
const EVENTS = ['deploy.pending', 'deploy.live', 'api.unhealthy'];

/** What SNS answers to one message, and whether it is published again. */
const TROUBLES: readonly (readonly [string, Published, boolean])[] = [
  ['that there are too many', { kind: 'not-published', because: 'ThrottledException' }, true],
  ['an error of its own', { kind: 'not-published', because: 'InternalErrorException' }, true],
  ['nothing in time', { kind: 'not-published', because: 'TimeoutError' }, true],
  ['that there is no such topic', { kind: 'refused', because: 'NotFoundException' }, false],
  ['that it may not', { kind: 'refused', because: 'AuthorizationErrorException' }, false],
];

const EVERY = FORMATS.flatMap((format) => TROUBLES.map((trouble) => [format, ...trouble] as const));

test.each(EVERY)('as %s: SNS says to any one message %s', async (format, _what, trouble, again) => {
  for (let nth = 1; nth <= REPORTS.length; nth += 1) {
    const { world, sns, taken, tell, twofold } = topicWorld(format);
    world.publishing = () => (world.published.length === nth ? trouble : taken());
    await tell(REPORTS);
    expect([world.told('pass-failed'), world.dead(), twofold()]).toEqual([[], [], []]);
    expect(world.published).toHaveLength(REPORTS.length + (again ? 1 : 0));
    const missing = again ? [] : [EVENTS[nth - 1]];
    const got = sns.published().map(({ attributes }) => attributes['event']);
    expect([nth, [...new Set(got)].sort()]).toEqual([
      nth,
      EVENTS.filter((event) => !missing.includes(event)).sort(),
    ]);
    expect(world.told('not-posted')).toHaveLength(again ? 0 : 1);
  }
});

test.each(FORMATS)(
  'as %s: a message that was taken and of which nobody heard is the same again',
  async (format) => {
    const { world, sns, taken, tell, twofold } = topicWorld(format);
    world.publishing = () => {
      const published = taken();
      return world.published.length === 1 ? { kind: 'not-published', because: 'TimeoutError' } : published;
    };
    await tell([aBuildReport()]);
    const [one, other] = sns.published();
    expect([one?.subject, one?.message, one?.attributes]).toEqual([
      other?.subject,
      other?.message,
      other?.attributes,
    ]);
    expect([world.published.length, twofold(), world.told('not-posted')]).toEqual([2, [], []]);
  },
);

/** More than one report needs. */
const CALLS_MOST = 12;

test.each(FORMATS)(
  'as %s: a worker that dies at any call loses nothing, and says nothing else',
  async (format) => {
    let died = 0;
    for (let call = 0; call < CALLS_MOST; call += 1) {
      for (const fate of ['before', 'after'] as const) {
        const { world, sns, tell, twofold } = topicWorld(format, { crashes: new Map([[call, fate]]) });
        await tell([aBuildReport()]);
        if (world.calls() <= call) continue;
        died += 1;
        expect([call, fate, world.told('pass-failed'), world.dead(), twofold()]).toEqual([
          call,
          fate,
          [],
          [],
          [],
        ]);
        expect(sns.published().length).toBeGreaterThanOrEqual(1);
        expect(sns.published().length).toBeLessThanOrEqual(2);
      }
    }
    expect(died).toBeGreaterThanOrEqual(4);
  },
);
