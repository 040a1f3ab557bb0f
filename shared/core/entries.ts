/**
 * What is recorded of each key: the versions whose bytes the edges may hold.
 *
 * Entries stand in shards, each a range of keys in UTF-8 byte order, and a table names the shards. Where a
 * shard ends depends on the keys alone, so that only touched ranges are written anew.
 */

/** Versions and markers of a key that were judged and are listed no longer: what events say of them is known. */
export type Past = readonly string[];

/** A key that was listed. */
export type ObjectEntry = Readonly<{
  kind: 'object';
  key: string;
  etag: string;
  size: number;
  lastModified: number;
  versionId: string;
  /** The newest delete marker listed with it: any other one means that it was deleted in between. */
  marker?: string;
  /** Last modified so shortly before the listing that another write may carry the same second. */
  young?: true;
  /** The version whose headers the edges may hold, where it is not `versionId`: headers are still to compare. */
  base?: string;
  past?: Past;
  /** Digest of the headers of `base ?? versionId`, once known, or that they may not be read (`REFUSED`). */
  headers?: string;
}>;

/** A key that is not there any more; kept until `until` so that its return and late hints can be judged. */
export type GoneEntry = Readonly<{
  kind: 'gone';
  key: string;
  /** The bytes the edges may still hold when `expiring`. */
  etag: string;
  size: number;
  versionId: string;
  marker?: string;
  past?: Past;
  /** True: left to expire at the edges, not invalidated. */
  expiring: boolean;
  until: number;
}>;

export type Entry = ObjectEntry | GoneEntry;

/** The version of a key whose versions were not read: no listing shows it. */
export const UNREAD_ID = '';

/** `from` is the first key of the shard, `name` the blob that holds its lines. */
export type Shard = Readonly<{ from: string; name: string; count: number }>;

export type Table = readonly Shard[];

type Row = readonly [string, string, string, number, string, string | 0, number, ...(string | number)[]];

const rowOf = (entry: Entry): Row =>
  entry.kind === 'gone'
    ? [
        'g',
        entry.key,
        entry.etag,
        entry.size,
        entry.versionId,
        entry.marker ?? 0,
        entry.until,
        entry.expiring ? 1 : 0,
        ...(entry.past ?? []),
      ]
    : [
        'o',
        entry.key,
        entry.etag,
        entry.size,
        entry.versionId,
        entry.marker ?? 0,
        entry.lastModified,
        entry.young ? 1 : 0,
        entry.base ?? 0,
        entry.headers ?? 0,
        ...(entry.past ?? []),
      ];

const isRow = (row: unknown): row is Row =>
  Array.isArray(row) &&
  (row[0] === 'g' || row[0] === 'o') &&
  typeof row[1] === 'string' &&
  typeof row[2] === 'string' &&
  typeof row[3] === 'number' &&
  typeof row[4] === 'string' &&
  (row[5] === 0 || typeof row[5] === 'string') &&
  typeof row[6] === 'number';

const entryOf = (row: Row): Entry => {
  const [kind, key, etag, size, versionId, marker, time, flag, ...rest] = row;
  const common = { key, etag, size, versionId, ...(marker === 0 ? {} : { marker }) };
  if (kind === 'g') {
    return { kind: 'gone', ...common, expiring: flag === 1, until: time, ...pastOf(rest) };
  }
  const [base, headers, ...past] = rest;
  return {
    kind: 'object',
    ...common,
    lastModified: time,
    ...(flag === 1 ? { young: true as const } : {}),
    ...(typeof base === 'string' ? { base } : {}),
    ...(typeof headers === 'string' ? { headers } : {}),
    ...pastOf(past),
  };
};

const pastOf = (ids: readonly (string | number)[]): Readonly<{ past?: Past }> =>
  ids.length === 0 ? {} : { past: ids.map(String) };

/** One line an entry. */
export const encodeEntries = (entries: readonly Entry[]): string =>
  entries.map((entry) => JSON.stringify(rowOf(entry))).join('\n');

/** The entries of one shard, or undefined where any line of it is not one. */
export const decodeEntries = (text: string): readonly Entry[] | undefined => {
  if (text === '') return [];
  const entries: Entry[] = [];
  for (const line of text.split('\n')) {
    const row = parseJson(line);
    if (!isRow(row)) return undefined;
    entries.push(entryOf(row));
  }
  return entries;
};

export const encodeTable = (table: Table): string =>
  JSON.stringify(table.map(({ from, name, count }) => [from, name, count]));

export const decodeTable = (text: string): Table | undefined => {
  const rows = parseJson(text);
  if (!Array.isArray(rows)) return undefined;
  const shards: Shard[] = [];
  for (const row of rows) {
    if (!Array.isArray(row)) return undefined;
    const [from, name, count] = row as unknown[];
    if (typeof from !== 'string' || typeof name !== 'string' || typeof count !== 'number') return undefined;
    shards.push({ from, name, count });
  }
  return shards;
};

/** A shard ends before a key whose hash says so (one in 1,024), and at 4,096 entries at the latest. */
const BOUNDARY_MASK = 1023;
const SHARD_ENTRIES_MAX = 4096;

/** Cuts sorted entries into shards at places that depend on the keys alone. */
export const cutIntoShards = (entries: readonly Entry[]): readonly (readonly Entry[])[] => {
  const shards: Entry[][] = [];
  let current: Entry[] = [];
  for (const entry of entries) {
    const full = current.length >= SHARD_ENTRIES_MAX;
    if (current.length > 0 && (full || (hashOf(entry.key) & BOUNDARY_MASK) === 0)) {
      shards.push(current);
      current = [];
    }
    current.push(entry);
  }
  if (current.length > 0) shards.push(current);
  return shards;
};

/** FNV-1a over UTF-16 units, with a final mix so that its low bits depend on every unit. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 16;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
