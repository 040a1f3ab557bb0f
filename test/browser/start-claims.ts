/** What is told of a build while it runs, and that its end takes the place of that. */

import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import type { Browser } from 'playwright-core';
import { type Claims, mustEqual } from '../claims.ts';
import type { Running } from '../start/running.ts';
import { statusShown } from './status-shown.ts';

/**
 * Long enough to be seen where its commit is known at a second look only, ten seconds after the first, and the edge
 * has a page that is some seconds old; a real one takes minutes.
 */
const BUILD_SECONDS = 30;
const WAIT_MAX_MS = 60_000;
const POLL_MS = 250;

const startSlowBuild = async ({ ready }: Running): Promise<string> => {
  const client = new CodeBuildClient({
    endpoint: ready.aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { build } = await client.send(
    new StartBuildCommand({
      projectName: ready.names.project,
      environmentVariablesOverride: [
        { name: 'BUILD_COMMAND', value: `sleep ${BUILD_SECONDS} && npm run build`, type: 'PLAINTEXT' },
      ],
    }),
  );
  client.destroy();
  return build?.id ?? '';
};

type Message = Readonly<{ channel: string; at: number; body: string; id?: string; edits?: number }>;

const isByBotOfStart = ({ channel, body }: Message): boolean =>
  channel === 'slack-bot' && body.includes('is being built');

/** Waits until `look` finds something, and gives it. */
const awaited = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  const until = Date.now() + WAIT_MAX_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`expected ${what}, got nothing of it in ${WAIT_MAX_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

export const aBuildIsToldWhileItRuns = async (
  { claimed }: Claims,
  browser: Browser,
  running: Running,
): Promise<void> => {
  const { ready } = running;
  await awaited("the ends of the builds before in the bot's messages", async () =>
    (await messagesOf(ready.inbox)).some(isByBotOfStart) ? undefined : true,
  );
  const [since, from] = [Date.now(), running.events.length];
  const isNew = ({ at }: Message): boolean => at >= since;
  const shown = async (channel: string, has: string): Promise<Message | undefined> =>
    (await messagesOf(ready.inbox)).find(
      (one) => one.channel === channel && isNew(one) && one.body.includes(has),
    );
  const build = await startSlowBuild(running);
  let begun: Message | undefined;
  await claimed('while a build runs the status page says that it is on its way', async () => {
    const { onItsWay } = await statusShown(browser, ready.status, true, (page) => page.onItsWay !== '');
    if (!/^build [0-9a-f]{7} since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/.test(onItsWay))
      throw new Error(`expected one build, got: ${onItsWay}`);
  });
  await claimed('and a bot in Slack, and GitHub, say that it is pending', async () => {
    begun = await awaited('a message by the bot', () => shown('slack-bot', 'is being built'));
    await awaited('a commit that is pending', () => shown('github', '"state":"pending"'));
    await awaited('a deployment in progress', () => shown('github', '"state":"in_progress"'));
  });
  await claimed('nobody else is told before it has ended', async () => {
    const others = (await messagesOf(ready.inbox)).filter(isNew).filter(({ body }) => body.includes(build));
    const names = others
      .map(({ channel }) => channel)
      .filter((name) => !['slack-bot', 'github'].includes(name));
    if (names.length > 0) throw new Error(`got messages at ${names.join(', ')}`);
  });
  await running.wait('the build to be live', ({ report }) => report === `${build}/final`, from);
  await claimed(
    "at its end the bot's message is edited, and the page says no more that it is on its way",
    async () => {
      if (begun?.id === undefined) throw new Error('expected a message by the bot before, got none');
      const edited = await awaited('an edited message', async () =>
        (await messagesOf(ready.inbox)).find(({ id, edits }) => id === begun?.id && edits !== undefined),
      );
      mustEqual(edited.edits, 1, 'how often it was edited');
      if (!edited.body.includes('is live')) throw new Error(`expected that it is live, got ${edited.body}`);
      mustEqual((await messagesOf(ready.inbox)).filter(isByBotOfStart), [], 'messages that still say so');
      const { onItsWay } = await statusShown(browser, ready.status, true, (page) => page.onItsWay === '');
      if (onItsWay !== '') throw new Error(`expected none that is on its way, got: ${onItsWay}`);
      await awaited('a deployment that is a success', () => shown('github', '"state":"success"'));
    },
  );
};

const messagesOf = async (inbox: string): Promise<readonly Message[]> =>
  (await (await fetch(`${inbox}/messages.json`)).json()) as readonly Message[];
