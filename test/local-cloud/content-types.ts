/** What an upload takes a file for, by the end of its name. */

import { extname } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  gif: 'image/gif',
  html: 'text/html',
  htm: 'text/html',
  ico: 'image/x-icon',
  jpg: 'image/jpeg',
  js: 'application/javascript',
  json: 'application/json',
  map: 'application/json',
  mjs: 'application/javascript',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  ttf: 'font/ttf',
  txt: 'text/plain',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff2: 'font/woff2',
  xml: 'application/xml',
};

/** The content type that an upload guesses from the file name. */
export const contentTypeOf = (key: string): string => {
  const ending = extname(key).slice(1).toLowerCase();
  // A name may end in `.constructor`.
  return (Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined) ?? 'binary/octet-stream';
};
