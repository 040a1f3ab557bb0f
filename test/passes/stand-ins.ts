/**
 * Strict stand-ins for the services that channels post to: each refuses what the real one would refuse, by its
 * documented shapes and limits. Sources: those of shared/core/chat-messages.ts, pagerduty.ts, webhook.ts, github.ts.
 */

import type { components, operations } from '@octokit/openapi-types';
import type { KnownBlock } from '@slack/types';
import type { APIEmbed } from 'discord-api-types/v10';
import type { WebRequest } from '../../shared/ports.ts';

/** Throws with what is wrong with a request. */
export type StandIn = (url: string, request: WebRequest) => void;

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`the service refuses it: ${what}`);
};

const within = (text: string | undefined | null, most: number, what: string): void => {
  must(typeof text === 'string' && text.length > 0, `${what} is missing`);
  must((text ?? '').length <= most, `${what} has ${text?.length} characters, ${most} at most`);
};

const json = <T>(request: WebRequest): T => {
  must((request.headers['content-type'] ?? '').includes('json'), 'the content type is not JSON');
  return JSON.parse(request.body) as T;
};

const NO_ENTITY = /&(?!amp;|lt;|gt;)|[<>]/;

type SlackBody = { text: string; attachments: { color: string; blocks: KnownBlock[] }[] };

const slack: StandIn = (_url, request) => slackShown(json<SlackBody>(request));

const slackShown = ({ text, attachments }: SlackBody): void => {
  within(text, 40_000, 'text');
  must(!NO_ENTITY.test(text), 'text is not escaped');
  const blocks = attachments.flatMap((one) => one.blocks);
  must(blocks.length > 0 && blocks.length <= 50, 'the number of blocks');
  for (const { color } of attachments) must(/^#[0-9a-f]{6}$/.test(color), 'color');
  for (const block of blocks) {
    if (block.type === 'header') within(block.text.text, 150, 'header');
    if (block.type === 'section') {
      must((block.fields ?? []).length <= 10, 'fields');
      for (const field of block.fields ?? []) {
        within(field.text, 2_000, 'field');
        must(!NO_ENTITY.test(field.text), 'a field is not escaped');
      }
    }
    if (block.type === 'actions') must(block.elements.length >= 1 && block.elements.length <= 25, 'elements');
  }
};

/** Slack keeps messages: each has its `ts`, and its conversation, by which it is edited. */
export const createSlack = () => {
  const messages: { ts: string; texts: string[] }[] = [];
  const said = (body: object) => ({ status: 200, body: JSON.stringify(body) });
  const answer = (url: string, request: WebRequest): Readonly<{ status: number; body: string }> => {
    const { origin, pathname } = new URL(url);
    must(origin === 'https://slack.com', origin);
    must(request.headers['authorization'] === 'Bearer token-canary', 'authorization');
    must(request.headers['content-type'] === 'application/json; charset=utf-8', 'the content type');
    const body = json<SlackBody & { channel: string; ts?: string }>(request);
    if (body.channel !== 'C0123456789') return said({ ok: false, error: 'channel_not_found' });
    slackShown(body);
    if (pathname === '/api/chat.postMessage') {
      must(body.ts === undefined, 'a new message with a time');
      const ts = `1795435200.${String(messages.length).padStart(6, '0')}`;
      messages.push({ ts, texts: [body.text] });
      return said({ ok: true, channel: body.channel, ts });
    }
    must(pathname === '/api/chat.update', pathname);
    const found = messages.find(({ ts }) => ts === body.ts);
    if (!found) return said({ ok: false, error: 'message_not_found' });
    found.texts.push(body.text);
    return said({ ok: true, channel: body.channel, ts: found.ts, text: body.text });
  };
  return { messages, answer };
};

type Card = { type: string; version: string; body: object[]; actions: { type: string; url: string }[] };

const teams: StandIn = (_url, request) => {
  must(Buffer.byteLength(request.body) < 25_000, 'the body has 25 kB or more');
  const { type, attachments } = json<{ type: string; attachments: { contentType: string; content: Card }[] }>(
    request,
  );
  must(type === 'message' && Array.isArray(attachments) && attachments.length === 1, 'the message');
  for (const { contentType, content } of attachments) {
    must(contentType === 'application/vnd.microsoft.card.adaptive', 'contentType');
    must(content.type === 'AdaptiveCard' && content.version === '1.4', 'the card');
    must(content.body.length > 0, 'an empty card');
    for (const action of content.actions)
      must(action.type === 'Action.OpenUrl' && URL.canParse(action.url), 'action');
  }
};

const discord: StandIn = (url, request) => {
  must(new URL(url).searchParams.get('wait') === 'true', 'without wait nobody knows whether it was kept');
  const {
    content,
    embeds,
    allowed_mentions: mentions,
  } = json<{
    content: string;
    embeds: APIEmbed[];
    allowed_mentions: { parse: unknown[] };
  }>(request);
  within(content, 2_000, 'content');
  must(mentions.parse.length === 0, 'somebody is mentioned');
  let total = 0;
  for (const { title, description, fields = [], color } of embeds) {
    within(title, 256, 'title');
    within(description, 4_096, 'description');
    must(fields.length <= 25 && Number.isInteger(color), 'embed');
    total += (title ?? '').length + (description ?? '').length;
    for (const { name, value } of fields) {
      within(name, 256, 'name');
      within(value, 1_024, 'value');
      total += name.length + value.length;
    }
  }
  must(total <= 6_000, `the embeds have ${total} characters`);
};

const pagerduty: StandIn = (url, request) => {
  const event = json<{
    routing_key: string;
    event_action?: string;
    dedup_key?: string;
    payload: { summary: string; source: string; severity?: string };
  }>(request);
  within(event.routing_key, 64, 'routing_key');
  within(event.payload.summary, 1_024, 'summary');
  within(event.payload.source, 1_024, 'source');
  if (url.endsWith('/change/enqueue')) return;
  must(['trigger', 'acknowledge', 'resolve'].includes(event.event_action ?? ''), 'event_action');
  within(event.dedup_key, 255, 'dedup_key');
  must(['critical', 'error', 'warning', 'info'].includes(event.payload.severity ?? ''), 'severity');
};

const webhook: StandIn = (_url, request) => {
  const event = json<Record<string, unknown>>(request);
  for (const name of ['specversion', 'id', 'source', 'type']) within(String(event[name] ?? ''), 10_000, name);
  must(event['specversion'] === '1.0', 'specversion');
  must(/^[\x21-\x7e]+$/.test(request.headers['webhook-id'] ?? ''), 'webhook-id');
  must((request.signedWith ?? '') !== '', 'it is not signed');
};

type CommitStatus = NonNullable<
  operations['repos/create-commit-status']['requestBody']
>['content']['application/json'];
type NewDeployment = NonNullable<
  operations['repos/create-deployment']['requestBody']
>['content']['application/json'];
type NewStatus = NonNullable<
  operations['repos/create-deployment-status']['requestBody']
>['content']['application/json'];
export type Deployment = Pick<components['schemas']['deployment'], 'id' | 'description' | 'ref'> & {
  states: string[];
};

const STATES: readonly NewStatus['state'][] = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
];

