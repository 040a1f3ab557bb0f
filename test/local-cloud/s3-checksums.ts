/** Whether a body is what its sender says: S3's checksums, as headers or as trailers of `aws-chunked`. */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { S3Error } from '../world/s3.ts';
import { crc32c, crc64nvme } from './s3-crc.ts';
import type { Headers } from './s3-requests.ts';

type Digest = (body: Uint8Array) => Buffer;

const hashed =
  (algorithm: string): Digest =>
  (body) =>
    createHash(algorithm).update(body).digest();

const big32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const big64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

/** By the end of the header's name. Source: S3 user guide, "Checking object integrity". */
const DIGESTS: Readonly<Record<string, Digest>> = {
  crc32: (body) => big32(crc32(body)),
  crc32c: (body) => big32(crc32c(body)),
  crc64nvme: (body) => big64(crc64nvme(body)),
  md5: hashed('md5'),
  sha1: hashed('sha1'),
  sha256: hashed('sha256'),
  sha512: hashed('sha512'),
};

const PREFIX = 'x-amz-checksum-';

/** These begin like checksums and are settings. */
const SETTINGS: ReadonlySet<string> = new Set(['algorithm', 'mode', 'type']);

const invalid = (message: string): S3Error => new S3Error('InvalidRequest', 400, message);

/**
 * Call it with the trailers among the headers. Throws BadDigest for a body that is not what its sender says,
 * InvalidRequest or InvalidDigest for what can be no checksum, MalformedTrailerError for a trailer that was
 * announced and did not come, NotImplemented for an algorithm that is not looked at: never passes one unseen.
 */
export const mustMatchChecksum = (headers: Headers, body: Uint8Array): void => {
  mustMatchMd5(headers['content-md5'], body);
  const announced = announcedOf(headers);
  const sent = Object.keys(headers)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length))
    .filter((algorithm) => !SETTINGS.has(algorithm));
  if (announced !== undefined && !sent.includes(announced)) throw malformedTrailer();
  const [algorithm] = sent;
  mustBeTheOneNamed(headers, sent);
  if (algorithm !== undefined) mustMatch(headers, algorithm, announced === algorithm, body);
};

/** The algorithm whose checksum is to come as a trailer. */
const announcedOf = ({ 'x-amz-trailer': trailer = '' }: Headers): string | undefined => {
  const name = trailer.trim().toLowerCase();
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
};

const mustBeTheOneNamed = (headers: Headers, sent: readonly string[]): void => {
  if (sent.length > 1) {
    throw invalid('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  const named = headers['x-amz-sdk-checksum-algorithm']?.toLowerCase();
  // Older clients name MD5 here and send it as Content-MD5.
  if (named === undefined || (named === 'md5' && headers['content-md5'] !== undefined)) return;
  const [algorithm] = sent;
  if (algorithm === undefined) {
    const because = 'no corresponding x-amz-checksum-* or x-amz-trailer headers were found.';
    throw invalid(`x-amz-sdk-checksum-algorithm specified, but ${because}`);
  }
  if (named !== algorithm) throw invalid('Value for x-amz-sdk-checksum-algorithm header is invalid.');
};

const mustMatch = (headers: Headers, algorithm: string, isTrailer: boolean, body: Uint8Array): void => {
  const digest = Object.hasOwn(DIGESTS, algorithm) ? DIGESTS[algorithm] : undefined;
  const name = PREFIX + algorithm;
  if (!digest) throw new S3Error('NotImplemented', 501, `${name} is not part of the local cloud.`);
  const value = headers[name] ?? '';
  const computed = digest(body).toString('base64');
  if (value === computed) return;
  if (!isOfLength(value, computed)) {
    throw invalid(`Value for ${name} ${isTrailer ? 'trailing ' : ''}header is invalid.`);
  }
  const shown = algorithm.toUpperCase();
  throw new S3Error('BadDigest', 400, `The ${shown} you specified did not match the calculated checksum.`);
};

const mustMatchMd5 = (value: string | undefined, body: Uint8Array): void => {
  if (value === undefined) return;
  const computed = hashed('md5')(body).toString('base64');
  if (value === computed) return;
  if (!isOfLength(value, computed)) {
    throw new S3Error('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.');
  }
  throw new S3Error('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.');
};

/** Base64 of as many bytes as another; Buffer alone would read over what is not Base64. */
const isOfLength = (value: string, other: string): boolean => {
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value && value.length === other.length;
};

const malformedTrailer = (): S3Error =>
  new S3Error(
    'MalformedTrailerError',
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
