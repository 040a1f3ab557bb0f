/** Each question, put to a model of CloudFront that has one answer: the experiment finds it, or says that it cannot. */

import { createRequire } from 'node:module';
import { tableOf, verdictOf } from '../../shared/conformance/experiment-verdicts.ts';
import { type ConformancePorts, ITEMS_MOST, settle } from '../../shared/conformance/experiments.ts';
import { parseOptions } from '../../shared/conformance/options.ts';
import { bucketOf } from '../../shared/conformance/run.ts';
import { cdnPort } from '../simulation/ports/cdn.ts';
import { edgePort } from '../simulation/ports/edge.ts';
import {
  allSwitches,
  createCloudFront,
  type DistributionModel,
  defaultDistribution,
  type Switches,
  s3Origin,
} from '../world/cloudfront.ts';
import { createS3 } from '../world/s3.ts';

const { viewerRequestCode } = createRequire(import.meta.url)('../../resources/viewer-request.cjs') as {
  viewerRequestCode(settings: { routing: string; defaultRootObject: string }): string;
};

const { defaultBehaviour } = defaultDistribution();
const WITH_FUNCTION: Partial<DistributionModel> = {
  defaultBehaviour: {
    ...defaultBehaviour,
    viewerRequest: {
      name: 'request',
      arn: 'arn:aws:cloudfront::000000000000:function/request',
      code: viewerRequestCode({ routing: 'none', defaultRootObject: 'index.html' }),
      etag: 'E1',
    },
  },
};
const WITH_PAGE: Partial<DistributionModel> = {
  customErrorResponses: [403, 404].map((code) => ({
    code,
    responsePage: '/404.html',
    responseCode: 404,
    errorCachingMinTtlSeconds: 5,
  })),
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const world = (switches: Partial<Switches> = {}, distribution: Partial<DistributionModel> = {}) => {
  let time = Date.UTC(2026, 10, 23, 12);
  let ids = 0;
  const now = (): number => time;
  const id = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const s3 = createS3({ now, id, onEvent: () => undefined });
  s3.createBucket('site', { versioning: 'enabled', eventBridge: false });
  s3.put('site', 'index.html', bytes('home'));
  s3.put('site', '404.html', bytes('not here'));
  const config = defaultDistribution(distribution);
  const cloudfront = createCloudFront({
    now,
    id,
    random: () => 0.5,
    config,
    origins: Object.fromEntries(config.origins.map((origin) => [origin.id, s3Origin(s3, 'site')])),
    switches: { ...switches },
  });
  const ports: ConformancePorts = {
    clock: {
      now,
      sleep: async (ms) => {
        time += ms;
      },
    },
    random: { id },
    cdn: cdnPort(cloudfront),
    edge: edgePort(cloudfront, 0),
    put: async (key, body) => void s3.put('site', key, bytes(body)),
    tell: () => undefined,
  };
  const facts = {
    defaultRootObject: config.defaultRootObject,
    errorResponses: config.customErrorResponses.map(({ code, responsePage, errorCachingMinTtlSeconds }) => ({
      code,
      ttlSeconds: errorCachingMinTtlSeconds,
      ...(responsePage === undefined ? {} : { page: responsePage }),
    })),
  };
  return {
    cloudfront,
    ports,
    items: () => cloudfront.listInvalidations().flatMap(({ items }) => items).length,
    settle: async (more: Partial<ConformancePorts> = {}) => {
      const verdicts = await settle({ ...ports, ...more }, 'afterbuild-conformance/1/', facts);
      return Object.fromEntries(
        verdicts.map((verdict) => [
          verdict.question,
          verdict.kind === 'settled' ? verdict.reading : `undecided: ${verdict.because}`,
        ]),
      );
    },
  };
};

const combinations = allSwitches()
  .filter(({ quotas }) => quotas === 'old')
  .map((switches) => [Object.values(switches).join(', '), switches] as const);

test.each(combinations)('at edges that are %s each answer is found', async (_case, switches) => {
  const { settle: run, items } = world(switches, { ...WITH_FUNCTION, ...WITH_PAGE });
  const { matching, root, rewritten, errorPageTtl } = switches;
  expect(await run()).toMatchObject({ matching, root, rewritten, errorPageTtl });
  expect(items()).toBeLessThanOrEqual(ITEMS_MOST);
});

test('what is not tried is said to be undecided', async () => {
  expect(await world().settle()).toMatchObject({
    quotas: expect.stringMatching(/^undecided: not tried/),
    eventKeys: expect.stringMatching(/^undecided: not tried/),
  });
});

describe('nothing is guessed', () => {
  test('without a function that rewrites', async () => {
    expect((await world().settle())['rewritten']).toMatch(/^undecided: no function/);
  });

  test('without a default root object', async () => {
    expect((await world({}, { defaultRootObject: '' }).settle())['root']).toMatch(
      /^undecided: .*no default root object/,
    );
  });

  test('without a page for errors', async () => {
    expect((await world().settle())['errorPageTtl']).toMatch(/^undecided: .*no page/);
  });

  test('at an edge that keeps nothing', async () => {
    const one = world();
    one.cloudfront.setSabotage('never-cache');
    const verdicts = await one.settle();
    expect(verdicts['matching']).toMatch(/^undecided: .*was not kept at the edge/);
    expect(one.items()).toBe(0);
  });

  test('at an edge that also lost what nobody purged', async () => {
    const one = world();
    let purged = false;
    const verdicts = await one.settle({
      cdn: {
        ...one.ports.cdn,
        create: (...given) => {
          purged = true;
          return one.ports.cdn.create(...given);
        },
      },
      edge: {
        get: async (...given) => {
          const answer = await one.ports.edge.get(...given);
          return purged && answer.kind === 'answer' ? { ...answer, cache: 'miss' } : answer;
        },
      },
    });
    expect(verdicts['matching']).toMatch(/^undecided: the edge also lost/);
  });

  test('where the edge cannot be asked, or CloudFront refuses', async () => {
    const silent = await world().settle({
      edge: { get: async () => ({ kind: 'no-answer', because: 'timeout' }) },
    });
    expect(silent['matching']).toMatch(/^undecided: .*timeout/);
    const one = world();
    const refused = await one.settle({
      cdn: { ...one.ports.cdn, create: async () => ({ kind: 'denied', because: 'AccessDenied' }) },
    });
    expect(refused['matching']).toMatch(/^undecided: CloudFront answered denied/);
  });

  test('where an invalidation is never completed', async () => {
    const one = world();
    const verdicts = await one.settle({ cdn: { ...one.ports.cdn, status: async () => 'in-progress' } });
    expect(verdicts['matching']).toMatch(/^undecided: .*not completed within 180 s/);
  });
});

test('the table has a row for each question, whatever came of it', () => {
  const table = tableOf([
    verdictOf('root', { kind: 'evidence', subject: 'kept', control: 'kept' }),
    verdictOf('matching', { kind: 'none', because: 'timeout' }),
  ]);
  expect(table.split('\n')).toHaveLength(4);
  expect(table).toContain('| **two** |');
  expect(table).toContain('| undecided | timeout |');
});

test.each([
  ['my-site.s3.eu-west-1.amazonaws.com', 'my-site'],
  ['my.site.s3.amazonaws.com', 'my.site'],
  ['my-site.s3-eu-west-1.amazonaws.com', 'my-site'],
  ['api.example.com', undefined],
])('%s is the bucket %s', (domain, bucket) => {
  expect(bucketOf(domain)).toBe(bucket);
});

test.each([
  ['no distribution', [], /--distribution: expected the id/],
  ['an ARN', ['--distribution', 'arn:aws:cloudfront::1:distribution/E1'], /--distribution/],
  ['a path behind the edge', ['--distribution', 'E2QWRUHAPOMQZL', '--edge', 'https://a.example/x'], /--edge/],
  ['an unknown option', ['--fast'], /--fast/],
])('%s is refused by name', (_case, args, because) => {
  expect(parseOptions(args)).toEqual({ kind: 'wrong', because: expect.stringMatching(because) });
});
