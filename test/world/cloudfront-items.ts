/** Invalidation items: which ones CloudFront takes, and which cached copies they name. */

import type { Switches } from './cloudfront-switches.ts';
import type { Copy } from './edge-types.ts';

/** An AWS error as CloudFront answers it; `name` is its code, `status` the HTTP status. */
export class CloudFrontError extends Error {
  readonly status: number;
  constructor(name: string, status: number, message: string) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

export const pathCharactersMax = 4_000;
const tagCharactersMax = 256;

/** RFC 1738's unsafe characters, non-ASCII, control characters, `~`, and a percent sign that escapes nothing. */
const mustBeEscaped = /[^\x21-\x7d]|[<>"#{}|\\^[\]`]|%(?![0-9a-fA-F]{2})/;
const tag = /^#[\x21-\x2b\x2d-\x7e]+$/;

/**
 * What is wrong with a batch's items, or undefined.
 * Source: CloudFront developer guide, "Invalidate files to remove content".
 */
export const itemsFault = (items: readonly string[], takesTags: boolean): string | undefined => {
  if (items.length === 0) return 'Your request contains no path to invalidate.';
  if (new Set(items).size < items.length) return 'Your request contains duplicate paths.';
  for (const item of items) {
    const fault = item.startsWith('#') ? tagFault(item, takesTags) : pathFault(item);
    if (fault) return `Your request contains one or more invalid invalidation paths: ${fault}: ${item}`;
  }
  return undefined;
};

const pathFault = (path: string): string | undefined => {
  if (!path.startsWith('/')) return 'does not start with a slash';
  if (path.length > pathCharactersMax) return `longer than ${pathCharactersMax} characters`;
  return mustBeEscaped.test(path) ? 'has a character that must be percent-encoded' : undefined;
};

const tagFault = (item: string, takesTags: boolean): string | undefined => {
  if (!takesTags) return 'a cache tag, but the distribution has no CacheTagConfig';
  return tag.test(item) && item.length <= 1 + tagCharactersMax ? undefined : 'not a cache tag';
};

export const isWildcard = (item: string): boolean => item.endsWith('*') && !item.startsWith('#');

/** Percent-decodes once, byte by byte (one character a byte), and leaves what is no escape alone. */
export const decodedOnce = (text: string): string => {
  if (!/[%\x80-\uffff]/.test(text)) return text;
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return bytes.replace(/%([0-9a-fA-F]{2})/g, (_escape, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
};

/** The forms of a copy's URLs that `compileItems` compares with. */
export const formsOf = (urls: readonly string[], matching: Switches['matching']): readonly string[] =>
  matching === 'exact' ? urls : urls.map(decodedOnce);

export type Matcher = (copy: Pick<Copy, 'forms' | 'tags'>) => boolean;

/** Says whether any item names a copy. An item with `%7E` is accepted and names nothing. */
export const compileItems = (items: readonly string[], matching: Switches['matching']): Matcher => {
  const form = matching === 'exact' ? (text: string) => text : decodedOnce;
  const effective = items.filter((item) => !/%7e/i.test(item));
  const tags = new Set(
    effective.filter((item) => item.startsWith('#')).map((item) => item.slice(1).toLowerCase()),
  );
  const prefixes = effective.filter(isWildcard).map((item) => form(item.slice(0, -1)));
  const exact = new Set(effective.filter((item) => item.startsWith('/') && !isWildcard(item)).map(form));
  return (copy) =>
    copy.forms.some((url) => exact.has(url) || prefixes.some((prefix) => url.startsWith(prefix))) ||
    (tags.size > 0 && copy.tags.some((name) => tags.has(name)));
};
