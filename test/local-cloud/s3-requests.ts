/** What S3's requests say of an object: its headers, conditions on what they overwrite, a range. */

import type { ObjectHeaders } from '../../shared/core/listing.ts';
import { type PutOptions, S3Error } from '../world/s3.ts';

export type Headers = Readonly<Record<string, string>>;

/** The content headers by their names on the wire. */
export const contentHeaders = {
  'content-type': 'contentType',
  'cache-control': 'cacheControl',
  'content-encoding': 'contentEncoding',
  'content-disposition': 'contentDisposition',
  'content-language': 'contentLanguage',
} as const satisfies Readonly<Record<string, keyof ObjectHeaders>>;

export const metadataPrefix = 'x-amz-meta-';

/** Those of a write, on the object that is there already. */
export const conditionsOf = (headers: Headers): Pick<PutOptions, 'ifMatch' | 'ifNoneMatch'> => {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
};

export const putOptions = (headers: Headers): PutOptions => {
  const content = Object.entries(contentHeaders).flatMap(([name, field]) => {
    const value = headers[name];
    return value === undefined ? [] : [[field, value]];
  });
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(metadataPrefix))
    .map(([name, value]) => [name.slice(metadataPrefix.length), value]);
  return {
    ...Object.fromEntries(content),
    metadata: Object.fromEntries(metadata),
    ...conditionsOf(headers),
  };
};

/** The first and the last byte, both included. */
export type Range = Readonly<{ from: number; to: number }>;

/**
 * The part of `size` bytes that `bytes=0-99`, `bytes=100-` or `bytes=-5` asks for; undefined, and so the whole, for
 * anything else: S3 ignores what is no range, one that ends before it begins, and more than one. Throws InvalidRange.
 */
export const rangeOf = (header: string | undefined, size: number): Range | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from <= to) return { from, to };
  throw new S3Error('InvalidRange', 416, 'The requested range is not satisfiable');
};
