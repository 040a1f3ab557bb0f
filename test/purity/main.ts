/** Checks every source file's layer; prints what is wrong and exits with 1 where something is. */

import { globSync, readFileSync } from 'node:fs';
import { findImpurities, layerOf } from './rules.ts';

const root = new URL('../../', import.meta.url);
const files = globSync(['shared/**/*.ts', 'functions/**/*.ts'], { cwd: root.pathname }).sort();
const findings = files.flatMap((file) => {
  const layer = layerOf(file);
  return layer ? findImpurities(file, readFileSync(new URL(file, root), 'utf8'), layer) : [];
});
for (const { file, line, what } of findings)
  console.error(`${file}: ${what} (line ${line} without its types)`);
console.log(findings.length === 0 ? `pure: ${files.length} files` : `${findings.length} impurities`);
process.exitCode = findings.length === 0 ? 0 : 1;
