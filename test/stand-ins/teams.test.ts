/** What Teams' stand-in refuses, and what it just takes. */

import { teamsMessage } from '../../shared/core/chat-messages.ts';
import { chatSummary } from '../../shared/core/chat-summary.ts';
import { aBuildReport, SITE_NAMES } from '../core/report-fixture.ts';
import { type Change, changed, times } from './changed.ts';
import { teams } from './teams.ts';

const GOOD = teamsMessage(chatSummary(aBuildReport(), SITE_NAMES));
const CARD = 'attachments.0.content';
const TITLE = `${CARD}.body.0.items.0`;
const FACT = `${CARD}.body.1.facts.0`;
const ACTION = `${CARD}.actions.0`;

const send = (body: unknown) =>
  teams('https://example.com/', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** A whole message of so many bytes. */
const ofBytes = (bytes: number) => {
  const empty = Buffer.byteLength(JSON.stringify(changed(GOOD, `${CARD}.fallbackText`, '')));
  return changed(GOOD, `${CARD}.fallbackText`, 'x'.repeat(bytes - empty));
};

test.each([
  ['what is sent', 'type', 'message'],
  ['no actions', `${CARD}.actions`, []],
  ['an address of http', `${ACTION}.url`, 'http://example.com/'],
  ['a body of a byte less than 25 kB', '', ofBytes(24_999)],
] as Change[])('takes %s', (_what, path, value) => {
  expect(() => send(changed(GOOD, path, value))).not.toThrow();
});

test.each([
  ['a body of 25 kB', '', ofBytes(25_000), /25 kB/],
  ['a body of 25 kB in few characters', `${FACT}.value`, 'é'.repeat(12_500), /25 kB/],
  ['an old kind of message', 'type', 'MessageCard', /the message/],
  ['attachments that are no list', 'attachments', GOOD.attachments[0], /attachments are no list/],
  ['no attachments', 'attachments', [], /attachments are 0/],
  ['two attachments', 'attachments', times(2, GOOD.attachments[0]), /attachments are 2/],
  ['another kind of attachment', 'attachments.0.contentType', 'application/json', /contentType/],
  ['an unknown field', 'text', 'x', /the message has text/],
  ['no card', `${CARD}.type`, 'Card', /the card/],
  ['a newer version', `${CARD}.version`, '1.5', /the card/],
  ['an older version', `${CARD}.version`, '1.3', /the card/],
  ['a version that is a number', `${CARD}.version`, 1.4, /the card/],
  ['an unknown field of the card', `${CARD}.title`, 'x', /the card has title/],
  ['an empty card', `${CARD}.body`, [], /elements are 0/],
  ['an element of a newer card', `${CARD}.body`, [{ type: 'Table' }], /Unknown element type "Table"/],
  ['a style that is none', `${CARD}.body.0.style`, 'nice', /"nice"/],
  ['a text of nothing', `${TITLE}.text`, '', /a text is missing/],
  ['a text that is none', `${TITLE}.text`, 7, /a text is missing/],
  ['a fact whose title is a number', `${FACT}.title`, 7, /a fact's title is missing/],
  ['a fact whose value is a number', `${FACT}.value`, 3, /a fact's value is missing/],
  ['a fact whose value is an object', `${FACT}.value`, {}, /a fact's value is missing/],
  ['a fact without a value', `${FACT}.value`, undefined, /a fact's value is missing/],
  ['a fact without a title', `${FACT}.title`, undefined, /a fact's title is missing/],
  ['a fact of a title only', `${FACT}.value`, '', /a fact's value is missing/],
  ['an unknown field of a fact', `${FACT}.name`, 'x', /a fact has name/],
  ['facts that are no list', `${CARD}.body.1.facts`, {}, /facts are no list/],
  ['half a character', `${FACT}.value`, 'a\ud83d', /half a character/],
  ['the other half', `${CARD}.fallbackText`, '\ude00', /half a character/],
  ['another action', `${ACTION}.type`, 'Action.Submit', /an action has|another action/],
  ['an action without a title', `${ACTION}.title`, '', /an action's title is missing/],
  ['an action that leads nowhere', `${ACTION}.url`, undefined, /an action's URL is no address/],
  ['an action that leads to a path', `${ACTION}.url`, '/_status/', /an action's URL is no address/],
  ['an action that leads to a file', `${ACTION}.url`, 'file:///etc/passwd', /an action's URL is no address/],
  ['an action that runs', `${ACTION}.url`, 'javascript:alert(1)', /an action's URL is no address/],
  ['an action that mails', `${ACTION}.url`, 'mailto:a@example.com', /an action's URL is no address/],
  [
    '7 actions',
    `${CARD}.actions`,
    times(7, { type: 'Action.OpenUrl', title: 'x', url: 'https://a.b/' }),
    /7/,
  ],
] as readonly (readonly [...Change, RegExp])[])('refuses %s', (_what, path, value, message) => {
  expect(() => send(changed(GOOD, path, value))).toThrow(message);
});
