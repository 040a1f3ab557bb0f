/** Whether everybody can read the status page, and pictures of it. */

import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { statusPage } from '../../shared/core/status-page.ts';
import type { Claims } from '../claims.ts';
import type { Running } from '../start/running.ts';
import { ninetyDays } from './ninety-days.ts';

const WIDE = { width: 1_200, height: 900 };
const NARROW = { width: 360, height: 740 };

/** `axe` cannot run where no script does. */
const READERS: readonly Readonly<{ name: string; context: BrowserContextOptions; axe: boolean }>[] = [
  { name: 'wide', context: { viewport: WIDE }, axe: true },
  { name: 'dark', context: { viewport: WIDE, colorScheme: 'dark' }, axe: true },
  { name: 'narrow', context: { viewport: NARROW }, axe: true },
  { name: 'narrow-dark', context: { viewport: NARROW, colorScheme: 'dark' }, axe: true },
  { name: 'without-javascript', context: { viewport: WIDE, javaScriptEnabled: false }, axe: false },
];

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe says of a page, as far as it says anything. */
type AxeResults = Readonly<{
  violations: readonly Readonly<{ id: string; nodes: readonly Readonly<{ html: string }>[] }>[];
}>;

/** Evaluated rather than added to the page, whose content security policy is none of its business. */
const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations: found } = (await page.evaluate('axe.run()')) as AxeResults;
  return found.map(({ id, nodes }) => `${id} (${nodes.length}, first: ${nodes[0]?.html ?? ''})`);
};

/** By how many pixels a page is wider than the screen. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** The pages that a reader comes by. */
const pagesFrom = async (page: Page, status: string): Promise<readonly string[]> => {
  await page.goto(status);
  const links = await page.locator('a[href*="deployments/"]').evaluateAll((all) =>
    // In the browser, where an anchor has an absolute address.
    all.map((one) => (one as unknown as { href: string }).href),
  );
  return [status, ...links.slice(0, 1)];
};

/** So much of a long page is shown in a picture. */
const TOP_HEIGHT = 1_000;

/** The page as it is after ninety days, of which `npm start` has seen none. */
const ninetyDaysCanBeRead = async (
  { claimed }: Claims,
  browser: Browser,
  pictures: string,
): Promise<void> => {
  const { history, api } = ninetyDays(Date.now());
  const names = { name: 'shop', stage: 'prod', url: 'https://www.example.com' };
  const html = statusPage(history, names, api);
  for (const { name, context: options, axe } of READERS) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.setContent(html);
    const { width } = options.viewport ?? WIDE;
    const clip = { x: 0, y: 0, width, height: TOP_HEIGHT };
    await page.screenshot({ path: join(pictures, `ninety-days-${name}.png`), fullPage: true, clip });
    await claimed(`after ninety days, ${name}: nothing is wider than the screen`, async () => {
      const wider = await overflow(page);
      if (wider > 0) throw new Error(`expected no overflow, got ${wider} px`);
    });
    if (axe) {
      await claimed(`after ninety days, ${name}: its script says how long ago things were`, async () => {
        const agos = await page.locator('[data-ago]').allTextContents();
        const odd = agos.filter((text) => !/^ \((just now|\d+ (min|h|days) ago)\)$/.test(text));
        if (agos.length === 0 || odd.length > 0) throw new Error(`of ${agos.length}, got: ${odd.join('; ')}`);
      });
      await claimed(`after ninety days, ${name}: axe finds nothing`, async () => {
        const found = await violations(page);
        if (found.length > 0) throw new Error(found.join('; '));
      });
    }
    await context.close();
  }
};

export const everybodyCanRead = async (
  claims: Claims,
  browser: Browser,
  { ready }: Running,
  pictures: string,
): Promise<void> => {
  const { claimed } = claims;
  await mkdir(pictures, { recursive: true });
  await ninetyDaysCanBeRead(claims, browser, pictures);
  for (const { name, context: options, axe } of READERS) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    for (const [index, address] of (await pagesFrom(page, ready.status)).entries()) {
      const what = `${index === 0 ? 'the status page' : 'the page of a deployment'}, ${name}`;
      await page.goto(address);
      await page.screenshot({
        path: join(pictures, `${index === 0 ? 'status' : 'deployment'}-${name}.png`),
        fullPage: true,
      });
      await claimed(`${what}: nothing is wider than the screen`, async () => {
        const wider = await overflow(page);
        if (wider > 0) throw new Error(`expected no overflow, got ${wider} px`);
      });
      if (axe) {
        await claimed(`${what}: axe finds nothing`, async () => {
          const found = await violations(page);
          if (found.length > 0) throw new Error(found.join('; '));
        });
      }
    }
    await context.close();
  }
  await claimed('the badge of the API says that it is up', async () => {
    const page = await browser.newPage();
    await page.goto(`${ready.status}badge/api.svg`);
    const badge = page.locator('svg');
    await badge.screenshot({ path: join(pictures, 'badge-api.png') });
    const name = await badge.getAttribute('aria-label');
    await page.close();
    if (name !== 'api: up') throw new Error(`got: ${name}`);
  });
  await claimed('the inbox shows the outage, what to do, and the recovery as Slack shows them', async () => {
    const page = await browser.newPage({ viewport: { width: 1_200, height: 900 } });
    await page.goto(ready.inbox);
    const messages = page.locator('section[aria-labelledby=slack] article');
    const outage = messages.filter({ hasText: ': the API is unhealthy' }).first();
    await outage.screenshot({ path: join(pictures, 'message-slack.png') });
    const said = await outage.innerText();
    if (!/What to do\s+Read the log of the API\./.test(said)) throw new Error(`got: ${said}`);
    const recovery = messages.filter({ hasText: 'the API has recovered' }).first();
    await recovery.screenshot({ path: join(pictures, 'message-slack-recovery.png') });
    const found = await violations(page);
    await page.close();
    if (found.length > 0) throw new Error(found.join('; '));
  });
};
