/** What the stand-in of a webhook of one's own refuses; the services' own have a test of their own each. */

import { webhookDelivery } from '../../shared/core/webhook.ts';
import { aBuildReport, SITE_NAMES } from '../core/report-fixture.ts';
import { type Change, changed } from './changed.ts';
import { STAND_INS } from './chats.ts';

const GOOD = JSON.parse(webhookDelivery(aBuildReport(), 'hook', SITE_NAMES.url).body) as object;
const HEADERS = { 'content-type': 'application/cloudevents+json', 'webhook-id': 'id' };
const send = (body: unknown, headers: Record<string, string> = HEADERS, signedWith = 'key') =>
  STAND_INS.webhook('https://example.com/', { headers, body: JSON.stringify(body), signedWith });

test('takes what is sent', () => {
  expect(() => send(GOOD)).not.toThrow();
});

test.each([
  ['no type', 'type', '', /type is missing/],
  ['no id', 'id', undefined, /id is missing/],
  ['no time', 'time', undefined, /time is missing/],
  ['a source that is none', 'source', 'a b', /invalid payload/],
  ['no source', 'source', '', /source is missing/],
  ['a time that is none', 'time', 'noon', /invalid payload/],
  ['an older specification', 'specversion', '0.3', /specversion|invalid/],
  ['half a character', 'data', { text: 'a\ud83d' }, /half a character/],
] as readonly (readonly [...Change, RegExp])[])('refuses %s', (_what, path, value, message) => {
  expect(() => send(changed(GOOD, path, value))).toThrow(message);
});

test('refuses what has no id, is not signed, or is no JSON', () => {
  expect(() => send(GOOD, { ...HEADERS, 'webhook-id': '' })).toThrow('webhook-id');
  expect(() => send(GOOD, HEADERS, '')).toThrow('not signed');
  expect(() => send(GOOD, { ...HEADERS, 'content-type': 'text/plain' })).toThrow('not JSON');
});
