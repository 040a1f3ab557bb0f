/** What visitors get of a site that is edited, broken and mended. */

import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Browser } from 'playwright-core';
import { type Claims, mustEqual } from '../claims.ts';
import type { Running } from '../start/running.ts';
import { edgesOf, edit, isStatus, look } from './looking.ts';
import { theStatusPageTellsOfAFailedBuild } from './status-now-claims.ts';

export const showsTheSample = async (
  { claimed }: Claims,
  browser: Browser,
  running: Running,
): Promise<void> => {
  for (const [index, edge] of edgesOf(running).entries()) {
    await claimed(`edge ${index} shows the sample, with the answers of its API`, async () => {
      const { heading, items } = await look(browser, `${edge}/`);
      mustEqual(heading, 'Items');
      if (items === 0) throw new Error('expected items of the API, got none');
    });
  }
};

/** What browsers are told to keep: no invalidation reaches them. */
export const browsersKeepNothingStale = async ({ claimed }: Claims, { ready }: Running): Promise<void> => {
  const told = async (path: string) => {
    const answer = await fetch(ready.site + path);
    return { status: answer.status, keep: answer.headers.get('cache-control'), text: await answer.text() };
  };
  const [, asset = ''] = /src="(\/assets\/[^"]+\.js)"/.exec((await told('/')).text) ?? [];
  await claimed(
    'a file with a fingerprint may be kept for ever, a page has to be asked for again',
    async () => {
      mustEqual((await told(asset)).keep, 'public, max-age=31536000, immutable', asset);
      for (const path of ['/', '/index.html', '/about', '/about.html', '/robots.txt']) {
        mustEqual((await told(path)).keep, 'no-cache', path);
      }
    },
  );
  await claimed('a missing file is an error that nobody keeps, and no page', async () => {
    const { status, keep } = await told('/assets/gone-1a2b3c4d5e6f7a8b.js');
    mustEqual([status, keep], [403, null], 'status and Cache-Control');
  });
  const upload = new S3Client({
    endpoint: ready.aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
  });
  const put = (Key: string, Body: string) =>
    upload.send(new PutObjectCommand({ Bucket: ready.names.bucket, Key, Body }));
  await claimed(
    'a file without a fingerprint in its name has to be asked for again, wherever it is',
    async () => {
      await put('assets/config.json', '{"a":1}');
      mustEqual(await told('/assets/config.json'), { status: 200, keep: 'no-cache', text: '{"a":1}' });
    },
  );
  await claimed('/.well-known/x is served as it is', async () => {
    await put('.well-known/x', 'well known');
    mustEqual(await told('/.well-known/x'), { status: 200, keep: 'no-cache', text: 'well known' });
  });
  upload.destroy();
  await claimed("the API's own errors pass through as they are", async () => {
    const [direct, passed] = await Promise.all(
      [ready.api, ready.site].map(async (base) => {
        const answer = await fetch(`${base}/api/nowhere`);
        return [answer.status, answer.headers.get('content-type'), await answer.text()];
      }),
    );
    mustEqual(passed, direct, 'the answer');
    mustEqual(direct?.[0], 404, 'its status');
  });
};

export const anEditIsLive = async (
  { claimed }: Claims,
  browser: Browser,
  running: Running,
  folder: string,
): Promise<void> => {
  const before = await look(browser, `${running.ready.site}/about`);
  const visitor = await browser.newContext();
  const page = await visitor.newPage();
  await page.goto(`${running.ready.site}/about`);
  const from = running.events.length;
  await edit(folder, 'A small front end and its API', 'A small but edited front end and its API');
  await claimed('one edited source file is live without a restart', async () => {
    await running.wait('the build to be live', isStatus('live', 'live-unproved'), from);
  });
  await claimed('the items are exactly /index.html and /', async () => {
    const items = running.events.slice(from).filter(({ event }) => event === 'item');
    mustEqual(items.map(({ item }) => item).sort(), ['/', '/index.html'], 'the items');
  });
  await claimed('a visitor who comes back sees the new build without a hard reload', async () => {
    await page.goto('about:blank');
    await page.goto(`${running.ready.site}/about`);
    await page.waitForSelector('main h1');
    const text = await page.locator('main').innerText();
    await visitor.close();
    if (!text.includes('A small but edited front end')) throw new Error(`got: ${text}`);
  });
  for (const [index, edge] of edgesOf(running).entries()) {
    await claimed(`edge ${index} shows the new build, at a deep link too`, async () => {
      const home = await look(browser, `${edge}/`);
      const deep = await look(browser, `${edge}/about`);
      if (home.build === before.build) throw new Error(`expected another build than ${before.build}`);
      mustEqual(deep.build, home.build, 'the build of the deep link');
      if (!deep.text.includes('A small but edited front end')) throw new Error(`got: ${deep.text}`);
    });
  }
};

export const aFailedBuildChangesNothing = async (
  claims: Claims,
  browser: Browser,
  running: Running,
  folder: string,
): Promise<void> => {
  const { claimed } = claims;
  const before = await Promise.all(edgesOf(running).map((edge) => look(browser, `${edge}/about`)));
  const from = running.events.length;
  await edit(folder, "title: 'About',", "title: 'About' this does not compile,");
  await claimed('a build that fails is posted as failed', async () => {
    await running.wait('the build to fail', isStatus('failed'), from);
  });
  await claimed('a build that fails leaves the site as it was, and purges nothing', async () => {
    mustEqual(await Promise.all(edgesOf(running).map((edge) => look(browser, `${edge}/about`))), before);
    mustEqual(
      running.events.slice(from).filter(({ event }) => event === 'item'),
      [],
      'the items',
    );
  });
  await theStatusPageTellsOfAFailedBuild(claims, browser, running);
  await edit(folder, "title: 'About' this does not compile,", "title: 'About',");
  await running.wait('the mended build to be live', isStatus('live', 'live-unproved'), from);
};
