/** Reads and writes what the head names: content-addressed, so that a damaged blob is noticed. */

import { blobName, isBlob } from '../core/blobs.ts';
import {
  cutIntoShards,
  decodeEntries,
  decodeTable,
  type Entry,
  encodeEntries,
  encodeTable,
} from '../core/entries.ts';
import type { Ports } from '../ports.ts';

type StatePort = Pick<Ports, 'state'>;
type WritingPorts = Pick<Ports, 'state' | 'clock'>;

/** Writes text as a blob and gives its name; `known` names need no writing. */
export const writeBlob = async (
  { state, clock }: WritingPorts,
  text: string,
  known?: ReadonlySet<string>,
): Promise<string> => {
  const bytes = new TextEncoder().encode(text);
  const name = blobName(bytes, clock.now());
  if (!known?.has(name)) await state.write(name, bytes);
  return name;
};

/** The text of a blob, or undefined where it is missing or not what its name says. */
export const readBlob = async (
  { state }: Readonly<{ state: Pick<Ports['state'], 'read'> }>,
  name: string,
): Promise<string | undefined> => {
  const bytes = await state.read(name);
  if (bytes === 'missing' || !isBlob(name, bytes)) return undefined;
  return new TextDecoder().decode(bytes);
};

/** `damaged` says which blob could not be read; the entries are then of no use. `known` names what need not be written again. */
export type ReadEntries = Readonly<{
  entries: readonly Entry[];
  known: ReadonlySet<string>;
  damaged?: string;
}>;

/** All recorded entries, in byte order of their keys. */
export const readEntries = async (ports: StatePort, tableName: string | undefined): Promise<ReadEntries> => {
  if (tableName === undefined) return { entries: [], known: new Set() };
  const damaged = (name: string): ReadEntries => ({ entries: [], known: new Set(), damaged: name });
  const table = decodeTable((await readBlob(ports, tableName)) ?? '');
  if (!table) return damaged(tableName);
  const read: Entry[] = [];
  for (const { name } of table) {
    const text = await readBlob(ports, name);
    const entries = text === undefined ? undefined : decodeEntries(text);
    if (!entries) return damaged(name);
    for (const entry of entries) read.push(entry);
  }
  return { entries: read, known: new Set([tableName, ...table.map(({ name }) => name)]) };
};

/** Writes the shards that are not yet there, then their table, and gives the table's name. */
export const writeEntries = async (
  ports: WritingPorts,
  entries: readonly Entry[],
  known: ReadonlySet<string>,
): Promise<string> => {
  const table = [];
  for (const shard of cutIntoShards(entries)) {
    const name = await writeBlob(ports, encodeEntries(shard), known);
    table.push({ from: shard[0]?.key ?? '', name, count: shard.length });
  }
  return writeBlob(ports, encodeTable(table), known);
};
