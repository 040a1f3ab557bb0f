/** The distribution: what it caches and for how long, and whether anybody changed it. */

import type { Distribution, DistributionConfig } from '@aws-sdk/client-cloudfront';
import {
  type Deployment,
  type Fact,
  type Finding,
  judge,
  ok,
  quoted,
  redeploy,
  type Verdict,
  warn,
  wrong,
} from './checks.ts';

/** `distribution` and `etag` as GetDistribution gives them. */
export type Found = Readonly<{
  id: string;
  arn: string;
  domainName: string;
  etag: string;
  status: string;
  config: DistributionConfig;
}>;

/** Undefined where CloudFront left something out that every distribution has. */
export const foundOf = (distribution: Distribution, etag: string): Found | undefined => {
  const {
    Id: id,
    ARN: arn,
    DomainName: domainName,
    Status: status,
    DistributionConfig: config,
  } = distribution;
  if (!id || !arn || !domainName || !status || !config) return undefined;
  return { id, arn, domainName, etag, status, config };
};

/** A line that changes a distribution by a jq program: CloudFront takes whole configurations only. */
export const changeBy = ({ id, etag }: Pick<Found, 'id' | 'etag'>, program: string): string =>
  `aws cloudfront get-distribution-config --id ${id} --query DistributionConfig | jq ${quoted(program)} > distribution.json && ` +
  `aws cloudfront update-distribution --id ${id} --if-match ${etag} --distribution-config file://distribution.json`;

export const judgeDistribution = (distribution: Found): Verdict => {
  const { config, id, status } = distribution;
  if (config.Enabled === false) {
    return wrong(`${id} is disabled: it serves nothing`, changeBy(distribution, '.Enabled = true'));
  }
  return status === 'Deployed'
    ? ok(`${id} is enabled and deployed`)
    : warn(
        `${id} is ${status}: some edges have an older configuration`,
        `aws cloudfront wait distribution-deployed --id ${id}`,
      );
};

/** `recorded` is the head's, `now` what the distribution's facts are now; the same function makes both. */
export const judgeFingerprint = (recorded: string, now: string): Verdict =>
  recorded === now
    ? ok('its configuration and functions are those of the last invalidation')
    : warn(
        'its configuration or a function changed since the last look: the next pass invalidates everything, once',
        '# nothing to do; where nobody meant to change it: aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=UpdateDistribution --region us-east-1',
      );

const MISSING_CODES = [403, 404];
const ERROR_TTL_DEFAULT_SECONDS = 10;
/** Longer than this and a new file has to be invalidated, as if it had changed. */
const ERROR_TTL_MAX_SECONDS = 30;

export const judgeErrorCaching = (distribution: Found): Verdict => {
  const responses = distribution.config.CustomErrorResponses?.Items ?? [];
  const paged = responses.filter(
    ({ ErrorCode: code = 0, ResponsePagePath: page }) => MISSING_CODES.includes(code) && page,
  );
  const secondsOf = (code: number): number =>
    responses.find((response) => response.ErrorCode === code)?.ErrorCachingMinTTL ??
    ERROR_TTL_DEFAULT_SECONDS;
  const longest = Math.max(...MISSING_CODES.map(secondsOf));
  const shorter = changeBy(distribution, SHORT_ERRORS);
  const [page] = paged;
  const hasApi = (distribution.config.Origins?.Items ?? []).some((origin) => origin.CustomOriginConfig);
  if (page && hasApi) {
    return warn(
      `${page.ResponsePagePath} stands in for ${page.ErrorCode}, the API's as well, and is cached under every URL that was missing: each new file costs an item`,
      '# let a function rewrite such paths instead (--param routing=single-page does), then:',
      shorter,
    );
  }
  if (page)
    return ok(
      `${page.ResponsePagePath} is shown where a file is missing, for which each new file costs an item`,
    );
  return longest <= 1
    ? ok('a missing file is asked for again after a second')
    : warn(
        longest > ERROR_TTL_MAX_SECONDS
          ? `a missing file is remembered for ${longest} s: each new file costs an item`
          : `a missing file is remembered for ${longest} s: a build with new files is called live that much later`,
        shorter,
      );
};

/** Other codes stay as they are. */
const SHORT_ERRORS =
  '.CustomErrorResponses |= (([.Items[]? | select(.ErrorCode != 403 and .ErrorCode != 404)] + ' +
  '[{ErrorCode: 403, ErrorCachingMinTTL: 1, ResponsePagePath: "", ResponseCode: ""}, ' +
  '{ErrorCode: 404, ErrorCachingMinTTL: 1, ResponsePagePath: "", ResponseCode: ""}]) | {Quantity: length, Items: .})';

/** `namesWebAcl`: whether the next deployment leaves a web ACL where it is. */
export type Ownership = Deployment & Readonly<{ isOurs: boolean; namesWebAcl: boolean }>;

/**
 * A distribution in a flat-rate plan has to keep its web ACL. One that a template does not name is taken off by the
 * next deployment that changes the distribution, and CloudFront refuses that.
 * Source: CloudFront developer guide, "CloudFront flat-rate pricing plans".
 */
export const judgePlan = ({ id, config }: Found, ownership: Ownership): Verdict => {
  if (!config.WebACLId) return ok('pay as you go: no web ACL, which every flat-rate plan needs');
  if (!ownership.isOurs || ownership.namesWebAcl)
    return ok(
      `${id} has a web ACL and may be in a flat-rate plan, which changes nothing for an invalidation`,
    );
  return warn(
    `${id} has a web ACL that is not this stack's, so it may be in a flat-rate plan: a deployment that changes the distribution takes the web ACL off, which a plan refuses`,
    'aws pricing-plan-manager list-subscriptions --region us-east-1',
    ...redeploy(ownership, `webAclArn=${config.WebACLId}`),
    '# a plan has to be cancelled before the distribution can be deleted',
  );
};

/** All that is said of a distribution by itself. `recorded` is the head's fingerprint. */
export const judgeWholeDistribution = (
  distribution: Fact<Found>,
  fingerprints: Fact<Readonly<{ recorded: string; now: string }>>,
  ownership: Ownership,
): readonly Finding[] => [
  judge('distribution', distribution, judgeDistribution),
  judge('fingerprint', fingerprints, ({ recorded, now }) => judgeFingerprint(recorded, now)),
  judge('error caching', distribution, judgeErrorCaching),
  judge('flat-rate plan', distribution, (value) => judgePlan(value, ownership)),
];
