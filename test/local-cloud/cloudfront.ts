/** CloudFront's REST-XML API of version 2020-05-31 over the model of one distribution. */

import { type CloudFront, CloudFrontError, type Invalidation } from '../world/cloudfront.ts';
import { managedCachePolicies } from '../world/cloudfront-config.ts';
import { distributionConfig, functionsOf } from '../world/cloudfront-describe.ts';
import { cloudfrontDocument, listOf, readInvalidationBatch } from './cloudfront-xml.ts';
import type { Service, WireRequest, WireResponse } from './wire.ts';
import type { Xml } from './xml.ts';

type Answer = (cloudfront: CloudFront, request: WireRequest, names: readonly string[]) => WireResponse;

/** The groups of `path` are the names that the answer is asked for, percent-decoded. */
type Route = Readonly<{ operation: string; method: string; path: RegExp; answer: Answer }>;

/** Calls for another distribution than the model's get NoSuchDistribution. */
export const cloudfrontService = (cloudfront: CloudFront): Service => ({
  operation: (request) => find(request)?.route.operation ?? 'Unknown',
  answer: (request) => {
    const found = find(request);
    if (!found) return failure('NotImplemented', 501, `${request.method} ${request.path} is not known here.`);
    try {
      return found.route.answer(cloudfront, request, found.names);
    } catch (error) {
      if (error instanceof CloudFrontError) return failure(error.name, error.status, error.message);
      throw error;
    }
  },
});

const find = ({ method, path }: WireRequest): { route: Route; names: readonly string[] } | undefined => {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, names: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
};

const createInvalidation: Answer = (cloudfront, { body, path }, [id = '']) => {
  cloudfront.mustBe(id);
  const batch = readInvalidationBatch(new TextDecoder().decode(body));
  if (!batch) throw new CloudFrontError('MalformedXML', 400, 'Expected an InvalidationBatch.');
  const { callerReference, quantity, items } = batch;
  if (quantity !== items.length) {
    const because = `The value of Quantity is ${quantity}, the number of Items ${items.length}.`;
    throw new CloudFrontError('InconsistentQuantities', 400, because);
  }
  const made = cloudfront.createInvalidation(callerReference, items);
  return xml(201, cloudfrontDocument('Invalidation', invalidation(made)), { location: `${path}/${made.id}` });
};

const getInvalidation: Answer = (cloudfront, _request, [distributionId = '', id = '']) => {
  cloudfront.mustBe(distributionId);
  return xml(200, cloudfrontDocument('Invalidation', invalidation(cloudfront.getInvalidation(id))));
};

const listMax = 100;

const listInvalidations: Answer = (cloudfront, { query }, [id = '']) => {
  cloudfront.mustBe(id);
  const asked = new URLSearchParams(query);
  const marker = asked.get('Marker') ?? '';
  const max = Math.min(Number(asked.get('MaxItems') ?? listMax), listMax);
  const all = cloudfront.listInvalidations();
  // A marker is the last id of the page before.
  const from = marker === '' ? 0 : all.findIndex((one) => one.id === marker) + 1;
  const page = all.slice(from, from + max);
  const isTruncated = from + max < all.length;
  const summaries = page.map(({ id: Id, createdAt, status: Status }) => ({
    Id,
    CreateTime: time(createdAt),
    Status,
  }));
  return xml(
    200,
    cloudfrontDocument('InvalidationList', {
      Marker: marker,
      NextMarker: isTruncated ? page.at(-1)?.id : undefined,
      MaxItems: max,
      IsTruncated: isTruncated,
      ...listOf('InvalidationSummary', summaries),
    }),
  );
};

const getDistribution: Answer = (cloudfront, _request, [id = '']) => {
  cloudfront.mustBe(id);
  const { config, status, lastModifiedAt, inProgressInvalidations } = cloudfront.getDistribution();
  const content = {
    Id: config.id,
    ARN: `arn:aws:cloudfront::123456789012:distribution/${config.id}`,
    Status: status,
    LastModifiedTime: time(lastModifiedAt),
    InProgressInvalidationBatches: inProgressInvalidations,
    DomainName: config.domainName,
    DistributionConfig: configContent(cloudfront),
  };
  return xml(200, cloudfrontDocument('Distribution', content), { etag: `E${lastModifiedAt}` });
};

const getDistributionConfig: Answer = (cloudfront, _request, [id = '']) => {
  cloudfront.mustBe(id);
  const etag = `E${cloudfront.getDistribution().lastModifiedAt}`;
  return xml(200, cloudfrontDocument('DistributionConfig', configContent(cloudfront)), { etag });
};

