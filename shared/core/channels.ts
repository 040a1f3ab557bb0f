/** The table of channels: where the status is posted. */

import { endsOutage, HEALTHS } from './health-report.ts';
import { alertAction } from './pagerduty.ts';
import { OUTCOMES, type Report, subjectOf } from './report.ts';
import type { TopicFormat } from './sns-message.ts';
import { PENDING } from './starts.ts';

/** Chats that take an incoming webhook. */
export type Chat = 'slack' | 'teams' | 'discord';

const CHATS: readonly Chat[] = ['slack', 'teams', 'discord'];

/** `only` are the outcomes and healths that it gets; all of them where it is absent. */
export type Channel = Readonly<{ name: string; only?: readonly string[] }> &
  (
    | Readonly<{ kind: 'log' }>
    | Readonly<{ kind: 'page' }>
    /** `url` is the address, or `ssm:` and the name of the parameter that holds it; `secret` is always such a name. */
    | Readonly<{ kind: 'webhook'; url: string; secret: string }>
    /** `url` is `ssm:` and the name of the parameter that holds the address, which is a secret itself. */
    | Readonly<{ kind: Chat; url: string }>
    /** `conversation` is Slack's id of it; `token` is `ssm:` and the name of the parameter that holds the bot's token. */
    | Readonly<{ kind: 'slack-bot'; conversation: string; token: string; api: string }>
    /** `secret` is `ssm:` and the name of the parameter that holds the integration's routing key. */
    | Readonly<{ kind: 'pagerduty'; secret: string; api: string }>
    /** `topic` is an ARN. */
    | Readonly<{ kind: 'sns'; topic: string; format: TopicFormat }>
    /** `repository` is "owner/name"; `token` is `ssm:` and the name of a parameter. */
    | Readonly<{ kind: 'github'; repository: string; token: string; environment: string; api: string }>
  );

/** Says what is wrong without repeating a value: an address may hold a secret. */
export class ChannelsError extends Error {
  override name = 'ChannelsError';
}

const wrong = (where: string, expected: string): ChannelsError =>
  new ChannelsError(`CHANNELS: ${where}: expected ${expected}`);

type Fields = Readonly<Record<string, unknown>>;

const text = (given: Fields, name: string, where: string, expected = 'a text'): string => {
  const value = given[name];
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(`${where}.${name}`, `${expected}, got ${value === undefined ? 'none' : typeof value}`);
};

/** The role of `post-status` may read no other parameters. */
const parameter = (given: Fields, name: string, where: string): string => {
  const value = text(given, name, where);
  if (/^ssm:\/afterbuild\/[\w./-]+$/.test(value)) return value;
  throw wrong(
    `${where}.${name}`,
    '"ssm:" and the name of a parameter that begins with /afterbuild/; a secret itself does not belong here',
  );
};

const address = (given: Fields, where: string): string => {
  const value = text(given, 'url', where);
  if (value.startsWith('ssm:')) return parameter(given, 'url', where);
  // The settings cannot know which addresses are public; the request is refused where one is not.
  if (/^(https:|http:\/\/127\.0\.0\.1[:/])/i.test(value) && URL.canParse(value)) return value;
  throw wrong(`${where}.url`, 'an https address, or "ssm:" and the name of the parameter that holds it');
};

/** A name becomes a part of a header's value. */
const nameOf = (given: Fields, where: string): string => {
  const name = text(given, 'name', where);
  if (/^[\w.-]{1,64}$/.test(name)) return name;
  throw wrong(`${where}.name`, 'at most 64 letters, digits, ".", "_" and "-"');
};

const SUBJECTS: readonly unknown[] = [...OUTCOMES, PENDING, ...HEALTHS];

/** A word that no report has would be a channel that stays silent for ever. */
const onlyOf = (given: Fields, where: string): Readonly<{ only?: readonly string[] }> => {
  const { only } = given;
  if (only === undefined) return {};
  const isList = Array.isArray(only) && only.length > 0;
  if (isList && only.every((one) => SUBJECTS.includes(one))) return { only };
  throw wrong(`${where}.only`, `a list of one or more of ${SUBJECTS.join(', ')}`);
};

