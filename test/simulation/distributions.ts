/** The distributions of the simulation: with our viewer-request function, or attached to one that has none. */

import { createRequire } from 'node:module';
import type { PathRules } from '../../shared/core/paths.ts';
import { type DistributionModel, defaultDistribution } from '../world/cloudfront.ts';
import type { ViewerFunction } from '../world/cloudfront-config.ts';
import type { SiteModel } from './schedule.ts';

const { viewerRequestCode } = createRequire(import.meta.url)('../../resources/viewer-request.cjs') as {
  viewerRequestCode(settings: Readonly<{ routing: string; defaultRootObject: string }>): string;
};

/** One object a function, since the model compiles each once. */
const functions = new Map<string, ViewerFunction>();

const functionOf = ({ routing, defaultRootObject }: PathRules): ViewerFunction => {
  const name = `${routing} ${defaultRootObject}`;
  const known = functions.get(name) ?? {
    name: 'viewer-request',
    arn: 'arn:aws:cloudfront::123456789012:function/viewer-request',
    code: viewerRequestCode({ routing, defaultRootObject }),
    etag: `E${name}`,
  };
  functions.set(name, known);
  return known;
};

/** What S3 answers for a missing key, with and without permission to list. */
const MISSING_CODES = [403, 404];

export const distributionOf = (
  { defaultRootObject, errorTtlSeconds }: SiteModel,
  paths: PathRules,
  errorPage: string,
): DistributionModel => {
  const plain = defaultDistribution();
  return {
    ...plain,
    defaultRootObject,
    defaultBehaviour: {
      ...plain.defaultBehaviour,
      ...(paths.canonical ? { viewerRequest: functionOf(paths) } : {}),
    },
    customErrorResponses: MISSING_CODES.map((code) => ({
      code,
      errorCachingMinTtlSeconds: errorTtlSeconds,
      ...(errorPage === '' ? {} : { responsePage: errorPage, responseCode: 200 }),
    })),
  };
};
