/** Judges the edges from outside: by HTTP requests for every URL, before and after the second build. */

import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { SiteUrl } from './urls.ts';

export type Served = Readonly<{ status: number; hit: boolean; digest: string }>;

/** By edge, then by request target. */
export type Answers = readonly ReadonlyMap<string, Served>[];

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const AT_ONCE = 16;
const REQUEST_TIMEOUT_MS = 10_000;

/** Asks every edge for every target, byte for byte as given. */
export const askEdges = async (edgeUrls: readonly string[], targets: readonly string[]): Promise<Answers> => {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    return await Promise.all(edgeUrls.map((url) => askEdge(url, targets, agent)));
  } finally {
    agent.destroy();
  }
};

const askEdge = async (
  url: string,
  targets: readonly string[],
  agent: Agent,
): Promise<ReadonlyMap<string, Served>> => {
  const answers = new Map<string, Served>();
  const left = [...targets].reverse();
  const worker = async (): Promise<void> => {
    for (let target = left.pop(); target !== undefined; target = left.pop()) {
      answers.set(target, await get(url, target, agent));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
};

const get = (url: string, target: string, agent: Agent): Promise<Served> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const outgoing = request(
      { hostname, port, path: target, agent, timeout: REQUEST_TIMEOUT_MS },
      (answer) => {
        const hash = createHash('sha256');
        answer.on('data', (chunk: Uint8Array) => hash.update(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            hit: String(answer.headers['x-cache'] ?? '').startsWith('Hit'),
            digest: hash.digest('hex'),
          }),
        );
      },
    );
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`no answer for ${target} in ${REQUEST_TIMEOUT_MS} ms`)),
    );
    outgoing.on('error', reject);
    outgoing.end();
  });

/** The targets that some edge did not hold at the second request. */
export const notHeld = (answers: Answers, urls: readonly SiteUrl[]): readonly string[] =>
  urls.map(({ target }) => target).filter((target) => answers.some((edge) => edge.get(target)?.hit !== true));

export type Expected = Readonly<{
  /** What the bucket holds now: the digest of the object, or undefined when there is none. */
  current(key: string): string | undefined;
  /** Removed and left to expire at the edges by a setting. */
  isExpiring(key: string): boolean;
  isUnchanged(key: string): boolean;
}>;

export type Judgement = Readonly<{
  stale: readonly string[];
  expiring: readonly string[];
  collateral: readonly string[];
}>;

/** Each URL counts once, however many edges show it. */
export const judge = (
  urls: readonly SiteUrl[],
  before: Answers,
  after: Answers,
  expected: Expected,
): Judgement => {
  const isOld = ({ target, key }: SiteUrl): boolean =>
    after.some((edge) => !serves(edge.get(target), expected.current(key)));
  const wasLost = ({ target }: SiteUrl): boolean =>
    after.some((edge, index) => before[index]?.get(target)?.hit === true && edge.get(target)?.hit === false);
  const old = urls.filter(isOld);
  const names = (some: readonly SiteUrl[]): readonly string[] => some.map(({ target }) => target);
  return {
    stale: names(old.filter(({ key }) => !expected.isExpiring(key))),
    expiring: names(old.filter(({ key }) => expected.isExpiring(key))),
    collateral: names(urls.filter((url) => expected.isUnchanged(url.key) && wasLost(url))),
  };
};

/** An object is there with its bytes, or it is not there at all. */
const serves = (served: Served | undefined, digest: string | undefined): boolean =>
  digest === undefined
    ? served !== undefined && [403, 404].includes(served.status)
    : served?.status === 200 && served.digest === digest;
