/** Keeps what the models remember in a folder, so that the local cloud can be stopped and started again. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Memory } from '../world/memory.ts';

export type Keeper = Readonly<{
  /** Something may have changed: it is written within half a second. */
  changed(): void;
  /** Writes what is left to write. */
  close(): void;
}>;

const VERSION = 1;
const WRITE_AFTER_MS = 500;

type Kept = Readonly<{ version: number; memories: Readonly<Record<string, unknown>> }>;

const read = (file: string): Kept => {
  try {
    const kept = deserialize(readFileSync(file)) as Kept;
    if (kept.version === VERSION) return kept;
    throw new Error(`expected version ${VERSION}, got ${kept.version}`);
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${file} cannot be read (${because}): remove it to begin anew`, { cause });
  }
};

/** Loads what the folder holds, and makes the folder where there is none. Throws where it cannot be read or made. */
export const keepIn = (folder: string, memories: Readonly<Record<string, Memory>>): Keeper => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'cloud.bin');
  if (existsSync(file)) {
    const kept = read(file);
    for (const [name, memory] of Object.entries(memories)) {
      if (name in kept.memories) memory.load(kept.memories[name]);
    }
  }
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    timer = undefined;
    const saved = Object.entries(memories).map(([name, memory]) => [name, memory.save()]);
    // In one step, so that a process that ends meanwhile leaves the file before or the file after.
    writeFileSync(`${file}.new`, serialize({ version: VERSION, memories: Object.fromEntries(saved) }));
    renameSync(`${file}.new`, file);
  };
  return {
    changed: () => {
      timer ??= setTimeout(write, WRITE_AFTER_MS);
    },
    close: () => {
      clearTimeout(timer);
      write();
    },
  };
};
