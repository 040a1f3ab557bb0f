/** Reads an AWS request off the wire: whose call it is, which service it is for, its body without framing. */

import type { IncomingMessage } from 'node:http';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { WireRequest } from './wire.ts';

export const readRequest = async (
  incoming: IncomingMessage,
): Promise<Readonly<{ service: string; request: WireRequest }>> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { path, query } = splitTarget(incoming.url ?? '/');
  const headers = headersOf(incoming);
  const { service, accessKeyId } = credentialOf(headers['authorization'] ?? '', query);
  const plain = unframed(headers, Buffer.concat(chunks));
  return { service, request: { method: incoming.method ?? 'GET', path, query, ...plain, accessKeyId } };
};

const splitTarget = (target: string): { path: string; query: string } => {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
};

/** A header sent more than once is joined with commas. */
const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value = '']) => [name, [value].flat().join(', ')]));

/** `Credential=AKID/date/region/service/aws4_request`; what is not signed can only be S3's. */
const credentialOf = (authorization: string, query: string): { service: string; accessKeyId: string } => {
  const signed = /Credential=([^,\s]+)/.exec(authorization)?.[1];
  const credential = signed ?? new URLSearchParams(query).get('X-Amz-Credential') ?? '';
  const parts = credential.split('/');
  return parts.length < 5
    ? { service: 's3', accessKeyId: parts[0] ?? '' }
    : { service: parts.at(-2) ?? '', accessKeyId: parts.slice(0, -4).join('/') };
};

/** `aws-chunked` is how a body was sent, and not a content encoding to store. */
const unframed = (
  headers: Record<string, string>,
  body: Uint8Array,
): { headers: Record<string, string>; body: Uint8Array } => {
  const encodings = (headers['content-encoding'] ?? '').split(',').map((one) => one.trim());
  const isChunked =
    encodings.includes('aws-chunked') || headers['x-amz-content-sha256']?.startsWith('STREAMING-');
  if (!isChunked) return { headers, body };
  const { body: decoded, trailers } = decodeAwsChunked(body);
  const { 'content-encoding': _framing, ...rest } = headers;
  const left = encodings.filter((one) => one !== 'aws-chunked' && one !== '').join(',');
  return {
    headers: { ...rest, ...(left === '' ? {} : { 'content-encoding': left }), ...trailers },
    body: decoded,
  };
};