/** GitHub keeps deployments: it is asked for them, and gives ids. */
export const createGitHub = () => {
  const deployments: Deployment[] = [];
  const statuses: CommitStatus[] = [];
  const answer = (url: string, request: WebRequest): Readonly<{ status: number; body: string }> => {
    const { pathname } = new URL(url);
    must(request.headers['authorization'] === 'Bearer token-canary', 'authorization');
    must(request.headers['x-github-api-version'] === '2022-11-28', 'the version');
    if (request.method === 'GET') {
      const [, asked] = /^\/repos\/you\/site\/deployments\/(\d+)\/statuses$/.exec(pathname) ?? [];
      if (asked !== undefined) {
        const states = deployments.find((one) => one.id === Number(asked))?.states ?? [];
        const newest = states.slice(-1).map((state) => ({ state }));
        return { status: 200, body: JSON.stringify(newest) };
      }
      must(pathname === '/repos/you/site/deployments', `GET ${pathname}`);
      return { status: 200, body: JSON.stringify(deployments.toReversed()) };
    }
    const [, sha] = /^\/repos\/you\/site\/statuses\/([0-9a-f]{40})$/.exec(pathname) ?? [];
    if (sha !== undefined) {
      const status = json<CommitStatus>(request);
      must(['error', 'failure', 'pending', 'success'].includes(status.state), 'state');
      within(status.description ?? '', 140, 'description');
      must(status.context !== 'CodeBuild', 'the context of another');
      statuses.push(status);
      return { status: 201, body: '{}' };
    }
    const [, id] = /^\/repos\/you\/site\/deployments\/(\d+)\/statuses$/.exec(pathname) ?? [];
    if (id !== undefined) {
      const status = json<NewStatus>(request);
      const found = deployments.find((one) => one.id === Number(id));
      must(found !== undefined, `deployment ${id}`);
      must(STATES.includes(status.state), `the state ${status.state}`);
      must((status.description ?? '').length <= 140 && status.auto_inactive === false, 'the status');
      found?.states.push(status.state);
      return { status: 201, body: '{}' };
    }
    must(pathname === '/repos/you/site/deployments', `POST ${pathname}`);
    const made = json<NewDeployment>(request);
    must(
      made.auto_merge === false && made.required_contexts?.length === 0,
      'a deployment that waits or merges',
    );
    within(made.ref, 100, 'ref');
    within(made.description ?? '', 140, 'description');
    deployments.push({
      id: deployments.length + 1,
      ref: made.ref,
      description: made.description ?? null,
      states: [],
    });
    return { status: 201, body: JSON.stringify({ id: deployments.length }) };
  };
  return { deployments, statuses, answer };
};

export const STAND_INS: Readonly<Record<'slack' | 'teams' | 'discord' | 'pagerduty' | 'webhook', StandIn>> = {
  slack,
  teams,
  discord,
  pagerduty,
  webhook,
};
