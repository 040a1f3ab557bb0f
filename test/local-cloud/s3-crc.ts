/** The two checksums of S3 that Node.js does not have. */

/** Both are bit-reflected: the lowest bit of a byte goes first. Source: RFC 3720 for CRC-32C, NVM Express for CRC-64/NVME. */
const CRC32C_POLYNOMIAL = 0x82f63b78n;
const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

type Table = Readonly<{ high: Uint32Array; low: Uint32Array }>;

const tableOf = (polynomial: bigint): Table => {
  const table = { high: new Uint32Array(256), low: new Uint32Array(256) };
  for (let byte = 0; byte < 256; byte += 1) {
    let rest = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1n ? (rest >> 1n) ^ polynomial : rest >> 1n;
    table.high[byte] = Number(rest >> 32n);
    table.low[byte] = Number(rest & 0xffff_ffffn);
  }
  return table;
};

const ofCrc32c = tableOf(CRC32C_POLYNOMIAL);
const ofCrc64nvme = tableOf(CRC64NVME_POLYNOMIAL);

/** Unsigned, 32 bits. */
export const crc32c = (bytes: Uint8Array): number => {
  let crc = -1;
  for (const byte of bytes) crc = (ofCrc32c.low[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
};

/** Unsigned, 64 bits. In two halves: big integers take seconds for a part of 8 MB. */
export const crc64nvme = (bytes: Uint8Array): bigint => {
  let high = -1;
  let low = -1;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = (ofCrc64nvme.low[index] ?? 0) ^ ((low >>> 8) | (high << 24));
    high = (ofCrc64nvme.high[index] ?? 0) ^ (high >>> 8);
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
};
