/** What is said of an outage, and to whom. */

import type { Browser } from 'playwright-core';
import { type Claims, mustEqual } from '../claims.ts';
import type { Running } from '../start/running.ts';
import { edit, isStatus, look } from './looking.ts';
import { claimNow } from './status-now-claims.ts';
import { type IncidentShown, READERS, statusShown } from './status-shown.ts';

type Incident = Readonly<{ name: string; status: string }>;

const PAGE_MAX_MS = 40_000;
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

/** The one incident, as soon as it is one that is right, by each reader. */
const claimIncident = async (
  { claimed }: Claims,
  browser: Browser,
  { ready }: Running,
  claim: string,
  isRight: (incident: IncidentShown) => boolean,
): Promise<IncidentShown | undefined> => {
  let found: IncidentShown | undefined;
  for (const [reader, javaScriptEnabled] of READERS) {
    await claimed(`${claim}, ${reader}`, async () => {
      const { incidents } = await statusShown(
        browser,
        ready.status,
        javaScriptEnabled,
        ({ incidents: [first] }) => first !== undefined && isRight(first),
      );
      const [only, ...others] = incidents;
      if (!only || others.length > 0 || !isRight(only))
        throw new Error(`got the incidents ${JSON.stringify(incidents)}`);
      found = only;
    });
  }
  return found;
};

export const anOutageIsTold = async (
  claims: Claims,
  browser: Browser,
  running: Running,
  folder: string,
): Promise<void> => {
  const { claim, claimed } = claims;
  const from = running.events.length;
  await claimed('before the outage the status page shows no incident', async () => {
    const { incidents } = await statusShown(browser, running.ready.status, true, () => true);
    mustEqual(incidents, [], 'the incidents');
  });
  await running.control('POST /api', { mode: 'down' });
  await claimed('a broken API is down after three checks', async () => {
    const { line } = await running.wait('the API to be down', isStatus('unhealthy'), from);
    if (!line.includes('3 times in a row')) throw new Error(`expected three checks, got ${line}`);
  });
  await claimed('status.json has the outage as an open incident', async () => {
    const incident = await openIncidentOf(running, (open) => open !== undefined);
    if (!incident) throw new Error('expected an open incident in status.json, got none');
  });
  const open = await claimIncident(
    claims,
    browser,
    running,
    'among its incidents the status page shows the outage, which lasts',
    ({ ended, why }) => ended === 'ongoing' && why === 'status 503',
  );
  await claimNow(claims, browser, running, 'during the outage', 'unhealthy');
  await claimed('the page says that the API is down, and works', async () => {
    const { text } = await look(browser, `${running.ready.site}/`);
    if (!text.includes('The API is down')) throw new Error(`got: ${text}`);
  });
  await edit(folder, 'edited front end', 'twice edited front end');
  await claimed('a deploy meanwhile is live, and names the API unhealthy', async () => {
    const { line } = await running.wait('the build to be live', isStatus('live', 'live-unproved'), from);
    if (!line.includes('API unhealthy')) throw new Error(`got: ${line}`);
  });
  await claimNow(claims, browser, running, 'after a deploy meanwhile', 'unhealthy');
  await running.control('POST /api', { mode: 'ok' });
  let lasted = 'nothing';
  await claimed('a mended API recovers, and says how long it was down', async () => {
    const { line } = await running.wait('the API to recover', isStatus('healthy'), from);
    lasted = /recovered after (\d[^:]*):/.exec(line)?.[1] ?? lasted;
    if (lasted === 'nothing') throw new Error(`got: ${line}`);
  });
  await claimed('the incident is closed in status.json by itself', async () => {
    const left = await openIncidentOf(running, (incident) => incident === undefined);
    if (left) throw new Error(`expected no open incident in status.json, got ${left.name}`);
  });
  await claimIncident(
    claims,
    browser,
    running,
    'and the status page shows that the same incident ended, and after how long',
    ({ began, ended }) =>
      began === open?.began &&
      /^\d{4}-\d\d-\d\d \d\d:\d\d UTC, after /.test(ended) &&
      ended.endsWith(` ${lasted}`),
  );
  const posts = running.events.slice(from).filter(isStatus('unhealthy', 'healthy'));
  claim('both are posted once', posts.length === 2, posts.map(({ line }) => line).join('; '));
};
