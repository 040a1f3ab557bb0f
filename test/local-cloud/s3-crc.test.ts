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

// The long way: a bit at a time, as the standards define both, and so that a mistake in a table would show.
const bitwise = (polynomial: bigint, width: bigint, data: Uint8Array): bigint => {
  const ones = (1n << width) - 1n;
  let rest = ones;
  for (const byte of data) {
    rest ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1n ? (rest >> 1n) ^ polynomial : rest >> 1n;
  }
  return rest ^ ones;
};

test('the checksums of every byte in a row are those of a division bit by bit', () => {
  const all = Uint8Array.from({ length: 512 }, (_, index) => (index * 7) & 0xff);
  expect(BigInt(crc32c(all))).toBe(bitwise(0x82f63b78n, 32n, all));
  expect(crc64nvme(all)).toBe(bitwise(0x9a6c9329ac4bc9b5n, 64n, all));
});