/** All that there is: the model's own. */
const listDistributions: Answer = (cloudfront) => {
  const { config, status, lastModifiedAt } = cloudfront.getDistribution();
  const summary = {
    Id: config.id,
    ARN: `arn:aws:cloudfront::123456789012:distribution/${config.id}`,
    Status: status,
    LastModifiedTime: time(lastModifiedAt),
    DomainName: config.domainName,
    Aliases: { Quantity: 0 },
    ...configContent(cloudfront),
    CallerReference: undefined,
  };
  return xml(
    200,
    cloudfrontDocument('DistributionList', {
      Marker: '',
      MaxItems: listMax,
      IsTruncated: false,
      ...listOf('DistributionSummary', [summary]),
    }),
  );
};

const getCachePolicy: Answer = (_cloudfront, _request, [id = '']) => {
  const found = managedCachePolicies.get(id);
  if (!found) throw new CloudFrontError('NoSuchCachePolicy', 404, `The cache policy ${id} does not exist.`);
  const { minTtlSeconds, defaultTtlSeconds, maxTtlSeconds, gzip, brotli } = found;
  const config = {
    Name: id,
    MinTTL: minTtlSeconds,
    DefaultTTL: defaultTtlSeconds,
    MaxTTL: maxTtlSeconds,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: gzip,
      EnableAcceptEncodingBrotli: brotli,
      HeadersConfig: { HeaderBehavior: 'none' },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'none' },
    },
  };
  const content = { Id: id, LastModifiedTime: time(0), CachePolicyConfig: config };
  return xml(200, cloudfrontDocument('CachePolicy', content), { etag: 'E1' });
};

const describeFunction: Answer = (cloudfront, _request, [name = '']) => {
  const { config, lastModifiedAt } = cloudfront.getDistribution();
  const found = functionsOf(config).get(name);
  if (!found) throw new CloudFrontError('NoSuchFunctionExists', 404, `The function ${name} does not exist.`);
  const content = {
    Name: found.name,
    Status: 'DEPLOYED',
    FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
    FunctionMetadata: { FunctionARN: found.arn, Stage: 'LIVE', LastModifiedTime: time(lastModifiedAt) },
  };
  return xml(200, cloudfrontDocument('FunctionSummary', content), { etag: found.etag });
};

const root = '^/2020-05-31';
const one = '([^/]+)';

const routes: readonly Route[] = [
  ['CreateInvalidation', 'POST', `/distribution/${one}/invalidation`, createInvalidation] as const,
  ['ListInvalidations', 'GET', `/distribution/${one}/invalidation`, listInvalidations] as const,
  ['GetInvalidation', 'GET', `/distribution/${one}/invalidation/${one}`, getInvalidation] as const,
  ['ListDistributions', 'GET', '/distribution', listDistributions] as const,
  ['GetDistribution', 'GET', `/distribution/${one}`, getDistribution] as const,
  ['GetDistributionConfig', 'GET', `/distribution/${one}/config`, getDistributionConfig] as const,
  ['GetCachePolicy', 'GET', `/cache-policy/${one}`, getCachePolicy] as const,
  ['DescribeFunction', 'GET', `/function/${one}/describe`, describeFunction] as const,
].map(([operation, method, path, answer]) => ({
  operation,
  method,
  path: new RegExp(`${root}${path}/?$`),
  answer,
}));

const time = (at: number): string => new Date(at).toISOString();

const invalidation = ({ id, status, createdAt, callerReference, items }: Invalidation) => ({
  Id: id,
  Status: status,
  CreateTime: time(createdAt),
  InvalidationBatch: { Paths: listOf('Path', items), CallerReference: callerReference },
});

/** Lists ({ Items }) become CloudFront's: the item's name is the list's without its last letter. */
const withLists = (value: unknown, name: string): Xml | undefined => {
  if (typeof value !== 'object' || value === null) return value as Xml | undefined;
  const { Items: items } = value as { Items?: readonly unknown[] };
  if (items)
    return listOf(
      name.slice(0, -1),
      items.map((item) => withLists(item, name) ?? ''),
    );
  return Object.fromEntries(Object.entries(value).map(([child, inner]) => [child, withLists(inner, child)]));
};

const configContent = (cloudfront: CloudFront): Record<string, Xml | undefined> => {
  const { config } = cloudfront.getDistribution();
  const content = withLists(distributionConfig(config), 'DistributionConfig') as Record<string, Xml>;
  return { CallerReference: config.id, ...content, Comment: '', PriceClass: 'PriceClass_All', Enabled: true };
};

const xml = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml', ...headers },
  body,
});

const failure = (code: string, status: number, message: string): WireResponse => {
  const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
  return xml(status, cloudfrontDocument('ErrorResponse', { Error: error, RequestId: 'local' }));
};
