/** What Slack's stand-in refuses, and what it just takes. */

import { slackMessage } from '../../shared/core/chat-messages.ts';
import { chatSummary } from '../../shared/core/chat-summary.ts';
import { aBuildReport, SITE_NAMES } from '../core/report-fixture.ts';
import { type Change, changed, times } from './changed.ts';
import { slack } from './slack.ts';
import { createSlack } from './slack-bot.ts';

const GOOD = slackMessage(chatSummary(aBuildReport(), SITE_NAMES));
const BLOCKS = 'attachments.0.blocks';
const [HEADER, SECTION, ACTIONS] = [0, 1, 2].map((at) => `${BLOCKS}.${at}`);
const field = (text: string) => ({ type: 'mrkdwn', text });
const button = (more = {}) => ({ type: 'button', text: { type: 'plain_text', text: 'Log' }, ...more });
const long = (length: number): string => 'x'.repeat(length);
const urlOf = (length: number): string => `https://example.com/${long(length - 20)}`;

const send = (body: unknown, headers = { 'content-type': 'application/json' }) =>
  slack('https://hooks.slack.com/services/x', { headers, body: JSON.stringify(body) });

test.each([
  ['what is sent', 'text', GOOD.text],
  ['a text of 40,000', 'text', long(40_000)],
  ['entities', 'text', '&amp;amp; &lt;b&gt;'],
  ['whole characters of two halves', 'text', '\u{1f600}'],
  ['50 blocks', BLOCKS, times(50, { type: 'divider' })],
  ['a header of 150', `${HEADER}.text.text`, long(150)],
  ['& in a header, which is plain', `${HEADER}.text.text`, 'a & b'],
  ['10 fields', `${SECTION}.fields`, times(10, field('x'))],
  ['a field of 2,000', `${SECTION}.fields.0.text`, long(2_000)],
  ['a section of a text of 3,000', SECTION, { type: 'section', text: field(long(3_000)) }],
  ['25 buttons', `${ACTIONS}.elements`, times(25, button())],
  ['a button of 75', `${ACTIONS}.elements.0.text.text`, long(75)],
  ['a URL of 3,000', `${ACTIONS}.elements.0.url`, urlOf(3_000)],
  ['a context', `${BLOCKS}.3`, { type: 'context', elements: [field('x')] }],
] as Change[])('takes %s', (_what, path, value) => {
  expect(() => send(changed(GOOD, path, value))).not.toThrow();
});

