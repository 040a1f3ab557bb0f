/** The edge port directly on one edge of the CloudFront model; the model answers at once, before any deadline. */

import { createHash } from 'node:crypto';
import { bodyBytesMax } from '../../../shared/aws/edge.ts';
import type { Edge } from '../../../shared/ports.ts';
import type { CloudFront } from '../../world/cloudfront.ts';

export const edgePort = (cloudfront: CloudFront, edge: number): Edge => ({
  get: async (path) => {
    const { status, headers, body, cache } = cloudfront.get(edge, { target: path });
    const etag = headers['etag']?.replace(/^W\//, '').replaceAll('"', '');
    const pop = headers['x-amz-cf-pop'];
    return {
      kind: 'answer',
      status,
      ...(etag === undefined ? {} : { etag }),
      ...(body.byteLength > bodyBytesMax ? {} : { md5: createHash('md5').update(body).digest('hex') }),
      ...(pop === undefined ? {} : { pop }),
      cache,
    };
  },
});
