/** How the API behaves, so that an outage can be tried: set from outside while it runs. */

export type Mode =
  | Readonly<{ mode: 'ok' }>
  | Readonly<{ mode: 'down' }>
  | Readonly<{ mode: 'slow'; delayMs: number }>;

/** A minute is longer than anyone waits for an answer. */
export const delayMsMax = 60_000;

/** From `{"mode":"ok"|"down"|"slow","delayMs":n}`; throws with what was expected and what came. */
export const parseMode = (json: string): Mode => {
  const { mode, delayMs } = parseObject(json);
  if (mode === 'ok' || mode === 'down') return { mode };
  if (mode !== 'slow') throw new Error(`mode: expected "ok", "down" or "slow", got ${JSON.stringify(mode)}`);
  if (typeof delayMs !== 'number' || !Number.isInteger(delayMs) || delayMs < 0 || delayMs > delayMsMax) {
    throw new Error(`delayMs: expected an integer of 0 to ${delayMsMax}, got ${JSON.stringify(delayMs)}`);
  }
  return { mode, delayMs };
};

const parseObject = (json: string): { mode?: unknown; delayMs?: unknown } => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new Error('expected JSON such as {"mode":"down"}, got something else', { cause });
  }
  if (typeof value !== 'object' || value === null) {
    throw new Error(`expected an object such as {"mode":"down"}, got ${JSON.stringify(value)}`);
  }
  return value;
};
