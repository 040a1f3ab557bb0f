import { DEFAULT_FINGERPRINT } from '../../shared/core/fingerprint.ts';

const fingerprint = new RegExp(DEFAULT_FINGERPRINT);

test.each([
  ['Vite', 'index-C_gcIYdA.js'],
  ['Vite, with a hyphen in the hash', 'codicon.DCmgc-ay.ttf'],
  ['Vite, with a hyphen before the last letter', 'index-BZpYJZ-P.css'],
  ['Vite, with a digit in front', 'firefox-1bWoP6pv.svg'],
  ['Vite, with a hyphen in front', 'codeMirrorModule--QdMvsKi.css'],
  ['Vite, behind a dot with a hyphen in front', 'snapshot.-ChLTbql.js'],
  ['Vite, behind a dot', 'index.B5WWZ7O0.js'],
  ['Vite, that reads like three words', 'codeMirrorModule-ClnuDfLq.js'],
  ['Rollup, behind an underscore', 'index_B5WWZ7O0.js'],
  ['Rolldown', 'rolldown-runtime-QTnfLwEv.js'],
  ['VitePress', 'guide_index.md.C_gcIYdA.lean.js'],
  ['webpack', 'main.8f3c2a1b.chunk.js'],
  ["webpack's licences", 'main.8f3c2a1b.js.LICENSE.txt'],
  ['a source map', 'index-C_gcIYdA.js.map'],
  ['Next.js', 'framework-64ad27b21261a9ce.js'],
  ['Gatsby', 'app-1c9b2e4d5f60718293a4.js'],
  ['esbuild', 'chunk-7XQ2K3LM.js'],
  ['Django', 'base.27e20196a850.css'],
  ['Rails', 'application-1fbd3d9a.css'],
  ['Phoenix', 'app-eb0a5b9302e8d32828d8a73f137cc8f0.js'],
  ['Hugo', `main.min.${'0a9f'.repeat(16)}.css`],
])('a name that %s makes has a fingerprint: %s', (_tool, name) => {
  expect(fingerprint.test(name)).toBe(true);
});

test.each([
  ['an eight-letter word', 'my-document.pdf'],
  ['a version', 'jquery-3.7.1.min.js'],
  ['a date', 'report-2026-11-23.html'],
  ['a date without hyphens', 'report-20261123.html'],
  ['a date with a month', 'report-3Nov2026.pdf'],
  ['a word and a number', 'intro-chapter1.html'],
  ['a number and a word', 'notes-2026plan.html'],
  ['a name with an inner capital', 'icon-LinkedIn.svg'],
  ['a name with an inner capital behind an underscore', 'icon_LinkedIn.svg'],
  ['a date in front', '2026-annual-report.pdf'],
  ['a square', 'favicon-32x32.png'],
  ['long words', 'apple-touch-icon-precomposed.png'],
  ['words as extensions', 'sw.bundle.js'],
  ['nothing before the separator', '_isRegExp.js'],
  ['capitals', 'README-FRANCAIS.md'],
  ['a picture of a camera', 'photo-IMG_0001.jpg'],
  ['another camera', 'scan-DSC01234.jpg'],
  ['a size', 'logo-1080x720.png'],
  ['a language', 'guide-en-us-v2.pdf'],
  ['a word with a number inside', 'site-i18n-app.js'],
  ['a nine-letter word with a number inside', 'lib-base64url.js'],
  ['letters of hex', 'x-deadbeef.js'],
  ['a word of hex letters and a year', 'news-feed2026.html'],
  ['two hyphens', 'button--primary.css'],
  ['seven characters', 'main.8f3c2a1.js'],
  ['sixty-five characters', `main.${'0a9f'.repeat(16)}0.js`],
  ['a hash without anything before it', '8f3c2a1b.js'],
  ['a hash without an extension', 'main-8f3c2a1b'],
  ['nothing special', 'index.html'],
])('a name with %s has none: %s', (_what, name) => {
  expect(fingerprint.test(name)).toBe(false);
});

test('a hostile name of the longest key is judged at once', () => {
  const started = performance.now();
  for (const name of [
    `-${'1'.repeat(1023)}`,
    '-'.repeat(1024),
    '-aaaaaaaa.'.repeat(102),
    '.a1b2c3d4'.repeat(113),
  ]) {
    fingerprint.test(`${name}!`);
  }
  expect(performance.now() - started).toBeLessThan(100);
});
