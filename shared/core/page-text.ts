/** Pieces of the pages that anyone may read. Whatever comes from outside is escaped here, and nowhere else. */

import { createHash } from 'node:crypto';
import type { BuildReport } from './builds.ts';
import { isoOf, minuteOf } from './calendar.ts';
import { buildName } from './report-line.ts';

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
const REASON_SHOWN_MAX = 160;

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

/** A figure and its unit stay in one line. */
export const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');

/** With how long ago that is, to whoever has JavaScript. */
export const agoText = (at: number): string =>
  `${timeText(at)}<span class="dim" data-ago="${isoOf(at)}"></span>`;

/** A name from outside: whichever way its letters run, those around it do not turn. */
export const named = (name: string): string => `<bdi>${escaped(name)}</bdi>`;

/** "99.95 %"; a fault must never round up to a hundred. */
export const percentText = (share: number): string =>
  share === 1 ? '100 %' : `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;

/** From what has no name of its own to a name that is one everywhere: the end of a build's id. */
export const fileNameOf = (build: string): string =>
  build
    .replace(/^.*[:/]/, '')
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .slice(0, 64);

/** Colours of both schemes; texts have a contrast of at least 7 to each ground, and what is filled one of 3 to the page. */
export const COLOURS = {
  light: {
    page: '#ffffff',
    'good-ground': '#eef8f0',
    'bad-ground': '#fdf0ef',
    'some-ground': '#fdf6e7',
    'none-ground': '#f4f4f6',
    ink: '#1c1c1e',
    dim: '#4b4b51',
    line: '#c9c9cf',
    link: '#0842a0',
    good: '#0c5224',
    bad: '#8c1a14',
    some: '#5e3f00',
    'up-fill': '#2a9d4b',
    'down-fill': '#cf222e',
    'some-fill': '#b37d00',
  },
  dark: {
    page: '#16181d',
    'good-ground': '#14231a',
    'bad-ground': '#2b1917',
    'some-ground': '#272013',
    'none-ground': '#1f2228',
    ink: '#ececee',
    dim: '#b9bbc3',
    line: '#4a4d55',
    link: '#a8c7fa',
    good: '#6ee07b',
    bad: '#ffb0a8',
    some: '#e8bd55',
    'up-fill': '#4ac26b',
    'down-fill': '#ff7b72',
    'some-fill': '#d4a72c',
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
  'a{color:var(--link)}h1{font-size:1.3rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}p{margin:.5rem 0}',
  // The last column has the reasons: on a phone it stays wide enough to read, and the table scrolls.
  'table{border-collapse:collapse;width:100%;min-width:36rem}table.short{min-width:0;width:auto}th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line)}td:first-child,td:last-child{overflow-wrap:anywhere}table:not(.short) td:last-child{min-width:15rem}td time{white-space:nowrap}footer{margin-top:2rem}',
  '.scroll{overflow-x:auto}details{margin:.5rem 0}summary{cursor:pointer;padding:.25rem 0}svg{display:block}',
  '.now{border:1px solid var(--line);border-left:.4rem solid var(--dim);border-radius:.5rem;padding:.75rem 1rem;background:var(--none-ground);overflow-wrap:anywhere}.now h2{font-size:1.5rem;line-height:1.3;margin:0 0 .5rem}',
  ...['good', 'some', 'bad'].map(
    (tone) =>
      `.now.${tone}{background:var(--${tone}-ground);border-color:var(--${tone})}.${tone} .mark{color:var(--${tone})}`,
  ),
  '.dim,footer{color:var(--dim);font-size:.9rem}',
  '.live,.healthy,.up{color:var(--good)}.failed,.stuck,.unhealthy,.down{color:var(--bad)}',
  '.live-unproved,.stopped,.superseded,.degraded,.paused,.deploying,.maintenance,.other{color:var(--some)}',
  // Stretched to the page: what is text stands beside them.
  '.chart{width:100%}.days{height:2.25rem}.took{height:3.5rem}.latency{height:8rem}.chart path{vector-effect:non-scaling-stroke;stroke-width:2}.axis{display:flex;justify-content:space-between;color:var(--dim);font-size:.8rem}figure{margin:.75rem 0 1.25rem}',
  '.f-up{fill:var(--up-fill)}.f-down{fill:var(--down-fill)}.f-some{fill:var(--some-fill)}.f-none{fill:var(--line)}.grid{stroke:var(--line)}',
  '.l-direct{stroke:var(--link);fill:none}.l-edge{stroke:var(--some);fill:none;stroke-dasharray:4 3}.l-limit{stroke:var(--dim);stroke-dasharray:6 4}',
  '#old{border:1px solid var(--bad);color:var(--bad);padding:.5rem;border-radius:.5rem}',
].join('');

/** Where anyone reads the status, at whatever host: relative links would break where the index is served at the root. */
export const STATUS_ROOT = '/_status/';

/** A build by its name, leading to the page that says what it changed, where there is one. */
export const linked = (build: Pick<BuildReport, 'build' | 'plan' | 'commit'>): string =>
  build.plan === undefined
    ? named(buildName(build))
    : `<a href="${STATUS_ROOT}deployments/${fileNameOf(build.build)}.html">${named(buildName(build))}</a>`;

/** As a content security policy names a script or a style that is in the page itself. */
const sourceOf = (text: string): string =>
  text === '' ? "'none'" : `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Of all scripts and styles those of this page alone, whatever its texts hold. It is in the page, and not only in the
 * distribution's headers, because both change at different times, and not every distribution is ours.
 */
const policyOf = (script: string): string =>
  `default-src 'self'; img-src 'self' data:; script-src ${sourceOf(script)}; style-src ${sourceOf(STYLE)}; object-src 'none'; base-uri 'none'; form-action 'none'`;

/** The frame of every page: one language, one title, one main landmark. */
export const pageOf = (title: string, header: string, main: string, footer: string, script = ''): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policyOf(script)}"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><link rel="alternate" type="application/atom+xml" title="Status" href="${STATUS_ROOT}history.atom"><style>${STYLE}</style></head>
<body><header>${header}</header>
<main>${main}</main>
<footer>${footer}</footer>${script === '' ? '' : `\n<script>${script}</script>`}</body></html>
`;

/** Can be scrolled with the keyboard where it is wider than the screen. */
export const tableOf = (
  labelledBy: string,
  heads: readonly string[],
  rows: readonly string[],
  kind: 'short' | '' = '',
): string =>
  `<div class="scroll" role="group" tabindex="0" aria-labelledby="${labelledBy}"><table${kind === '' ? '' : ` class="${kind}"`}><thead><tr>${heads
    .map((head) => `<th scope="col">${head}</th>`)
    .join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;

export const sectionOf = (id: string, title: string, body: string): string =>
  `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`;
