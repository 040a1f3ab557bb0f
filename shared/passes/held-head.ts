/** Reads the head, and writes it so that of two writers one goes on and the other learns that it lost. */

import { encodeHead, HEAD_BYTES_MAX, type Head, ofSite, parseHead } from '../core/head.ts';
import { emptyLedger } from '../core/ledger.ts';
import type { Ports } from '../ports.ts';

/** A head and the entity tag it was read or written with. `bootstrap` says why there was none to read. */
export type Held = Readonly<{ head: Head; etag: string | 'absent'; bootstrap?: string }>;

type HeadPorts = Pick<Ports, 'clock' | 'random' | 'state' | 'tell'>;

/**
 * A head that cannot be read, or is another site's, is put aside and replaced: one invalidation of everything
 * repairs all of it.
 */
export const readHead = async ({ clock, random, state, tell }: HeadPorts, site: string): Promise<Held> => {
  const stored = await state.readHead();
  const fresh = emptyHead(site, clock.now());
  if (stored === 'missing') return { head: fresh, etag: 'absent', bootstrap: 'no state is recorded yet' };
  const parsed = ofSite(parseHead(stored.bytes), site);
  if (parsed.kind === 'head') return { head: parsed.head, etag: stored.etag };
  const aside = `aside/head-${random.id()}.json`;
  await state.write(aside, stored.bytes);
  tell({ kind: 'head-unreadable', alarm: true, because: parsed.because, aside });
  return { head: fresh, etag: stored.etag, bootstrap: `the recorded state is unreadable: ${parsed.because}` };
};

const emptyHead = (site: string, now: number): Head => ({
  schema: 1,
  site,
  generation: 0,
  writer: '',
  bootstrappedAt: now,
  objects: 0,
  fingerprint: '',
  follows: [],
  builds: [],
  outbox: [],
  ledger: emptyLedger(now),
});

/** The write was refused or never arrived; the pass ends, and its messages come back. */
export class NotWritten extends Error {
  override name = 'NotWritten';
}

/** Not allowed to, and that will be so the next time, too. */
const NOT_ALLOWED = /AccessDenied|AccessDisabled|KMS/;

/**
 * Writes `next` over what is held. `lost`: another writer came first. After a conflict or no reply the head is
 * read again: this writer's own generation there means that the write arrived. A head that is as it was means that
 * nobody wrote, and to look again at once would not help: that is an error.
 */
export const writeHead = async (
  { state, tell }: Pick<Ports, 'state' | 'tell'>,
  held: Held,
  next: Head,
  writer: string,
): Promise<Held | 'lost'> => {
  const head: Head = { ...next, generation: held.head.generation + 1, writer };
  const bytes = encodeHead(head);
  if (bytes.length > HEAD_BYTES_MAX) tell({ kind: 'head-too-large', alarm: true, bytes: bytes.length });
  const written = await state.writeHead(bytes, held.etag);
  if (written.kind === 'written') return { head, etag: written.etag };

  const stored = await state.readHead();
  if (written.kind === 'unknown') {
    const { because } = written;
    const isAsItWas = (stored === 'missing' ? 'absent' : stored.etag) === held.etag;
    tell({ kind: 'state-write-unknown', alarm: isAsItWas && NOT_ALLOWED.test(because), because });
    if (isAsItWas) throw new NotWritten(`the state was not written: ${because}`);
  }
  if (stored === 'missing') return 'lost';
  const parsed = parseHead(stored.bytes);
  const isOurs =
    parsed.kind === 'head' && parsed.head.writer === writer && parsed.head.generation === head.generation;
  return isOurs ? { head, etag: stored.etag } : 'lost';
};
