/**
 * PagerDuty's Events API v2: an alert that pages somebody, and a change event that pages nobody.
 *
 * Source: PagerDuty, "Send an Alert Event", "Send a Change Event", and the API's OpenAPI schema.
 */

import { type Fields, fieldsOf, json, listOf, must, type StandIn, webUrl, within } from './requests.ts';

const BODY_BYTES_MAX = 524_288;
const ACTIONS: readonly unknown[] = ['trigger', 'acknowledge', 'resolve'];
const SEVERITIES: readonly unknown[] = ['critical', 'error', 'warning', 'info'];

const COMMON = ['routing_key', 'payload', 'links', 'images'];
const ALERT = [...COMMON, 'event_action', 'dedup_key', 'client', 'client_url'];

const COMMON_PAYLOAD = ['summary', 'source', 'timestamp', 'custom_details'];
const ALERT_PAYLOAD = [...COMMON_PAYLOAD, 'severity', 'component', 'group', 'class'];

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;

const payloadTaken = (value: unknown, known: readonly string[]): Fields => {
  const payload = fieldsOf(value, known, 'payload');
  const { summary, source, timestamp } = payload;
  within(summary, 1_024, 'summary');
  within(source, 1_024, 'source');
  const isTime = TIME.test(String(timestamp)) && !Number.isNaN(Date.parse(String(timestamp)));
  must(typeof timestamp === 'string' && isTime, 'timestamp');
  return payload;
};

const linkTaken = (value: unknown): void => {
  const { href, text } = fieldsOf(value, ['href', 'text'], 'a link');
  webUrl(href, 'href');
  within(text, 1_024, 'text');
};

const commonTaken = (event: Fields): void => {
  within(event['routing_key'], 64, 'routing_key');
  listOf(event['links'] ?? [], 0, 100, 'links').forEach(linkTaken);
};

const alertTaken = (body: unknown): void => {
  const event = fieldsOf(body, ALERT, 'the alert');
  commonTaken(event);
  must(ACTIONS.includes(event['event_action']), 'event_action');
  within(event['dedup_key'], 255, 'dedup_key');
  const { severity } = payloadTaken(event['payload'], ALERT_PAYLOAD);
  must(SEVERITIES.includes(severity), 'severity');
};

const changeTaken = (body: unknown): void => {
  const event = fieldsOf(body, COMMON, 'the change');
  commonTaken(event);
  payloadTaken(event['payload'], COMMON_PAYLOAD);
};

const TAKEN: Readonly<Record<string, (body: unknown) => void>> = {
  '/v2/enqueue': alertTaken,
  '/v2/change/enqueue': changeTaken,
};

export const pagerduty: StandIn = (url, request) => {
  const { pathname } = new URL(url);
  const taken = Object.hasOwn(TAKEN, pathname) ? TAKEN[pathname] : undefined;
  must(taken !== undefined, `the path ${pathname}`);
  must(Buffer.byteLength(request.body) <= BODY_BYTES_MAX, 'the body has more than 512 kB');
  taken?.(json(request));
};
