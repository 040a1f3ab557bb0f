/**
 * The AWS CLI as a client of `npm start`: every version that is named does what its users do.
 *
 *     node test/cli/main.ts [--json FILE] AWS [AWS ...]
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { type Claims, createClaims, mustEqual } from '../claims.ts';
import { type Running, runStart } from '../start/running.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const INVALIDATED_WITHIN_MS = 15_000;
const QUIET_MAX_MS = 60_000;
const POLL_MS = 100;

type Aws = (...args: readonly string[]) => Promise<string>;

type Trial = Readonly<{
  claims: Claims;
  running: Running;
  aws: Aws;
  json(...args: readonly string[]): Promise<Json>;
  folder: string;
  name: string;
}>;

// What the CLI prints is of many shapes; what is not there fails a claim.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Json = any;

const run = promisify(execFile);

/** The CLI in a home of its own; versions before 2.13 know no AWS_ENDPOINT_URL. */
const cli =
  (executable: string, endpoint: string, home: string): Aws =>
  async (...args) => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      PYENV_VERSION: process.env['PYENV_VERSION'] ?? '',
      AWS_ACCESS_KEY_ID: 'AKIALOCALUSER',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const { stdout } = await run(executable, ['--endpoint-url', endpoint, ...args], { env, maxBuffer: 1e8 });
    return stdout;
  };

