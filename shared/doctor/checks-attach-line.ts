/** The line that attaches, and what has to be done by hand at a distribution that is somebody else's. */

import type { CacheBehavior, DistributionConfig } from '@aws-sdk/client-cloudfront';
import { quoted } from './checks.ts';
import { siteOrigin } from './checks-access.ts';
import type { Found } from './checks-distribution.ts';

export type AttachWish = Readonly<{
  bucket: string;
  stage: string;
  /** The bucket's: its events are heard nowhere else. */
  region: string;
  /** Empty where no build project is followed. */
  buildProject: string;
}>;

/** The params are those of serverless.yml; without a build project none is made, because it would overwrite the site. */
export const attachLine = ({ id, domainName, config }: Found, wish: AttachWish): string => {
  const params: readonly (readonly [string, string])[] = [
    ['siteBucket', wish.bucket],
    ['distributionId', id],
    ['distributionDomain', domainName],
    ...(config.DefaultRootObject ? [['defaultRootObject', config.DefaultRootObject] as const] : []),
    wish.buildProject === '' ? ['makeBuildProject', 'false'] : ['buildProject', wish.buildProject],
    ...apiParams(config),
  ];
  const pairs = params.map(([name, value]) => `--param ${quoted(`${name}=${value}`)}`);
  return `npx serverless deploy --stage ${wish.stage} --region ${wish.region} ${pairs.join(' ')}`;
};

/** The API that the distribution already passes requests on to, so that its health is followed too. */
const apiParams = ({
  CacheBehaviors: behaviours,
  Origins: origins,
}: DistributionConfig): readonly (readonly [string, string])[] => {
  const behaviour = (behaviours?.Items ?? []).find(({ PathPattern: pattern = '' }) =>
    /^\/?api\/\*$/.test(pattern),
  );
  const host = behaviour && hostOf(behaviour, origins);
  return host === undefined ? [] : [['apiDomain', host]];
};

const hostOf = (behaviour: CacheBehavior, origins: DistributionConfig['Origins']): string | undefined => {
  const origin = origins?.Items?.find(({ Id: id }) => id === behaviour.TargetOriginId);
  return origin?.CustomOriginConfig ? origin.DomainName : undefined;
};

/** What a stack cannot give a distribution that is not its own; as notes of a shell. */
export const attachNotes = ({ id, config }: Found): readonly string[] => [
  '# The rest is up to you, because a deployment leaves this distribution as it is:',
  ...(siteOrigin(config)?.OriginPath
    ? [
        `# - The site is the folder ${siteOrigin(config)?.OriginPath} of the bucket; each pass reads that from ${id}.`,
      ]
    : []),
  '# - /_status/*: the status page gets a distribution of its own (output StatusUrl). To have it at the site, add an',
  '#   origin for the state bucket with the path /public and an origin access control, a behaviour /_status/* that',
  '#   uses it, and let this distribution read public/* in the policy of the state bucket.',
  '# - Functions: without the viewer-request function each spelling of a URL (%7E and ~, /dir and /dir/) is a cache',
  '#   entry of its own; those that Afterbuild knows are invalidated. Where a function of yours routes URLs without',
  '#   an extension, say which way: --param routing=single-page or --param routing=directory.',
  '# - Headers: browsers keep what has no Cache-Control as they like, and no invalidation reaches them. Upload with',
  '#   Cache-Control: no-cache for pages and max-age=31536000, immutable for fingerprinted names, or add them with a',
  `#   response headers policy: aws cloudfront create-response-headers-policy, then name it in the behaviours of ${id}.`,
];
