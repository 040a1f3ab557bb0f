/**
 * The whole story in a browser: a copy of this project is started as a user starts it, its sample is edited, broken
 * and mended, and Chromium looks at what visitors get at both edges.
 *
 *     node test/browser/main.ts [--chromium /usr/bin/chromium] [--json FILE] [--pictures DIR] [--readme]
 *
 * `--readme` puts the pictures of the README where they belong.
 */

import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { createClaims } from '../claims.ts';
import { copySource } from '../local-cloud/build-source.ts';
import { runStart } from '../start/running.ts';
import { everybodyCanRead } from './page-claims.ts';
import {
  aFailedBuildChangesNothing,
  anEditIsLive,
  browsersKeepNothingStale,
  showsTheSample,
} from './site-claims.ts';
import { aBuildIsToldWhileItRuns } from './start-claims.ts';
import { anOutageIsTold } from './status-claims.ts';
import { theStatusPageNamesTheBuild, theStatusPageTellsIt } from './status-now-claims.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** What the README shows, by what it is called there. */
const README_PICTURES = {
  'ninety-days-wide.png': 'status.png',
  'message-slack.png': 'message.png',
  'badge-api.png': 'badge.png',
};

const keepForReadme = async (pictures: string): Promise<void> => {
  const kept = join(PROJECT, 'test', 'browser', 'pictures');
  await mkdir(kept, { recursive: true });
  for (const [made, shown] of Object.entries(README_PICTURES))
    await copyFile(join(pictures, made), join(kept, shown));
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      chromium: { type: 'string', default: '/usr/bin/chromium' },
      json: { type: 'string' },
      pictures: { type: 'string', default: join(PROJECT, '.local', 'pictures') },
      readme: { type: 'boolean', default: false },
    },
  });
  const claims = createClaims();
  const folder = join(await mkdtemp(join(tmpdir(), 'afterbuild-browser-')), 'project');
  await copySource(PROJECT, folder, true);
  const running = await runStart(folder);
  const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] });
  try {
    claims.claim(`npm start is ready (${(running.readyMs / 1000).toFixed(1)} s)`, true);
    await showsTheSample(claims, browser, running);
    await browsersKeepNothingStale(claims, running);
    await anEditIsLive(claims, browser, running, folder);
    await theStatusPageNamesTheBuild(claims, browser, running);
    await aFailedBuildChangesNothing(claims, browser, running, folder);
    await aBuildIsToldWhileItRuns(claims, browser, running);
    await anOutageIsTold(claims, browser, running, folder);
    await theStatusPageTellsIt(claims, browser, running);
    await everybodyCanRead(claims, browser, running, values.pictures);
    if (values.readme) await keepForReadme(values.pictures);
    claims.claim('Ctrl-C ends it', (await running.interrupt()) === 0);
  } finally {
    await running.interrupt();
    await browser.close();
    await rm(join(folder, '..'), { recursive: true, force: true });
  }
  return claims.end(values.json);
};

process.exitCode = await main();
