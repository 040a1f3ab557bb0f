/** Jest runs the sources as they are: ES modules, with the types taken off by esbuild. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/jest-transform.js' },
  setupFiles: ['<rootDir>/test/jest-setup.js'],
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/.serverless', '<rootDir>/.esbuild'],
  maxWorkers: 2,
  // A worker keeps the modules of each file that it has run: with a gigabyte of them every collection of garbage takes
  // half a second, and deadlines are missed that nobody else would miss.
  workerIdleMemoryLimit: '500MB',
  // Far more than any test takes: how long something takes is for benchmarks, and machines are loaded now and then.
  testTimeout: 120_000,
};
