import { crc32c, crc64nvme } from './s3-crc.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

// The check values of the catalogue of parametrised CRC algorithms, CRC-32/ISCSI and CRC-64/NVME.
test.each([
  ['123456789', 0xe3069283, 0xae8b14860a799888n],
  ['', 0, 0n],
])('the checksums of %j are the published ones', (text, short, long) => {
  expect(crc32c(bytes(text))).toBe(short);
  expect(crc64nvme(bytes(text))).toBe(long);
});

test('a part of 8 MB takes no second', () => {
  const part = new Uint8Array(8_388_608).fill(7);
  const startedAt = performance.now();
  crc32c(part);
  crc64nvme(part);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
