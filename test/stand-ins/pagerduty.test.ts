/** What PagerDuty's stand-in refuses, and what it just takes. */

import { pagerDutyEvent } from '../../shared/core/pagerduty.ts';
import type { Report } from '../../shared/core/report.ts';
import { aBuildReport, aHealthReport, SITE_NAMES } from '../core/report-fixture.ts';
import { type Change, changed } from './changed.ts';
import { pagerduty } from './pagerduty.ts';

const API = 'https://events.pagerduty.com';
const bodyOf = (report: Report): object => pagerDutyEvent(report, SITE_NAMES, 'key')?.body ?? {};
const GOOD = { alert: bodyOf(aHealthReport()), change: bodyOf(aBuildReport()) };
const PATHS = { alert: '/v2/enqueue', change: '/v2/change/enqueue' };
type Kind = keyof typeof GOOD;
const KINDS = Object.keys(GOOD) as Kind[];

const send = (url: string, body: unknown) =>
  pagerduty(url, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const long = (length: number): string => 'x'.repeat(length);

const BOTH_TAKE: readonly Change[] = [
  ['what is sent', 'links', []],
  ['a summary of 1,024', 'payload.summary', long(1_024)],
  ['a time with an offset', 'payload.timestamp', '2026-11-23T12:00:00.000+01:00'],
  ['no links', 'links', undefined],
  ['some more', 'payload.custom_details', { of: ['any', { kind: 1 }] }],
];
const BOTH_REFUSE: readonly (readonly [...Change, RegExp])[] = [
  ['no key', 'routing_key', undefined, /routing_key is missing/],
  ['a key that is too long', 'routing_key', long(65), /64 at most/],
  ['no payload', 'payload', undefined, /payload is no object/],
  ['no summary', 'payload.summary', undefined, /summary is missing/],
  ['a blank summary', 'payload.summary', ' ', /summary is missing/],
  ['a summary of 1,025', 'payload.summary', long(1_025), /1024 at most/],
  ['half a character', 'payload.summary', 'a\ud83d', /half a character/],
  ['half a character for a name', 'payload.custom_details', { '\ud83d': 1 }, /half a character/],
  ['no source', 'payload.source', undefined, /source is missing/],
  ['no time', 'payload.timestamp', undefined, /timestamp/],
  ['a number for a time', 'payload.timestamp', 1_795_435_200, /timestamp/],
  ['a day for a time', 'payload.timestamp', '2026-11-23', /timestamp/],
  ['a time for people', 'payload.timestamp', 'Mon, 23 Nov 2026 12:00:00 GMT', /timestamp/],
  ['a time that never is', 'payload.timestamp', '2026-13-23T12:00:00Z', /timestamp/],
  ['an unknown field', 'severity', 'critical', /has severity/],
  ['an unknown field of the payload', 'payload.text', 'x', /payload has text/],
  ['links that are no list', 'links', { href: `${API}/`, text: 'x' }, /links are no list/],
  ['a link that is a text', 'links', [`${API}/`], /a link is no object/],
  ['a link that leads nowhere', 'links', [{ href: '/', text: 'x' }], /href is no address/],
  ['a link of no text', 'links', [{ href: `${API}/` }], /text is missing/],
  ['an unknown field of a link', 'links', [{ href: `${API}/`, text: 'x', title: 'x' }], /a link has title/],
  ['more than 512 kB', 'payload.custom_details', { of: long(524_288) }, /512 kB/],
];

describe.each(KINDS)('of an event that is one of kind %s', (kind) => {
  test.each(BOTH_TAKE)('takes %s', (_what, path, value) => {
    expect(() => send(API + PATHS[kind], changed(GOOD[kind], path, value))).not.toThrow();
  });

  test.each(BOTH_REFUSE)('refuses %s', (_what, path, value, message) => {
    expect(() => send(API + PATHS[kind], changed(GOOD[kind], path, value))).toThrow(message);
  });

  test.each([
    '/',
    '/v2/enqueue/',
    '/v1/enqueue',
    '/v2/change',
    '/generic/2010-04-15/create_event.json',
    '/toString',
  ])('refuses the path %s', (path) => {
    expect(() => send(API + path, GOOD[kind])).toThrow(`the path ${path}`);
  });
});

test.each(['trigger', 'acknowledge', 'resolve'])('takes the action %s', (action) => {
  expect(() => send(API + PATHS.alert, { ...GOOD.alert, event_action: action })).not.toThrow();
});

test.each(['critical', 'error', 'warning', 'info'])('takes the severity %s', (severity) => {
  expect(() => send(API + PATHS.alert, changed(GOOD.alert, 'payload.severity', severity))).not.toThrow();
});

test.each([
  ['no action', 'event_action', undefined, /event_action/],
  ['another action', 'event_action', 'page', /event_action/],
  ['an action in capitals', 'event_action', 'TRIGGER', /event_action/],
  ['no key of what it is about', 'dedup_key', undefined, /dedup_key is missing/],
  ['one of 256', 'dedup_key', long(256), /255 at most/],
  ['no severity', 'payload.severity', undefined, /severity/],
  ['another severity', 'payload.severity', 'high', /severity/],
] as readonly (readonly [...Change, RegExp])[])('refuses an alert of %s', (_what, path, value, message) => {
  expect(() => send(API + PATHS.alert, changed(GOOD.alert, path, value))).toThrow(message);
});

test('takes a key of what it is about of 255', () => {
  expect(() => send(API + PATHS.alert, { ...GOOD.alert, dedup_key: long(255) })).not.toThrow();
});

test.each([
  ['event_action', 'event_action', 'trigger'],
  ['dedup_key', 'dedup_key', 'x'],
  ['severity', 'payload.severity', 'info'],
  ['component', 'payload.component', 'api'],
] as Change[])('refuses a change with the %s of an alert', (name, path, value) => {
  expect(() => send(API + PATHS.change, changed(GOOD.change, path, value))).toThrow(`has ${name}`);
});

test('takes neither kind at the path of the other', () => {
  expect(() => send(API + PATHS.change, GOOD.alert)).toThrow('the change has');
  expect(() => send(API + PATHS.alert, GOOD.change)).toThrow('event_action');
});
