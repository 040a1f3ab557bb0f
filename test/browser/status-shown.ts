/** What the status page shows a reader: each thing is read where it is shown, and nowhere else. */

import type { Browser, Locator, Page } from 'playwright-core';

/** `began` is the `datetime` of the cell, so that an incident is known again. */
export type IncidentShown = Readonly<{ began: string; ended: string; why: string }>;
export type DeploymentShown = Readonly<{ name: string; outcome: string }>;

export type StatusShown = Readonly<{
  /** All of the one line at the top, but for its mark. */
  headline: string;
  /** The health that its part about the API is marked with. */
  api: string;
  /** The builds that have begun and not ended; empty where there are none. */
  onItsWay: string;
  incidents: readonly IncidentShown[];
  deployments: readonly DeploymentShown[];
  /** Whether the page says of itself that it is old. */
  isOld: boolean;
}>;

const SHOWN_MAX_MS = 40_000;
const POLL_MS = 250;

/** With JavaScript and without. */
export const READERS = [
  ['with JavaScript', true],
  ['without JavaScript', false],
] as const;

/** Only what a reader sees: of what is hidden a locator would give the text all the same. */
const seen = async (locator: Locator): Promise<string> =>
  (await locator.isVisible()) ? (await locator.innerText()).trim() : '';

const sectionOf = (page: Page, id: string, title: string): Locator =>
  page.locator(`section[aria-labelledby="${id}"]`, { has: page.locator(`h2#${id}`, { hasText: title }) });

const rowsOf = (section: Locator): Promise<Locator[]> => section.locator('tbody tr').all();

const incidentOf = async (row: Locator): Promise<IncidentShown> => {
  const cells = row.locator('td');
  return {
    began: (await cells.nth(0).locator('time').getAttribute('datetime')) ?? '',
    // A figure and its unit are held together.
    ended: (await seen(cells.nth(1))).replaceAll('\u00a0', ' '),
    why: await seen(cells.nth(2)),
  };
};

const deploymentOf = async (row: Locator): Promise<DeploymentShown> => ({
  name: await seen(row.locator('th[scope=row]')),
  outcome: await seen(row.locator('td').first()),
});

const readStatus = async (page: Page): Promise<StatusShown> => {
  const now = page.locator('section[aria-labelledby="now"]');
  const headline = await seen(now.locator('h2#now'));
  const started = now.locator('#started');
  return {
    headline: headline.replace(/^[✓✕!–]\s*/, ''),
    api: (await now.locator('[data-health]').getAttribute('data-health')) ?? '',
    onItsWay: (await started.count()) === 0 ? '' : (await seen(started)).replace(/^On its way: /, ''),
    incidents: await Promise.all((await rowsOf(sectionOf(page, 'outages', 'Incidents'))).map(incidentOf)),
    deployments: await Promise.all(
      (await rowsOf(sectionOf(page, 'builds', 'Deployments'))).map(deploymentOf),
    ),
    isOld: await page.locator('#old').isVisible(),
  };
};

/** The page once it is right, or as it still is after a while: what the edge has may be some seconds old. */
export const statusShown = async (
  browser: Browser,
  url: string,
  javaScriptEnabled: boolean,
  isRight: (shown: StatusShown) => boolean,
): Promise<StatusShown> => {
  const context = await browser.newContext({ javaScriptEnabled });
  try {
    const page = await context.newPage();
    const until = Date.now() + SHOWN_MAX_MS;
    for (;;) {
      await page.goto(url);
      const shown = await readStatus(page);
      if (isRight(shown) || Date.now() > until) return shown;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    await context.close();
  }
};

/** The whole of the page's first line. */
export const headlineOf = (commit: string, health: 'healthy' | 'unhealthy'): string =>
  `Build ${commit.slice(0, 7)} is live. The API is ${health === 'unhealthy' ? 'down' : health}.`;