const untilQuiet = async ({ running }: Trial): Promise<void> => {
  const until = Date.now() + QUIET_MAX_MS;
  let quiet = 0;
  // Twice in a row: an event may be on its way into its queue.
  while (quiet < 2) {
    const state = (await running.control('GET /state')) as { quiet: boolean };
    quiet = state.quiet ? quiet + 1 : 0;
    if (Date.now() > until)
      throw new Error(`expected rest within ${QUIET_MAX_MS} ms, got ${JSON.stringify(state)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

const invalidations = async ({ json, running }: Trial): Promise<readonly { Id: string }[]> => {
  const { distribution } = running.ready.names;
  const listed = await json('cloudfront', 'list-invalidations', '--distribution-id', distribution);
  return listed.InvalidationList.Items ?? [];
};

const itemsOf = async ({ json, running }: Trial, id: string): Promise<readonly string[]> => {
  const { distribution } = running.ready.names;
  const got = await json('cloudfront', 'get-invalidation', '--distribution-id', distribution, '--id', id);
  return [...got.Invalidation.InvalidationBatch.Paths.Items].sort();
};

/** The items of each invalidation that an act causes, and how long the first took. */
const caused = async (trial: Trial, act: () => Promise<unknown>) => {
  await untilQuiet(trial);
  const before = new Set((await invalidations(trial)).map(({ Id }) => Id));
  await act();
  const actedAt = Date.now();
  const isNew = ({ Id }: { Id: string }): boolean => !before.has(Id);
  let firstMs: number | undefined;
  while (firstMs === undefined && Date.now() - actedAt < INVALIDATED_WITHIN_MS) {
    if ((await invalidations(trial)).some(isNew)) firstMs = Date.now() - actedAt;
    else if (((await trial.running.control('GET /state')) as { quiet: boolean }).quiet) break;
  }
  await untilQuiet(trial);
  const made = (await invalidations(trial)).filter(isNew);
  return { firstMs, items: await Promise.all(made.map(({ Id }) => itemsOf(trial, Id))) };
};

const mustCause = async (
  trial: Trial,
  expected: readonly (readonly string[])[],
  act: () => Promise<unknown>,
) => {
  const { items } = await caused(trial, act);
  mustEqual(items, expected, 'the items of its invalidations');
};

const uploads = async (trial: Trial): Promise<void> => {
  const { aws, folder, name, claims, running } = trial;
  const bucket = `s3://${running.ready.names.bucket}`;
  const site = join(folder, 'site');
  const about = join(site, 'about.html');
  const { claimed } = claims;
  await aws('s3', 'sync', bucket, site);
  const original = await readFile(about, 'utf8');
  await fetch(`${running.ready.site}/about.html`);

  await claimed(`${name}: s3 cp of a changed about.html is one invalidation, /about.html`, async () => {
    await writeFile(about, `${original}<!-- ${name} -->`);
    await mustCause(trial, [['/about.html']], () => aws('s3', 'cp', about, `${bucket}/about.html`));
  });
  await claimed(`${name}: s3 rm of it is one`, () =>
    mustCause(trial, [['/about.html']], () => aws('s3', 'rm', `${bucket}/about.html`)),
  );
  await claimed(`${name}: s3 rm of a fingerprinted asset is none`, async () => {
    const [asset = ''] = (await readdir(join(site, 'assets'))).filter((file) => file.endsWith('.js'));
    await mustCause(trial, [], () => aws('s3', 'rm', `${bucket}/assets/${asset}`));
    await aws('s3', 'cp', join(site, 'assets', asset), `${bucket}/assets/${asset}`);
  });
  await claimed(`${name}: s3 sync of files that were touched uploads each, and is none`, async () => {
    const later = new Date(Date.now() + 60_000);
    const files = (await readdir(site, { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    );
    for (const { parentPath, name: file } of files) await utimes(join(parentPath, file), later, later);
    let printed = '';
    await mustCause(trial, [], async () => {
      printed = await aws('s3', 'sync', site, bucket);
    });
    mustEqual((printed.match(/upload:/g) ?? []).length, files.length, 'the number of uploads');
  });
  await claimed(`${name}: about.html again is one`, async () => {
    await writeFile(about, `${original}<!-- ${name} again -->`);
    await mustCause(trial, [['/about.html']], () => aws('s3', 'cp', about, `${bucket}/about.html`));
  });
  await claimed(`${name}: visitors get it`, async () => {
    for (const edge of [running.ready.site, running.ready.secondEdge]) {
      const text = await (await fetch(`${edge}/about.html`)).text();
      if (!text.includes(`${name} again`)) throw new Error(`${edge} serves ${text}`);
    }
  });
};

const LONG = 'long/'.padEnd(1_024, 'x');

const oddKeys = async ({ aws, json, folder, name, claims, running }: Trial): Promise<void> => {
  const { bucket } = running.ready.names;
  const file = join(folder, 'odd.txt');
  for (const key of ['a//b', LONG, 'with space+plus', 'per%cent', 'é', '😀', 'x/../y']) {
    await claims.claimed(
      `${name}: put, head, get and delete of ${key.slice(0, 20)} (${Buffer.byteLength(key)} bytes)`,
      async () => {
        await writeFile(file, `content of ${key}`);
        const target = ['--bucket', bucket, '--key', key];
        const put = await json(
          's3api',
          'put-object',
          ...target,
          '--body',
          file,
          '--content-type',
          'text/plain',
        );
        const md5 = createHash('md5').update(`content of ${key}`).digest('hex');
        mustEqual(put.ETag, `"${md5}"`, 'the ETag');
        const head = await json('s3api', 'head-object', ...target);
        mustEqual([head.ContentType, head.VersionId], ['text/plain', put.VersionId], 'type and version');
        await aws('s3api', 'get-object', ...target, `${file}.back`);
        mustEqual(await readFile(`${file}.back`, 'utf8'), `content of ${key}`, 'the content');
        const listed = await json('s3api', 'list-object-versions', '--bucket', bucket, '--prefix', key);
        mustEqual(listed.Versions[0]?.Key, key, 'the key listed');
        await aws('s3api', 'delete-object', ...target);
        const after = await json('s3api', 'list-object-versions', '--bucket', bucket, '--prefix', key);
        mustEqual(after.DeleteMarkers[0]?.IsLatest, true, 'the delete marker');
      },
    );
  }
};

const BIG_BYTES = 9 * 1_048_576;

const bigFile = async ({ aws, json, folder, name, claims, running }: Trial): Promise<void> => {
  await claims.claimed(`${name}: a file of 9 MB goes up in parts and comes back as it was`, async () => {
    const { bucket } = running.ready.names;
    const file = join(folder, 'big.bin');
    const bytes = Buffer.alloc(BIG_BYTES, name);
    await writeFile(file, bytes);
    await aws('s3', 'cp', file, `s3://${bucket}/big.bin`);
    const { ETag: etag } = await json('s3api', 'head-object', '--bucket', bucket, '--key', 'big.bin');
    if (!/-2"$/.test(etag)) throw new Error(`expected the ETag of two parts, got ${etag}`);
    await aws('s3', 'cp', `s3://${bucket}/big.bin`, `${file}.back`);
    if (!bytes.equals(await readFile(`${file}.back`))) throw new Error('expected the same bytes');
    await aws('s3', 'mv', `s3://${bucket}/big.bin`, `s3://${bucket}/moved.bin`);
    await aws('s3', 'rm', `s3://${bucket}/moved.bin`);
  });
};

const listings = async ({ aws, name, claims, running }: Trial): Promise<void> => {
  await claims.claimed(`${name}: s3 ls of buckets, of one level, and of all of it`, async () => {
    const { bucket, stateBucket } = running.ready.names;
    const buckets = await aws('s3', 'ls');
    if (![bucket, stateBucket].every((one) => buckets.includes(one))) throw new Error(`got ${buckets}`);
    const level = await aws('s3', 'ls', `s3://${bucket}`);
    if (!level.includes('PRE assets/') || level.includes('app-')) throw new Error(`got ${level}`);
    const all = await aws('s3', 'ls', '--recursive', `s3://${bucket}/`);
    if (!all.includes(' assets/app-')) throw new Error(`got ${all}`);
  });
};

const distributionCalls = async (trial: Trial): Promise<void> => {
  const { aws, json, name, claims, running } = trial;
  const id = ['--distribution-id', running.ready.names.distribution];
  await claims.claimed(
    `${name}: cloudfront create-invalidation, and wait until it is completed`,
    async () => {
      const made = await json('cloudfront', 'create-invalidation', ...id, '--paths', '/x.html', '/y/*');
      await aws('cloudfront', 'wait', 'invalidation-completed', ...id, '--id', made.Invalidation.Id);
      mustEqual(await itemsOf(trial, made.Invalidation.Id), ['/x.html', '/y/*'], 'the items');
    },
  );
  await claims.claimed(`${name}: cloudfront get-distribution and list-distributions`, async () => {
    const { distribution } = running.ready.names;
    const got = await json('cloudfront', 'get-distribution', '--id', distribution);
    mustEqual(got.Distribution.Status, 'Deployed', 'the status');
    const listed = await json('cloudfront', 'list-distributions');
    mustEqual(listed.DistributionList.Items[0]?.Id, distribution, 'the distribution listed');
  });
};

const buildCalls = async ({ json, name, claims, running }: Trial): Promise<void> => {
  await claims.claimed(`${name}: codebuild start-build and batch-get-builds`, async () => {
    const { project } = running.ready.names;
    const started = await json('codebuild', 'start-build', '--project-name', project);
    const { id } = started.build;
    const until = Date.now() + QUIET_MAX_MS;
    for (;;) {
      const { builds } = await json('codebuild', 'batch-get-builds', '--ids', id);
      if (builds[0].buildStatus === 'SUCCEEDED') break;
      if (builds[0].buildStatus !== 'IN_PROGRESS' || Date.now() > until)
        throw new Error(JSON.stringify(builds[0]));
    }
    const { ids } = await json('codebuild', 'list-builds-for-project', '--project-name', project);
    mustEqual(ids.includes(id), true, 'whether it is listed');
  });
};

const tryOut = async (executable: string, running: Running, claims: Claims): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'afterbuild-cli-'));
  await mkdir(join(folder, 'home'));
  const aws = cli(executable, running.ready.aws, join(folder, 'home'));
  const { stdout, stderr } = await run(executable, ['--version']);
  const name = `${stdout}${stderr}`.split(' ', 1)[0] ?? executable;
  const json: Trial['json'] = async (...args) => {
    const printed = await aws('--output', 'json', ...args);
    return printed.trim() === '' ? {} : JSON.parse(printed);
  };
  const trial: Trial = { claims, running, aws, json, folder, name };
  await uploads(trial);
  await oddKeys(trial);
  await bigFile(trial);
  await listings(trial);
  await distributionCalls(trial);
  await buildCalls(trial);
  await rm(folder, { recursive: true, force: true });
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' } },
  });
  if (positionals.length === 0) throw new Error('expected the AWS CLI, one executable or more, got none');
  const claims = createClaims();
  for (const executable of positionals) {
    const running = await runStart(PROJECT, ['--no-watch']);
    try {
      await tryOut(executable, running, claims);
    } finally {
      await running.interrupt();
    }
  }
  return claims.end(values.json);
};

process.exitCode = await main();
