/** The packaged handlers with their real SDK clients, in processes of their own, against the local cloud. */

import { type Cloud, type Fact, HANDLERS_KEY, SITE_BUCKET, startCloud } from '../local-cloud/cloud.ts';
import { packageTemplate } from '../package-template.ts';

const facts: Fact[] = [];
const logs: string[] = [];
let cloud: Cloud;

const put = (key: string, text: string): void => {
  cloud.s3.put(SITE_BUCKET, key, new TextEncoder().encode(text), { contentType: 'text/html' });
};

const quiet = async (): Promise<void> => {
  while (!cloud.isQuiet()) await new Promise((resolve) => setTimeout(resolve, 25));
};

const served = (path: string): Promise<readonly string[]> =>
  Promise.all(cloud.edgeUrls.map(async (url) => (await fetch(url + path)).text()));

beforeAll(async () => {
  const { template, bundles } = await packageTemplate();
  cloud = await startCloud({
    template,
    bundles,
    functions: ['invalidate', 'followInvalidation'],
    environment: { QUIET_MS: '0' },
    timing: { arrivalMs: [5, 20], completionMs: [5, 20] },
    onFact: (fact) => facts.push(fact),
    onLog: (line) => logs.push(line),
  });
  for (const key of ['index.html', 'about.html', 'logo.svg']) put(key, `${key} 1`);
  cloud.tick();
  await quiet();
  await Promise.all(['/', '/about.html', '/logo.svg'].map(served));
});

afterAll(() => cloud.stop());

test('an upload becomes one exact invalidation, and visitors get the new page', async () => {
  const before = cloud.cloudfront.listInvalidations().length;
  put('about.html', 'about.html 2');
  put('logo.svg', 'logo.svg 1');
  await quiet();
  const invalidations = cloud.cloudfront.listInvalidations().slice(0, -before);
  expect(invalidations.map(({ items }) => items)).toEqual([['/about.html']]);
  expect(await served('/about.html')).toEqual(['about.html 2', 'about.html 2']);
});

test('nothing is logged but facts, and no credential in any of them', () => {
  expect(logs).toEqual([]);
  expect(facts.length).toBeGreaterThan(0);
  expect(JSON.stringify(facts)).not.toContain(HANDLERS_KEY);
});

test('the handlers call nothing that the local cloud does not have', () => {
  expect(cloud.calls.filter(({ status }) => status === 501)).toEqual([]);
  expect(cloud.calls.length).toBeGreaterThan(10);
});