/** Where a service is asked that has other places than its own: another region, or a server of one's own. */
const apiOf = (given: Fields, standard: string, where: string): string => {
  const { api = standard } = given;
  if (typeof api === 'string' && /^(https:\/\/|http:\/\/127\.0\.0\.1[:/])[^?#]*[^/?#]$/.test(api)) return api;
  throw wrong(`${where}.api`, 'an https address without a slash at its end');
};

const GITHUB_API = 'https://api.github.com';
const SLACK_API = 'https://slack.com/api';
const PAGERDUTY_API = 'https://events.pagerduty.com';

const slackBot = (given: Fields, where: string) => {
  const conversation = text(given, 'conversation', where);
  // A message can be edited by its conversation's id only, which a name is not.
  if (!/^[A-Z][A-Z0-9]{5,}$/.test(conversation))
    throw wrong(`${where}.conversation`, "a conversation's id, such as C0123456789");
  return { conversation, token: parameter(given, 'token', where), api: apiOf(given, SLACK_API, where) };
};

const github = (given: Fields, where: string) => {
  const repository = text(given, 'repository', where);
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw wrong(`${where}.repository`, '"owner/name"');
  const { environment = 'production' } = given;
  if (typeof environment !== 'string' || environment === '')
    throw wrong(`${where}.environment`, 'the name of an environment');
  const token = parameter(given, 'token', where);
  return { repository, token, environment, api: apiOf(given, GITHUB_API, where) };
};

const FORMATS: readonly TopicFormat[] = ['text', 'amazon-q'];

const sns = (given: Fields, where: string) => {
  const topic = text(given, 'topic', where);
  if (!/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}$/.test(topic))
    throw wrong(`${where}.topic`, 'arn:aws:sns:REGION:ACCOUNT:NAME');
  const { format = 'text' } = given;
  const known = FORMATS.find((one) => one === format);
  if (known === undefined) throw wrong(`${where}.format`, FORMATS.join(' or '));
  return { topic, format: known };
};

const KINDS = `log, page, webhook, ${CHATS.join(', ')}, slack-bot, pagerduty, github, sns`;

/** What each kind may have beside its name, its kind and its filter. */
const FIELDS: Readonly<Record<Channel['kind'], readonly string[]>> = {
  log: [],
  page: [],
  webhook: ['url', 'secret'],
  slack: ['url'],
  teams: ['url'],
  discord: ['url'],
  'slack-bot': ['conversation', 'token', 'api'],
  pagerduty: ['secret', 'api'],
  sns: ['topic', 'format'],
  github: ['repository', 'token', 'environment', 'api'],
};

const channelOf = (value: unknown, index: number): Channel => {
  const where = `[${index}]`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(where, 'an object');
  const given = value as Fields;
  const channel = readChannel(given, where);
  // One that is misspelt would be a filter that filters nothing.
  const fields = ['name', 'kind', 'only', ...FIELDS[channel.kind]];
  if (Object.keys(given).every((name) => fields.includes(name))) return channel;
  throw wrong(where, `no other fields than ${fields.join(', ')}`);
};

const readChannel = (given: Fields, where: string): Channel => {
  const name = nameOf(given, where);
  const kind = text(given, 'kind', where, KINDS);
  const common = { name, ...onlyOf(given, where) };
  if (kind === 'log' || kind === 'page') return { ...common, kind };
  if (kind === 'webhook') {
    return { ...common, kind, url: address(given, where), secret: parameter(given, 'secret', where) };
  }
  if (kind === 'sns') return { ...common, kind, ...sns(given, where) };
  if (kind === 'github') return { ...common, kind, ...github(given, where) };
  if (kind === 'slack-bot') return { ...common, kind, ...slackBot(given, where) };
  if (kind === 'pagerduty') {
    const api = apiOf(given, PAGERDUTY_API, where);
    return { ...common, kind, secret: parameter(given, 'secret', where), api };
  }
  const chat = CHATS.find((one) => one === kind);
  if (chat) return { ...common, kind: chat, url: parameter(given, 'url', where) };
  throw wrong(`${where}.kind`, `one of ${KINDS}`);
};

/** From JSON; throws ChannelsError. */
export const parseChannels = (json: string): readonly Channel[] => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new ChannelsError('CHANNELS: expected a JSON list of channels, got something that is no JSON');
  }
  if (!Array.isArray(value)) throw new ChannelsError('CHANNELS: expected a JSON list of channels');
  const channels = value.map(channelOf);
  const twice = channels.find(({ name }, index) => channels.findIndex((one) => one.name === name) < index);
  if (twice) throw wrong('names', `each channel to have a name of its own, got "${twice.name}" twice`);
  return channels;
};

/** Those that show a state: each report replaces what was there. */
const SHOWS_STATE: readonly Channel['kind'][] = ['log', 'page'];

/** Those that show a build: its end replaces its start. */
const SHOWS_BUILDS: readonly Channel['kind'][] = [...SHOWS_STATE, 'github', 'slack-bot'];

/** Whether a channel is told when a build begins; its end must not be told first. */
export const takesStarts = ({ kind, only }: Channel): boolean =>
  only === undefined ? SHOWS_BUILDS.includes(kind) : only.includes(PENDING);

/** What a channel was told of, that the report ends: whatever came in between. */
const endedBy = (report: Report): readonly string[] => {
  if (report.kind !== 'health') return [];
  return [
    ...(endsOutage(report) ? ['unhealthy'] : []),
    ...(report.to === 'healthy' && report.planned !== true ? [report.from, ...(report.ends ?? [])] : []),
  ];
};

/**
 * A repository knows nothing of the API's health, and somebody on call of no more than its outages: a report that
 * a service is never sent must not overtake one that it still is to get.
 */
const canTell = ({ kind }: Channel, report: Report): boolean => {
  if (report.kind !== 'health') return true;
  return kind !== 'github' && (kind !== 'pagerduty' || alertAction(report) !== undefined);
};

/**
 * The channels that get a report: without a filter, all that is final or a change of health that nobody planned. Who
 * is told that the API is not well is told when it is well again.
 */
export const channelsFor = (channels: readonly Channel[], report: Report): readonly Channel[] => {
  if (report.kind === 'start') return channels.filter(takesStarts);
  const planned = report.kind === 'health' && report.planned === true;
  const subjects = [planned ? 'maintenance' : subjectOf(report), ...endedBy(report)];
  return channels
    .filter((channel) => canTell(channel, report))
    .filter(({ kind, only }) =>
      only === undefined
        ? !planned || SHOWS_STATE.includes(kind)
        : subjects.some((subject) => only.includes(subject)),
    );
};
