/** Adds up what the test runs counted; a run without a result, or without any test, is a failure. */
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
for (const file of process.argv.slice(2)) {
  try {
    const {
      numPassedTests,
      numFailedTests,
      numFailedTestSuites = 0,
    } = JSON.parse(readFileSync(file, 'utf8'));
    passed += numPassedTests;
    failed += Math.max(numFailedTests, numFailedTestSuites);
    if (numPassedTests + numFailedTests === 0) throw new Error('no test ran');
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message : error}`);
    failed += 1;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
