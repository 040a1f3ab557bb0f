/** Pieces of the pages that anyone may read. Whatever comes from outside is escaped here, and nowhere else. */

import { isoOf, minuteOf } from './calendar.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Neither control characters nor halves of a pair are characters of XML, and of no use to a reader. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g;

export const escaped = (text: string): string =>
  text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(UNPRINTABLE, '\ufffd')
    .replace(/[&<>"']/g, (found) => ENTITIES[found] ?? found);

/** Longer ones quote keys; the index has to stay small whatever they say. */
const REASON_SHOWN_MAX = 200;

export const reasonText = (because: string): string => {
  const characters = [...because];
  return escaped(
    characters.length > REASON_SHOWN_MAX ? `${characters.slice(0, REASON_SHOWN_MAX - 1).join('')}…` : because,
  );
};

/** To the minute, for people and for programmes. */
export const timeText = (at: number): string => {
  const iso = isoOf(at);
  return `<time datetime="${iso}">${minuteOf(at)}</time>`;
};

/** "99.95 %"; a fault must never round up to a hundred. */
export const percentText = (share: number): string =>
  share === 1 ? '100 %' : `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;

/** From what has no name of its own to a name that is one everywhere: the end of a build's id. */
export const fileNameOf = (build: string): string =>
  build
    .replace(/^.*[:/]/, '')
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .slice(0, 64);

/** Colours of both schemes; each text has a contrast of at least 4.5 to its background. */
export const COLOURS = {
  light: {
    page: '#ffffff',
    ink: '#1c1c1e',
    dim: '#5b5b61',
    line: '#d8d8dd',
    link: '#0b57d0',
    good: '#17692f',
    bad: '#b3261e',
    some: '#7a5200',
  },
  dark: {
    page: '#16181d',
    ink: '#ececee',
    dim: '#a9abb3',
    line: '#3a3d45',
    link: '#8ab4f8',
    good: '#56d364',
    bad: '#ff9c93',
    some: '#e3b341',
  },
} as const;

const variables = (colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

export const STYLE = [
  `:root{color-scheme:light dark;${variables(COLOURS.light)}}`,
  `@media (prefers-color-scheme:dark){:root{${variables(COLOURS.dark)}}}`,
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;background:var(--page);color:var(--ink)}',
  'a{color:var(--link)}h1{font-size:1.4rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}',
  'table{border-collapse:collapse;width:100%;min-width:36rem}th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line)}td:first-child,td:last-child{overflow-wrap:anywhere}td time{white-space:nowrap}footer{margin-top:2rem}',
  'dt{font-weight:600}dd{margin:0 0 .6rem}dl{margin:0}.scroll{overflow-x:auto}svg{max-width:100%;height:auto;display:block}',
  '.now{font-size:1.25rem;font-weight:600;margin:.5rem 0}.dim,footer{color:var(--dim);font-size:.9rem}',
  '.live,.healthy,.up{color:var(--good)}.failed,.stuck,.unhealthy,.down{color:var(--bad)}',
  '.live-unproved,.stopped,.superseded,.degraded,.paused,.deploying,.maintenance,.other{color:var(--some)}',
  '.f-up{fill:var(--good)}.f-down{fill:var(--bad)}.f-some{fill:var(--some)}.f-none{fill:var(--line)}.t{fill:var(--dim);font:12px system-ui,sans-serif}',
  '.l-direct{stroke:var(--link);fill:none}.l-edge{stroke:var(--some);fill:none;stroke-dasharray:4 3}',
  '#old{border:1px solid var(--bad);color:var(--bad);padding:.5rem}summary{cursor:pointer}',
].join('');

/** Where anyone reads the status, at whatever host: relative links would break where the index is served at the root. */
export const STATUS_ROOT = '/_status/';

/** The frame of every page: one language, one title, one main landmark. */
export const pageOf = (title: string, header: string, main: string, footer: string, script = ''): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><link rel="alternate" type="application/atom+xml" title="Status" href="${STATUS_ROOT}history.atom"><style>${STYLE}</style></head>
<body><header>${header}</header>
<main>${main}</main>
<footer>${footer}</footer>${script === '' ? '' : `\n<script>${script}</script>`}</body></html>
`;

/** Can be scrolled with the keyboard where it is wider than the screen. */
export const tableOf = (labelledBy: string, heads: readonly string[], rows: readonly string[]): string =>
  `<div class="scroll" role="group" tabindex="0" aria-labelledby="${labelledBy}"><table><thead><tr>${heads
    .map((head) => `<th scope="col">${head}</th>`)
    .join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;

export const sectionOf = (id: string, title: string, body: string): string =>
  `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;
