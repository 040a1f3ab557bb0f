import { blobName, isBlob } from '../../shared/core/blobs.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
])('the blob of %j is named by its month and its SHA-256', (text, hash) => {
  const name = blobName(bytes(text), Date.UTC(2026, 10, 30, 23, 59, 59, 999));
  expect(name).toBe(`blobs/2026-11/${hash}`);
  expect(blobName(bytes(text), Date.UTC(2026, 11, 1))).toBe(`blobs/2026-12/${hash}`);
  expect(isBlob(name, bytes(text))).toBe(true);
  expect(isBlob(name, bytes(`${text}.`))).toBe(false);
});
