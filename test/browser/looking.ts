/** What a browser sees of the sample, and how the sample is edited. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Running, StartEvent } from '../start/running.ts';

const VIEWS = 'test/sample/web/views.ts';

export type Seen = Readonly<{ heading: string; text: string; build: string; items: number }>;

/** In a context of its own: nobody's cache but the edge's. */
export const look = async (browser: Browser, url: string): Promise<Seen> => {
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

export const edgesOf = ({ ready }: Running): readonly string[] => [ready.site, ready.secondEdge];

export const isStatus =
  (...subjects: readonly string[]) =>
  (event: StartEvent) =>
    event.event === 'status' && subjects.includes(String(event['subject']));

export const edit = async (folder: string, from: string, to: string): Promise<void> => {
  const path = join(folder, VIEWS);
  const source = await readFile(path, 'utf8');
  if (!source.includes(from)) throw new Error(`expected ${JSON.stringify(from)} in ${VIEWS}`);
  await writeFile(path, source.replace(from, to));
};
