/** Content types: a page that a browser downloads, or a script that it refuses, is as bad as an old one. */

import { counted, ok, quoted, type Verdict, warn, wrong } from './checks.ts';

/** One object of the bucket, as HeadObject tells it; `contentType` is empty where S3 says none. */
export type Sample = Readonly<{ key: string; contentType: string }>;

const SCRIPT = ['text/javascript', 'application/javascript', 'application/x-javascript'];

/** What browsers take, by extension; the first is the one to set. With nosniff they take nothing else. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  html: ['text/html'],
  css: ['text/css'],
  js: SCRIPT,
  mjs: SCRIPT,
  json: ['application/json'],
  webmanifest: ['application/manifest+json', 'application/json'],
  svg: ['image/svg+xml'],
  png: ['image/png'],
  jpg: ['image/jpeg'],
  jpeg: ['image/jpeg'],
  gif: ['image/gif'],
  webp: ['image/webp'],
  avif: ['image/avif'],
  wasm: ['application/wasm'],
  txt: ['text/plain'],
  xml: ['application/xml', 'text/xml', 'application/rss+xml', 'application/atom+xml'],
};

/** Of these a wrong type is seen at once: pages are downloaded, scripts and styles refused. */
const VITAL = ['html', 'css', 'js', 'mjs', 'wasm', 'svg'];

/** In lower case, without the dot; empty where the last segment has none. */
export const extensionOf = (key: string): string => {
  const name = key.slice(key.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
};

/** Whether there is something to compare a key's type with. */
export const hasExpectedType = (key: string): boolean => Object.hasOwn(EXPECTED, extensionOf(key));

export const judgeContentTypes = (bucket: string, samples: readonly Sample[]): Verdict => {
  const faults = samples.filter(({ key, contentType }) => !isExpected(key, contentType));
  const [first] = faults;
  if (!first) {
    return samples.length === 0
      ? ok(`${bucket} has no object yet whose type could be wrong`)
      : ok(`${counted(samples.length, 'object')}, one of each kind, have the type of their extension`);
  }
  const named = faults.map(({ key, contentType }) => `${key} is ${contentType || 'of no type'}`).join(', ');
  const worse = faults.some(({ key }) => VITAL.includes(extensionOf(key))) ? wrong : warn;
  return worse(
    `${named}: browsers download or refuse it`,
    ...faults.map(({ key }) => mend(bucket, key)),
    '# the others with these extensions are as wrong; a Cache-Control has to be said again: --cache-control',
  );
};

const isExpected = (key: string, contentType: string): boolean => {
  const expected = EXPECTED[extensionOf(key)];
  const bare = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  return expected === undefined || expected.includes(bare);
};

/** Copied onto itself, S3 forgets the other headers unless they are said again. */
const mend = (bucket: string, key: string): string => {
  const type = EXPECTED[extensionOf(key)]?.[0] ?? 'application/octet-stream';
  const object = quoted(`s3://${bucket}/${key}`);
  return `aws s3 cp ${object} ${object} --content-type ${type} --metadata-directive REPLACE`;
};