const WRONG: readonly (readonly [...Change, RegExp])[] = [
  ['no text', 'text', undefined, /text is missing/],
  ['an empty text', 'text', '', /text is missing/],
  ['a number for a text', 'text', 7, /text is missing/],
  ['a text of 40,001', 'text', long(40_001), /40000 at most/],
  ['< in a text', 'text', 'a < b', /text is not escaped/],
  ['> in a text', 'text', 'a > b', /text is not escaped/],
  ['& in a text', 'text', 'a & b', /text is not escaped/],
  ['an entity that is cut', 'text', 'a &am', /text is not escaped/],
  ['an entity that is cut by one', 'text', 'a &amp', /text is not escaped/],
  ['another entity', 'text', '&quot;', /text is not escaped/],
  ['half a character', 'text', 'a\ud83d', /half a character/],
  ['the other half', `${SECTION}.fields.0.text`, '\ude00a', /half a character/],
  ['an unknown field', 'colour', 'red', /the message has colour/],
  ['no attachments', 'attachments', undefined, /attachments are no list/],
  ['a list of no attachments', 'attachments', [], /attachments are 0/],
  ['an unknown field of an attachment', 'attachments.0.hue', 'red', /an attachment has hue/],
  ['a color that is none', 'attachments.0.color', 'red-ish', /color/],
  ['no blocks', BLOCKS, [], /blocks are 0/],
  ['51 blocks', BLOCKS, times(51, { type: 'divider' }), /blocks are 51/],
  [
    '26 and 26 blocks',
    'attachments',
    times(2, { ...GOOD.attachments[0], blocks: times(26, { type: 'divider' }) }),
    /52/,
  ],
  ['an unknown block', `${BLOCKS}.0`, { type: 'heading' }, /the block heading/],
  ['a block named like a method', `${BLOCKS}.0`, { type: 'toString' }, /the block toString/],
  ['a block of no type', `${BLOCKS}.0`, {}, /the block undefined/],
  ['no block', `${BLOCKS}.0`, null, /the block undefined/],
  ['an unknown field of a header', `${HEADER}.color`, 'red', /the block header has color/],
  ['an unknown field of a section', `${SECTION}.title`, 'x', /the block section has title/],
  ['an unknown field of actions', `${ACTIONS}.title`, 'x', /the block actions has title/],
  ['an unknown field of a text', `${HEADER}.text.bold`, true, /a header has bold/],
  ['a header of mrkdwn', `${HEADER}.text.type`, 'mrkdwn', /a header is not plain_text/],
  ['a header that is a text', `${HEADER}.text`, 'x', /a header is no object/],
  ['a header of nothing', `${HEADER}.text.text`, '', /a header is missing/],
  ['a header of 151', `${HEADER}.text.text`, long(151), /150 at most/],
  ['a section of neither text nor fields', `${SECTION}.fields`, undefined, /neither text nor fields/],
  ['a section of no fields', `${SECTION}.fields`, [], /fields are 0/],
  ['11 fields', `${SECTION}.fields`, times(11, field('x')), /fields are 11/],
  ['a field of 2,001', `${SECTION}.fields.0.text`, long(2_001), /2000 at most/],
  ['a field of nothing', `${SECTION}.fields.0.text`, '', /a field is missing/],
  ['a field that is not escaped', `${SECTION}.fields.0.text`, '*a*\n<b>', /a field is not escaped/],
  ['a field whose entity is cut', `${SECTION}.fields.0.text`, '*a*\n&l…', /a field is not escaped/],
  ['a field of html', `${SECTION}.fields.0.type`, 'html', /neither plain_text nor mrkdwn/],
  ['a section of a text of 3,001', `${SECTION}.text`, field(long(3_001)), /3000 at most/],
  ['a section of a text that is not escaped', `${SECTION}.text`, field('<'), /not escaped/],
  ['no buttons', `${ACTIONS}.elements`, [], /elements are 0/],
  ['26 buttons', `${ACTIONS}.elements`, times(26, button()), /elements are 26/],
  ['another element', `${ACTIONS}.elements.0.type`, 'link', /another element/],
  ['a button of 76', `${ACTIONS}.elements.0.text.text`, long(76), /75 at most/],
  ['a button of mrkdwn', `${ACTIONS}.elements.0.text.type`, 'mrkdwn', /not plain_text/],
  ['a button of no text', `${ACTIONS}.elements.0.text`, undefined, /no object/],
  ['a URL of 3,001', `${ACTIONS}.elements.0.url`, urlOf(3_001), /3000 at most/],
  ['a URL that is none', `${ACTIONS}.elements.0.url`, '/_status/', /is no address/],
  ['a script for a URL', `${ACTIONS}.elements.0.url`, 'javascript:alert(1)', /is no address/],
  ['an unknown field of a button', `${ACTIONS}.elements.0.href`, urlOf(30), /a button has href/],
  ['11 elements of a context', `${BLOCKS}.3`, { type: 'context', elements: times(11, field('x')) }, /11/],
  ['a list', '', [], /the message is no object/],
];

test.each(WRONG)('refuses %s', (_what, path, value, message) => {
  expect(() => send(changed(GOOD, path, value))).toThrow(message);
});

test('refuses a form', () => {
  expect(() => send(GOOD, { 'content-type': 'application/x-www-form-urlencoded' })).toThrow('not JSON');
});

describe('a bot', () => {
  const say = (body: unknown) =>
    createSlack({ api: 'https://slack.com/api', token: 'token', conversation: 'C0123456789' }).answer(
      'https://slack.com/api/chat.postMessage',
      {
        headers: { authorization: 'Bearer token', 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
      },
    );

  test('may say the same', () => {
    expect(say({ channel: 'C0123456789', ...GOOD }).body).toContain('"ok":true');
  });

  test.each(WRONG.filter(([, path]) => path !== '' && path !== 'colour'))(
    'may not say %s',
    (_what, path, value, message) => {
      expect(() => say(changed({ channel: 'C0123456789', ...GOOD }, path, value))).toThrow(message);
    },
  );
});
