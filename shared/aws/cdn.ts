/** The CDN port over CloudFront's API. */

import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  DescribeFunctionCommand,
  GetDistributionCommand,
  GetInvalidationCommand,
} from '@aws-sdk/client-cloudfront';
import { createdFromRefusal, refusalOf } from '../core/answers.ts';
import { distributionFacts, functionNames } from '../core/distribution.ts';
import type { Cdn } from '../ports.ts';

/**
 * `writer` must make one attempt only: whether a call is made again is the protocol's to say. Throws the
 * SDK's errors where the port has no answer for them.
 */
export const cdnAdapter = (
  reader: CloudFrontClient,
  writer: CloudFrontClient,
  distributionId: string,
): Cdn => ({
  create: async (reference, items) => {
    try {
      const { Invalidation: made } = await writer.send(
        new CreateInvalidationCommand({
          DistributionId: distributionId,
          InvalidationBatch: {
            CallerReference: reference,
            Paths: { Quantity: items.length, Items: [...items] },
          },
        }),
      );
      const id = made?.Id;
      return id ? { kind: 'created', id } : { kind: 'later', because: 'CloudFront gave no invalidation id' };
    } catch (error) {
      return createdFromRefusal(refusalOf(error));
    }
  },

  status: async (invalidationId) => {
    try {
      const { Invalidation: found } = await reader.send(
        new GetInvalidationCommand({ DistributionId: distributionId, Id: invalidationId }),
      );
      return found?.Status === 'Completed' ? 'completed' : 'in-progress';
    } catch (error) {
      if (refusalOf(error).name === 'NoSuchInvalidation') return 'missing';
      throw error;
    }
  },

  distribution: async () => {
    const { Distribution: found } = await reader.send(new GetDistributionCommand({ Id: distributionId }));
    const config = found?.DistributionConfig;
    if (!config) throw new Error(`expected the configuration of distribution ${distributionId}, got none`);
    const functionEtags = new Map<string, string>();
    for (const name of functionNames(config)) {
      const { ETag: etag = '' } = await reader.send(
        new DescribeFunctionCommand({ Name: name, Stage: 'LIVE' }),
      );
      functionEtags.set(name, etag);
    }
    const modifiedAt = found.LastModifiedTime?.getTime() ?? 0;
    return distributionFacts(config, found.Status ?? '', functionEtags, modifiedAt);
  },
});
