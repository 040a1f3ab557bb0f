/** Takes `aws-chunked` framing off a body. */

/** `trailers` with names in lower case. */
export type Unframed = Readonly<{ body: Uint8Array; trailers: Readonly<Record<string, string>> }>;

/**
 * Each chunk is `size in hex[;chunk-signature=...]`, a line end, the bytes, a line end; the last has size 0 and
 * is followed by trailers. Signatures are not checked.
 * Source: Amazon S3 API reference, "Signature calculations: transferring a payload in multiple chunks".
 */
export const decodeAwsChunked = (framed: Uint8Array): Unframed => {
  const bytes = Buffer.from(framed.buffer, framed.byteOffset, framed.byteLength);
  const chunks: Uint8Array[] = [];
  let at = 0;
  while (true) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const line = lineEnd < 0 ? '' : bytes.toString('latin1', at, lineEnd);
    const size = /^([0-9a-fA-F]+)(;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new Error(`expected the size of an aws-chunked chunk at byte ${at}`);
    const start = lineEnd + 2;
    const end = start + Number.parseInt(size, 16);
    if (end === start) return { body: Buffer.concat(chunks), trailers: trailersOf(bytes.subarray(start)) };
    if (end > bytes.byteLength) throw new Error(`expected ${size} (hex) bytes in a chunk, got fewer`);
    chunks.push(bytes.subarray(start, end));
    at = end + 2;
  }
};

const trailersOf = (bytes: Buffer): Record<string, string> => {
  const lines = bytes.toString('latin1').split(/\r?\n/);
  const pairs = lines.map((line) => /^([^:]+):(.*)$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()]));
};
