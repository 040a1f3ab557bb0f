/**
 * The whole story in a browser: a copy of this project is started as a user starts it, its sample is edited, broken
 * and mended, and Chromium looks at what visitors get at both edges.
 *
 *     node test/browser/main.ts [--chromium /usr/bin/chromium] [--json FILE]
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { type Claims, createClaims, mustEqual } from '../claims.ts';
import { copySource } from '../local-cloud/build-source.ts';
import { type Running, runStart, type StartEvent } from '../start/running.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const VIEWS = 'test/sample/web/views.ts';

type Seen = Readonly<{ heading: string; text: string; build: string; items: number }>;

/** In a context of its own: nobody's cache but the edge's. */
const look = async (browser: Browser, url: string): Promise<Seen> => {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForSelector('main h1');
    return {
      heading: await page.locator('main h1').innerText(),
      text: await page.locator('main').innerText(),
      build: await page.locator('#build').innerText(),
      items: await page.locator('main ul.items li').count(),
    };
  } finally {
    await context.close();
  }
};

const edgesOf = ({ ready }: Running): readonly string[] => [ready.site, ready.secondEdge];

const isStatus =
  (...subjects: readonly string[]) =>
  (event: StartEvent) =>
    event.event === 'status' && subjects.includes(String(event['subject']));

const edit = async (folder: string, from: string, to: string): Promise<void> => {
  const path = join(folder, VIEWS);
  const source = await readFile(path, 'utf8');
  if (!source.includes(from)) throw new Error(`expected ${JSON.stringify(from)} in ${VIEWS}`);
  await writeFile(path, source.replace(from, to));
};

const showsTheSample = async ({ claimed }: Claims, browser: Browser, running: Running): Promise<void> => {
  for (const [index, edge] of edgesOf(running).entries()) {
    await claimed(`edge ${index} shows the sample, with the answers of its API`, async () => {
      const { heading, items } = await look(browser, `${edge}/`);
      mustEqual(heading, 'Items');
      if (items === 0) throw new Error('expected items of the API, got none');
    });
  }
};

/** What browsers are told to keep: no invalidation reaches them. */
const browsersKeepNothingStale = async ({ claimed }: Claims, { ready }: Running): Promise<void> => {
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

const anEditIsLive = async (
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

const aFailedBuildChangesNothing = async (
  { claimed }: Claims,
  browser: Browser,
  running: Running,
  folder: string,
): Promise<void> => {
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
  await edit(folder, "title: 'About' this does not compile,", "title: 'About',");
  await running.wait('the mended build to be live', isStatus('live', 'live-unproved'), from);
};

const anOutageIsTold = async (
  { claim, claimed }: Claims,
  browser: Browser,
  running: Running,
  folder: string,
): Promise<void> => {
  const from = running.events.length;
  await running.control('POST /api', { mode: 'down' });
  await claimed('a broken API is down after three checks', async () => {
    const { line } = await running.wait('the API to be down', isStatus('unhealthy'), from);
    if (!line.includes('3 times in a row')) throw new Error(`expected three checks, got ${line}`);
  });
  await claimed('the page says that the API is down, and works', async () => {
    const { text } = await look(browser, `${running.ready.site}/`);
    if (!text.includes('The API is down')) throw new Error(`got: ${text}`);
  });
  await edit(folder, 'edited front end', 'twice edited front end');
  await claimed('a deploy meanwhile is live, and names the API unhealthy', async () => {
    const { line } = await running.wait('the build to be live', isStatus('live', 'live-unproved'), from);
    if (!line.includes('API unhealthy')) throw new Error(`got: ${line}`);
  });
  await running.control('POST /api', { mode: 'ok' });
  await claimed('a mended API recovers, and says how long it was down', async () => {
    const { line } = await running.wait('the API to recover', isStatus('healthy'), from);
    if (!/recovered after \d/.test(line)) throw new Error(`got: ${line}`);
  });
  const posts = running.events.slice(from).filter(isStatus('unhealthy', 'healthy'));
  claim('both are posted once', posts.length === 2, posts.map(({ line }) => line).join('; '));
};

const theStatusPageTellsIt = async (
  { claimed }: Claims,
  browser: Browser,
  { ready }: Running,
): Promise<void> => {
  for (const javaScriptEnabled of [true, false]) {
    await claimed(
      `the status page tells it, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`,
      async () => {
        const context = await browser.newContext({ javaScriptEnabled });
        const page = await context.newPage();
        await page.goto(ready.status);
        const text = await page.locator('body').innerText();
        await context.close();
        for (const expected of ['live', 'failed', 'unhealthy', 'healthy']) {
          if (!text.includes(expected)) throw new Error(`expected "${expected}" in: ${text}`);
        }
      },
    );
  }
  await claimed('status.json says that all is well', async () => {
    const answer = (await (await fetch(`${ready.status}status.json`)).json()) as {
      status: { indicator: string };
    };
    mustEqual(answer.status.indicator, 'none', 'the indicator');
  });
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: { chromium: { type: 'string', default: '/usr/bin/chromium' }, json: { type: 'string' } },
  });
  const claims = createClaims();
  const folder = join(await mkdtemp(join(tmpdir(), 'afterbuild-browser-')), 'project');
  await copySource(PROJECT, folder, true);
  const running = await runStart(folder);
  const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] });
  try {
    claims.claim(`npm start is ready within a minute (${(running.readyMs / 1000).toFixed(1)} s)`, true);
    await showsTheSample(claims, browser, running);
    await browsersKeepNothingStale(claims, running);
    await anEditIsLive(claims, browser, running, folder);
    await aFailedBuildChangesNothing(claims, browser, running, folder);
    await anOutageIsTold(claims, browser, running, folder);
    await theStatusPageTellsIt(claims, browser, running);
    claims.claim('Ctrl-C ends it', (await running.interrupt()) === 0);
  } finally {
    await running.interrupt();
    await browser.close();
    await rm(join(folder, '..'), { recursive: true, force: true });
  }
  return claims.end(values.json);
};

process.exitCode = await main();
