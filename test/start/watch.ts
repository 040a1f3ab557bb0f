/** Notices that a project's sources changed, whatever wrote them. */

import { watch } from 'node:fs';
import { sep } from 'node:path';

/** Editors write a file in several steps, and save several files at once. */
const SETTLE_MS = 300;

/** Folders that builds write to, or that no build reads. */
const IGNORED = /^(node_modules|\.git|\.local|dist|build|out|coverage|\.afterbuild-.*)$/;

const isIgnored = (path: string): boolean => path.split(sep).some((part) => IGNORED.test(part));

/** Calls `onChange` with a changed path, relative to the folder, once things have settled. Gives the way to stop. */
export const watchSources = (folder: string, onChange: (path: string) => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { recursive: true }, (_event, name) => {
    if (name === null || isIgnored(name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => onChange(name), SETTLE_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
};
