import { contentTypeOf } from './content-types.ts';

test.each([
  ['index.html', 'text/html'],
  ['a.b/APP.JS', 'application/javascript'],
  ['app.js.map', 'application/json'],
  ['site.webmanifest', 'application/manifest+json'],
  ['font.woff2', 'font/woff2'],
  ['html', 'binary/octet-stream'],
  ['.html', 'binary/octet-stream'],
  ['a.html/b', 'binary/octet-stream'],
  ['.well-known/x.unknown', 'binary/octet-stream'],
  ['x.constructor', 'binary/octet-stream'],
  ['', 'binary/octet-stream'],
])('%j is taken for %s', (key, expected) => {
  expect(contentTypeOf(key)).toBe(expected);
});
