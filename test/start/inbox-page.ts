/** The inbox as a page: each message as its channel would show it, newest first. */

import { type Card, CHANNELS, type Channel, cardOf } from './inbox-cards.ts';

/**
 * `at` in ms since 1970; `signed` where a webhook's signature was checked; `id` by which a message is edited, and how
 * often it was.
 */
export type Kept = Readonly<{
  channel: Channel;
  at: number;
  body: string;
  signed?: boolean;
  id?: string;
  edits?: number;
  /** Why the service would not take it. */
  refused?: string;
}>;

const NAMES: Readonly<Record<Channel, string>> = {
  slack: 'Slack',
  'slack-bot': 'Slack, by a bot',
  teams: 'Microsoft Teams',
  discord: 'Discord',
  github: 'GitHub',
  pagerduty: 'PagerDuty',
  webhook: 'Webhook',
  mail: 'Mail, by SNS',
};

/** Loads the page again as soon as there is more to see. */
const SCRIPT = `
const all = async () => (await fetch('messages.json')).text();
all().then((before) => setInterval(async () => { if ((await all()) !== before) location.reload(); }, 1000));
`;

const STYLE = `
:root{color-scheme:light dark;--page:#f4f4f5;--card:#fff;--ink:#18181b;--dim:#52525b;--line:#d4d4d8}
@media(prefers-color-scheme:dark){:root{--page:#18181b;--card:#27272a;--ink:#fafafa;--dim:#a1a1aa;--line:#3f3f46}}
body{margin:0 auto;max-width:76rem;padding:1rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
.channels{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:1rem}
article{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--bar);border-radius:6px;padding:.6rem .8rem;margin:0 0 .8rem}
h1{font-size:1.4rem}h2{font-size:1.1rem}h3{font-size:1rem;margin:0}
time,.note,dt{color:var(--dim);font-size:.85rem}
dl{display:grid;grid-template-columns:1fr 1fr;gap:.3rem .8rem;margin:.5rem 0}dd{margin:0;overflow-wrap:anywhere}
pre{overflow:auto;font-size:.8rem;max-height:16rem;white-space:pre-wrap;overflow-wrap:anywhere}a{color:inherit}
`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What a channel would refuse is shown as what it is. */
const readable = ({ channel, body, refused }: Kept): Card => {
  try {
    if (refused !== undefined) throw new Error(refused);
    return cardOf(channel, body);
  } catch (error) {
    return {
      title: 'A message that this channel would refuse',
      text: `${String(error)}\n${body}`,
      colour: '#a30200',
      facts: [],
      links: [],
    };
  }
};

const linkOf = ({ title, url }: Card['links'][number]): string =>
  /^https?:\/\//.test(url)
    ? `<a href="${escaped(url)}">${escaped(title)}</a>`
    : `${escaped(title)} (${escaped(url)})`;

const articleOf = (message: Kept): string => {
  const { title, text, colour, facts, links } = readable(message);
  const at = new Date(message.at).toISOString();
  const bar = /^#[0-9a-f]{6}$/i.test(colour) ? colour : '#717171';
  return `<article style="--bar:${bar}"><h3>${escaped(title)}</h3>
<time datetime="${at}">${at.slice(11, 19)} UTC</time>${message.signed === undefined ? '' : ` <span class="note">signature ${message.signed ? 'verified' : 'WRONG'}</span>`}${message.edits === undefined ? '' : ' <span class="note">edited</span>'}
${facts.length === 0 ? '' : `<dl>${facts.map((fact) => `<div><dt>${escaped(fact.title)}</dt><dd>${escaped(fact.value)}</dd></div>`).join('')}</dl>`}
${text === undefined ? '' : `<pre tabindex="0">${escaped(text)}</pre>`}${links.map(linkOf).join(' · ')}</article>`;
};

const sectionOf = (channel: Channel, messages: readonly Kept[]): string => {
  const own = messages.filter((message) => message.channel === channel);
  const shown = own.map(articleOf).join('\n') || '<p class="note">Nothing yet.</p>';
  return `<section aria-labelledby="${channel}"><h2 id="${channel}">${NAMES[channel]}</h2>${shown}</section>`;
};

/** `messages` newest first. */
export const inboxPage = (messages: readonly Kept[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Inbox of the local channels</title><style>${STYLE}</style></head>
<body><main><h1>Inbox</h1>
<p>Each message as its channel gets it. Break the API (<kbd>b</kbd> in the terminal), mend it (<kbd>m</kbd>), deploy (<kbd>d</kbd>).</p>
<div class="channels">${CHANNELS.map((channel) => sectionOf(channel, messages)).join('\n')}</div></main><script>${SCRIPT}</script></body></html>`;
