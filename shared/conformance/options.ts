/** The command line of conformance. */

import { parseArgs } from 'node:util';

export type Options = Readonly<{
  distributionId: string;
  /** Empty: that of the distribution's own origin. */
  bucket: string;
  /** Empty: the distribution's own domain. */
  edgeUrl: string;
  isSure: boolean;
  json: boolean;
}>;

export type Parsed =
  | Readonly<{ kind: 'options'; options: Options }>
  | Readonly<{ kind: 'help' }>
  | Readonly<{ kind: 'wrong'; because: string }>;

export const USAGE = `Usage: npm run conformance -- --distribution ID --yes [options]

Settles what AWS's documentation leaves open, at a real distribution: puts a few small objects into its bucket under
afterbuild-conformance/, caches them at the edge, sends at most 3 invalidation items, looks, and deletes the objects.

  --distribution ID   the distribution
  --bucket BUCKET     its bucket; found by its origin unless set
  --edge URL          where to ask, https:// and the distribution's own domain unless set
  --yes               do it; without, it only says what it would do
  --json              one JSON object on stdout
  --help              this text

AWS_ENDPOINT_URL leads somewhere else, such as to the local cloud of npm start (--bucket afterbuild-local-site
--edge http://127.0.0.1:8080).

Exit: 0 every question that was tried is settled, 1 it failed, 2 one of them is undecided, 64 wrong usage.
`;

const checked = (option: string, value: string, pattern: RegExp, expected: string): string => {
  if (pattern.test(value)) return value;
  throw new Error(`--${option}: expected ${expected}, got ${JSON.stringify(value)}`);
};

export const parseOptions = (args: readonly string[]): Parsed => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        distribution: { type: 'string', default: '' },
        bucket: { type: 'string', default: '' },
        edge: { type: 'string', default: '' },
        yes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    return {
      kind: 'options',
      options: {
        distributionId: checked(
          'distribution',
          values.distribution,
          /^E[A-Z0-9]{4,30}$/,
          'the id of a distribution, such as E2QWRUHAPOMQZL',
        ),
        bucket: checked(
          'bucket',
          values.bucket,
          /^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
          'the name of a bucket',
        ),
        edgeUrl: checked('edge', values.edge, /^$|^https?:\/\/[^/]+\/?$/, 'an address without a path'),
        isSure: values.yes,
        json: values.json,
      },
    };
  } catch (error) {
    return { kind: 'wrong', because: error instanceof Error ? error.message : String(error) };
  }
};
