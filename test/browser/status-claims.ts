/** What the status page says of builds and of an outage, and to whom. */

import type { Browser } from 'playwright-core';
import { type Claims, mustEqual } from '../claims.ts';
import type { Running } from '../start/running.ts';
import { edit, isStatus, look } from './looking.ts';

type Incident = Readonly<{ name: string; status: string }>;

const PAGE_MAX_MS = 15_000;
const POLL_MS = 250;

/** What status.json says of an open incident, once that is right: what the edge has may be some seconds old. */
const openIncidentOf = async (
  { ready }: Running,
  isRight: (open: Incident | undefined) => boolean,
): Promise<Incident | undefined> => {
  const until = Date.now() + PAGE_MAX_MS;
  for (;;) {
    const answer = await fetch(`${ready.status}status.json`);
    const { incidents } = (await answer.json()) as { incidents: readonly Incident[] };
    const open = incidents.find(({ status }) => status !== 'resolved');
    if (isRight(open) || Date.now() > until) return open;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

const textOf = async (browser: Browser, url: string, javaScriptEnabled = true) => {
  const context = await browser.newContext({ javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(url);
  const text = await page.locator('body').innerText();
  await context.close();
  return { text };
};

export const anOutageIsTold = async (
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
  await claimed('the status page shows the outage as an open incident', async () => {
    const incident = await openIncidentOf(running, (open) => open !== undefined);
    if (!incident) throw new Error('expected an open incident in status.json, got none');
    const { text } = await textOf(browser, running.ready.status);
    if (!text.includes('unhealthy')) throw new Error(`got: ${text}`);
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
  await claimed('the incident is closed by itself', async () => {
    const left = await openIncidentOf(running, (incident) => incident === undefined);
    if (left) throw new Error(`expected no open incident in status.json, got ${left.name}`);
  });
  const posts = running.events.slice(from).filter(isStatus('unhealthy', 'healthy'));
  claim('both are posted once', posts.length === 2, posts.map(({ line }) => line).join('; '));
};

export const theStatusPageTellsIt = async (
  { claimed }: Claims,
  browser: Browser,
  { ready }: Running,
): Promise<void> => {
  for (const javaScriptEnabled of [true, false]) {
    await claimed(
      `the status page tells it, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`,
      async () => {
        const { text } = await textOf(browser, ready.status, javaScriptEnabled);
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
