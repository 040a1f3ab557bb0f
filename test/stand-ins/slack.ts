/**
 * Slack's messages, as an incoming webhook and a bot's methods take them.
 *
 * Sources: Slack, "Block Kit reference" (each block's fields, and how long they may be), "Formatting message text";
 * the names of fields are those of Slack's own types. A field that a block does not have is `invalid_blocks`.
 */

import type {
  ActionsBlock,
  Button,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  MessageAttachment,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import {
  type Fields,
  fieldsOf,
  json,
  listOf,
  must,
  namesOf,
  type StandIn,
  webUrl,
  within,
} from './requests.ts';

export type SlackBody = { text: string; attachments: { color: string; blocks: unknown[] }[] };

/** `&`, `<` and `>` are written as entities, each of them whole. */
const NO_ENTITY = /&(?!amp;|lt;|gt;)|[<>]/;

const escaped = (value: unknown, most: number, what: string): void => {
  within(value, most, what);
  must(!NO_ENTITY.test(String(value)), `${what} is not escaped`);
};

const PLAIN = namesOf<PlainTextElement>({ type: true, text: true, emoji: true });
const MRKDWN = namesOf<MrkdwnElement>({ type: true, text: true, verbatim: true });

const plainText = (value: unknown, most: number, what: string): void => {
  const { type, text } = fieldsOf(value, PLAIN, what);
  must(type === 'plain_text', `${what} is not plain_text`);
  within(text, most, what);
};

const anyText = (value: unknown, most: number, what: string): void => {
  if ((value as Fields | null)?.['type'] === 'plain_text') {
    plainText(value, most, what);
    return;
  }
  const { type, text } = fieldsOf(value, MRKDWN, what);
  must(type === 'mrkdwn', `${what} is neither plain_text nor mrkdwn`);
  escaped(text, most, what);
};

const BUTTON = namesOf<Button>({
  type: true,
  text: true,
  value: true,
  url: true,
  style: true,
  accessibility_label: true,
  action_id: true,
  confirm: true,
});

const button = (value: unknown): void => {
  const fields = fieldsOf(value, BUTTON, 'a button');
  must(fields['type'] === 'button', 'another element than a button');
  plainText(fields['text'], 75, "a button's text");
  if (fields['url'] === undefined) return;
  within(fields['url'], 3_000, "a button's URL");
  webUrl(fields['url'], "a button's URL");
};

type Block = Readonly<{ names: readonly string[]; check(fields: Fields): void }>;

const common = { type: true, block_id: true } as const;

/** The blocks that a message may have here; Slack has some more, which need fields of their own. */
const BLOCKS: Readonly<Record<string, Block>> = {
  header: {
    names: namesOf<HeaderBlock>({ ...common, text: true }),
    check: ({ text }) => plainText(text, 150, 'a header'),
  },
  section: {
    names: namesOf<SectionBlock>({ ...common, text: true, fields: true, accessory: true, expand: true }),
    check: ({ text, fields }) => {
      must(text !== undefined || fields !== undefined, 'a section with neither text nor fields');
      if (text !== undefined) anyText(text, 3_000, "a section's text");
      if (fields === undefined) return;
      for (const field of listOf(fields, 1, 10, 'fields')) anyText(field, 2_000, 'a field');
    },
  },
  actions: {
    names: namesOf<ActionsBlock>({ ...common, elements: true }),
    check: ({ elements }) => listOf(elements, 1, 25, 'elements').forEach(button),
  },
  context: {
    names: namesOf<ContextBlock>({ ...common, elements: true }),
    check: ({ elements }) => {
      for (const element of listOf(elements, 1, 10, 'elements')) anyText(element, 3_000, 'a context');
    },
  },
  divider: { names: namesOf<DividerBlock>(common), check: () => undefined },
};

const ATTACHMENT: readonly (keyof MessageAttachment)[] = ['color', 'blocks', 'fallback'];

const blockShown = (value: unknown): void => {
  const type = String((value as Fields | null)?.['type']);
  const block = Object.hasOwn(BLOCKS, type) ? BLOCKS[type] : undefined;
  must(block !== undefined, `the block ${type}`);
  block?.check(fieldsOf(value, block.names, `the block ${type}`));
};

/** Throws with what is wrong with a message, however it came. `text` is the notification, and read out. */
export const slackShown = (body: Readonly<Record<keyof SlackBody, unknown>>): void => {
  escaped(body.text, 40_000, 'text');
  const attachments = listOf(body.attachments, 1, 100, 'attachments').map((one) =>
    fieldsOf(one, ATTACHMENT, 'an attachment'),
  );
  for (const { color } of attachments) must(/^#[0-9a-f]{6}$/.test(String(color)), 'color');
  const blocks = attachments.flatMap((one) => listOf(one['blocks'], 1, 50, 'blocks'));
  listOf(blocks, 1, 50, 'blocks').forEach(blockShown);
};

const MESSAGE: readonly string[] = ['text', 'attachments', 'unfurl_links', 'unfurl_media'];

export const slack: StandIn = (_url, request) =>
  slackShown(fieldsOf(json(request), MESSAGE, 'the message') as SlackBody);
