/** Claims of a programme that is too long, or needs too much of its machine, to be one of Jest's tests. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type Claims = Readonly<{
  /** Prints the claim and whether it holds; `because` is what came instead. */
  claim(name: string, holds: boolean, because?: unknown): void;
  /** A claim that throws does not hold, and ends nothing. */
  claimed(name: string, check: () => Promise<void>): Promise<void>;
  /** Adds what others have counted. */
  add(passed: number, failed: number): void;
  /** Prints the totals, writes them to the file if there is one, and gives the exit status. */
  end(jsonFile: string | undefined): number;
}>;

export const createClaims = (print: (line: string) => void = console.log): Claims => {
  let passed = 0;
  let failed = 0;
  const claim: Claims['claim'] = (name, holds, because) => {
    if (holds) passed += 1;
    else failed += 1;
    print(
      `${holds ? 'ok  ' : 'FAIL'} ${name}${holds || because === undefined ? '' : `: ${String(because)}`}`,
    );
  };
  return {
    claim,
    claimed: async (name, check) => {
      try {
        await check();
        claim(name, true);
      } catch (error) {
        claim(name, false, error instanceof Error ? error.message : error);
      }
    },
    add: (morePassed, moreFailed) => {
      passed += morePassed;
      failed += moreFailed;
    },
    end: (jsonFile) => {
      print(`${passed} passed, ${failed} failed`);
      if (jsonFile !== undefined) {
        mkdirSync(dirname(jsonFile), { recursive: true });
        writeFileSync(jsonFile, JSON.stringify({ numPassedTests: passed, numFailedTests: failed }));
      }
      return failed === 0 && passed > 0 ? 0 : 1;
    },
  };
};

/** Throws an error that shows both. */
export const mustEqual = (got: unknown, expected: unknown, what = 'it'): void => {
  const [one, other] = [JSON.stringify(got), JSON.stringify(expected)];
  if (one !== other) throw new Error(`expected ${what} to be ${other}, got ${one}`);
};
