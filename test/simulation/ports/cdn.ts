/** The CDN port directly on the CloudFront model. */

import { createdFromRefusal, refusalOf } from '../../../shared/core/answers.ts';
import { distributionFacts } from '../../../shared/core/distribution.ts';
import type { Cdn } from '../../../shared/ports.ts';
import { type CloudFront, CloudFrontError } from '../../world/cloudfront.ts';
import { distributionConfig, functionsOf } from '../../world/cloudfront-describe.ts';

/** Another `distributionId` than the model's answers as CloudFront does: there is no such distribution. */
export const cdnPort = (
  cloudfront: CloudFront,
  distributionId = cloudfront.getDistribution().config.id,
): Cdn => ({
  create: async (reference, items) => {
    try {
      cloudfront.mustBe(distributionId);
      return { kind: 'created', id: cloudfront.createInvalidation(reference, items).id };
    } catch (error) {
      if (error instanceof CloudFrontError) return createdFromRefusal(refusalOf(error));
      throw error;
    }
  },

  status: async (invalidationId) => {
    try {
      cloudfront.mustBe(distributionId);
      const { status } = cloudfront.getInvalidation(invalidationId);
      return status === 'Completed' ? 'completed' : 'in-progress';
    } catch (error) {
      if (error instanceof CloudFrontError && error.name === 'NoSuchInvalidation') return 'missing';
      throw error;
    }
  },

  distribution: async () => {
    cloudfront.mustBe(distributionId);
    const { status, config, lastModifiedAt } = cloudfront.getDistribution();
    const functions = [...functionsOf(config)];
    const functionEtags = new Map(functions.map(([name, { etag }]) => [name, etag]));
    return distributionFacts(distributionConfig(config), status, functionEtags, lastModifiedAt);
  },
});
