/** What becomes of a delivery to a server that is not ours, and whether trying again would help. */

import type { StatusPorts, WebAnswer } from '../ports.ts';

/** `message` is what the channel calls its message, where it can be edited. `never`: trying again would not help. */
export type Delivered =
  | Readonly<{ kind: 'done'; message?: string }>
  | Readonly<{ kind: 'later'; because: string; seconds?: number }>
  | Readonly<{ kind: 'never'; because: string }>;

export const DONE: Delivered = { kind: 'done' };

/** The longest pause of our own choice. */
export const RETRY_MOST_SECONDS = 900;

/** Who says when to come back is obeyed for so long: the window of GitHub's limits. The alarm `ages` allows for it. */
const OBEYED_MOST_SECONDS = 3_600;

/** One channel may take so long. */
export const DELIVERY_MS = 10_000;

/** The values of `ssm:` settings, in order; one that cannot be read is tried again later. */
export const withSecrets = async (
  { secrets }: StatusPorts,
  settings: readonly string[],
  deliver: (...values: string[]) => Promise<Delivered>,
): Promise<Delivered> => {
  const values: string[] = [];
  for (const setting of settings) {
    try {
      values.push(setting.startsWith('ssm:') ? await secrets.read(setting.slice('ssm:'.length)) : setting);
    } catch (error) {
      return { kind: 'later', because: String(error) };
    }
  }
  return deliver(...values);
};

export const deliveredBy = (answer: WebAnswer): Delivered => {
  if (answer.kind !== 'answer') {
    return { kind: answer.kind === 'refused' ? 'never' : 'later', because: answer.because };
  }
  const { status, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return DONE;
  const because = `status ${status}`;
  if (status !== 408 && status !== 425 && status !== 429 && status < 500) return { kind: 'never', because };
  if (retryAfterMs === undefined) return { kind: 'later', because };
  return { kind: 'later', because, seconds: Math.min(OBEYED_MOST_SECONDS, Math.ceil(retryAfterMs / 1000)) };
};
