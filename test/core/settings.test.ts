import { isFingerprinted } from '../../shared/core/settings.ts';

test.each([
  ['app-3f9a1c2b.js', true],
  ['assets/app-3f9a1c2b.js', true],
  ['assets-3f9a1c2b.js/app.js', false],
  ['app.js', false],
  ['app-3f9a1c2b.js/', false],
  ['', false],
])('%j is fingerprinted by its last segment: %s', (key, expected) => {
  const settings = { fingerprint: /-[0-9a-f]{8}\.js$/ };
  expect(isFingerprinted(settings, key)).toBe(expected);
  // Once more: a test must not depend on the one before.
  expect(isFingerprinted(settings, key)).toBe(expected);
});

test('the whole last segment is tested, and nothing before it', () => {
  expect(isFingerprinted({ fingerprint: /^[0-9a-f]{8}\.js$/ }, 'assets/3f9a1c2b.js')).toBe(true);
  expect(isFingerprinted({ fingerprint: /^[0-9a-f]{8}\.js$/ }, '3f9a1c2b.js')).toBe(true);
});

test('without a pattern no name says that its bytes never change', () => {
  expect(isFingerprinted({ fingerprint: undefined }, 'app-3f9a1c2b.js')).toBe(false);
});
