/** What Discord's stand-in refuses, and what it just takes. */

import { discordMessage } from '../../shared/core/chat-messages.ts';
import { chatSummary } from '../../shared/core/chat-summary.ts';
import { aBuildReport, SITE_NAMES } from '../core/report-fixture.ts';
import { type Change, changed, times } from './changed.ts';
import { discord } from './discord.ts';

const GOOD = discordMessage(chatSummary(aBuildReport(), SITE_NAMES));
const EMBED = 'embeds.0';
const FIELD = `${EMBED}.fields.0`;
const long = (length: number): string => 'x'.repeat(length);
const field = { name: 'n', value: 'v' };
const small = { description: 'x', color: 0 };

const send = (body: unknown, url = 'https://discord.com/api/webhooks/1/x?wait=true') =>
  discord(url, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

test.each([
  ['what is sent', 'content', GOOD.content],
  ['a content of 2,000', 'content', long(2_000)],
  ['10 embeds', 'embeds', times(10, small)],
  ['no embed', 'embeds', undefined],
  ['a title of 256', `${EMBED}.title`, long(256)],
  ['a description of 4,096', `${EMBED}.description`, long(4_096)],
  ['25 fields', `${EMBED}.fields`, times(25, field)],
  ['a name of 256', `${FIELD}.name`, long(256)],
  ['a value of 1,024', `${FIELD}.value`, long(1_024)],
  ['black', `${EMBED}.color`, 0],
  ['white', `${EMBED}.color`, 0xffffff],
  [
    '6,000 in all',
    'embeds',
    [
      { ...small, description: long(4_096) },
      { ...small, description: long(1_904) },
    ],
  ],
] as Change[])('takes %s', (_what, path, value) => {
  expect(() => send(changed(GOOD, path, value))).not.toThrow();
});

test.each([
  ['no content', 'content', undefined, /content is missing/],
  ['a blank content', 'content', ' \n', /content is missing/],
  ['a content of 2,001', 'content', long(2_001), /2000 at most/],
  ['half a character', 'content', 'a\ud83d', /half a character/],
  ['the other half', `${FIELD}.value`, '\ude00', /half a character/],
  ['an unknown field', 'text', 'x', /the message has text/],
  ['no word about mentions', 'allowed_mentions', undefined, /allowed_mentions is no object/],
  ['mentions of whatever is in it', 'allowed_mentions.parse', undefined, /mentioned/],
  ['a mention of everyone', 'allowed_mentions.parse', ['everyone'], /mentioned/],
  ['a mention of somebody', 'allowed_mentions.users', ['1'], /allowed_mentions has users/],
  ['11 embeds', 'embeds', times(11, small), /embeds are 11/],
  ['embeds that are no list', 'embeds', small, /embeds are no list/],
  ['an unknown field of an embed', `${EMBED}.colour`, 0, /an embed has colour/],
  ['a field of an embed that Discord sets', `${EMBED}.provider`, { name: 'x' }, /an embed has provider/],
  ['an embed of nothing', 'embeds', [{ color: 0 }], /an embed of nothing/],
  ['a title of 257', `${EMBED}.title`, long(257), /256 at most/],
  ['a blank title', `${EMBED}.title`, '', /title is missing/],
  ['a description of 4,097', `${EMBED}.description`, long(4_097), /4096 at most/],
  ['a blank description', `${EMBED}.description`, ' ', /description is missing/],
  ['a URL that is none', `${EMBED}.url`, '/_status/', /url is no address/],
  ['a URL of another scheme', `${EMBED}.url`, 'ftp://example.com/', /url is no address/],
  ['no colour', `${EMBED}.color`, undefined, /color/],
  ['a colour below black', `${EMBED}.color`, -1, /color/],
  ['a colour beyond white', `${EMBED}.color`, 0x1000000, /color/],
  ['half a colour', `${EMBED}.color`, 0.5, /color/],
  ['a colour as text', `${EMBED}.color`, '7', /color/],
  ['26 fields', `${EMBED}.fields`, times(26, field), /fields are 26/],
  ['a name of 257', `${FIELD}.name`, long(257), /256 at most/],
  ['a blank name', `${FIELD}.name`, ' ', /name is missing/],
  ['no name', `${FIELD}.name`, undefined, /name is missing/],
  ['a value of 1,025', `${FIELD}.value`, long(1_025), /1024 at most/],
  ['a blank value', `${FIELD}.value`, '', /value is missing/],
  ['a number for a value', `${FIELD}.value`, 3, /value is missing/],
  ['an unknown field of a field', `${FIELD}.title`, 'x', /a field has title/],
  [
    '6,001 in all',
    'embeds',
    [
      { ...small, description: long(4_096) },
      { ...small, title: long(256), description: long(1_600), fields: [{ name: long(9), value: long(40) }] },
    ],
    /6001 characters/,
  ],
] as readonly (readonly [...Change, RegExp])[])('refuses %s', (_what, path, value, message) => {
  expect(() => send(changed(GOOD, path, value))).toThrow(message);
});

test.each(['', '?wait=false', '?wait=1', '?thread_id=1'])('refuses an address that ends in %j', (query) => {
  expect(() => send(GOOD, `https://discord.com/api/webhooks/1/x${query}`)).toThrow('without wait');
});
