/** What the status page says of the builds, and of how all is now. */

import type { Browser } from 'playwright-core';
import { type Claims, mustEqual } from '../claims.ts';
import type { Running } from '../start/running.ts';
import { look } from './looking.ts';
import { headlineOf, READERS, type StatusShown, statusShown } from './status-shown.ts';

/** The commit that visitors get, as the site itself shows it. */
const commitOf = async (browser: Browser, { ready }: Running): Promise<string> => {
  const { build } = await look(browser, `${ready.site}/`);
  if (!/^[0-9a-f]{40}$/.test(build)) throw new Error(`expected the site to show its commit, got ${build}`);
  return build;
};

/** What the page's first line says; a live build may be one whose check could not prove it. */
const saysNow = ({ headline, api, isOld }: StatusShown) => ({
  headline: headline.replace(', as far as could be checked', ''),
  api,
  isOld,
});

/** Claims of the page, with JavaScript and without, that it says which build is live and how the API is. */
export const claimNow = async (
  { claimed }: Claims,
  browser: Browser,
  running: Running,
  when: string,
  health: 'healthy' | 'unhealthy',
): Promise<void> => {
  for (const [reader, javaScriptEnabled] of READERS) {
    await claimed(
      `${when} the status page's headline names the build that visitors get, and the API ${health}, ${reader}`,
      async () => {
        const headline = headlineOf(await commitOf(browser, running), health);
        const isRight = (page: StatusShown): boolean =>
          saysNow(page).headline === headline && page.api === health;
        const shown = await statusShown(browser, running.ready.status, javaScriptEnabled, isRight);
        mustEqual(saysNow(shown), { headline, api: health, isOld: false }, 'what it says');
      },
    );
  }
};

/** Before anything has failed. */
export const theStatusPageNamesTheBuild = (
  claims: Claims,
  browser: Browser,
  running: Running,
): Promise<void> => claimNow(claims, browser, running, 'after an edit', 'healthy');

/** After a build that failed, and before the one that mends it. */
export const theStatusPageTellsOfAFailedBuild = async (
  { claimed }: Claims,
  browser: Browser,
  running: Running,
): Promise<void> => {
  for (const [reader, javaScriptEnabled] of READERS) {
    await claimed(
      `the failed build is listed as failed, and the headline names the other, ${reader}`,
      async () => {
        const headline = headlineOf(await commitOf(browser, running), 'healthy');
        const isRight = ({ deployments }: StatusShown): boolean => deployments[0]?.outcome === 'failed';
        const shown = await statusShown(browser, running.ready.status, javaScriptEnabled, isRight);
        mustEqual(shown.deployments[0]?.outcome, 'failed', 'the outcome of the newest deployment');
        mustEqual(saysNow(shown).headline, headline, 'the headline');
        if (headline.includes(shown.deployments[0]?.name ?? '')) throw new Error(`got: ${shown.headline}`);
      },
    );
  }
};

export const theStatusPageTellsIt = async (
  claims: Claims,
  browser: Browser,
  running: Running,
): Promise<void> => {
  const { claimed } = claims;
  await claimNow(claims, browser, running, 'at last', 'healthy');
  for (const [reader, javaScriptEnabled] of READERS) {
    await claimed(`the status page lists how each build ended, the live one first, ${reader}`, async () => {
      const { deployments } = await statusShown(browser, running.ready.status, javaScriptEnabled, () => true);
      const commit = await commitOf(browser, running);
      mustEqual(deployments[0]?.name, commit.slice(0, 7), 'the name of the newest');
      const outcomes = deployments.map(({ outcome }) => (outcome === 'live-unproved' ? 'live' : outcome));
      mustEqual(outcomes[0], 'live', 'the outcome of the newest');
      mustEqual(outcomes.filter((outcome) => outcome === 'failed').length, 1, 'the number of failed ones');
      mustEqual(
        outcomes.filter((one) => one !== 'failed' && one !== 'live'),
        [],
        'any other outcomes',
      );
    });
  }
  await claimed('status.json says that all is well', async () => {
    const answer = (await (await fetch(`${running.ready.status}status.json`)).json()) as {
      status: { indicator: string };
    };
    mustEqual(answer.status.indicator, 'none', 'the indicator');
  });
};
