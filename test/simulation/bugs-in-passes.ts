/** Planted bugs in the order of effects: what is read, called, written and sent, and when. */

import type { Bug } from './bugs.ts';

const INVALIDATE = 'shared/passes/invalidate.ts';
const DRIVE = 'shared/passes/drive-intent.ts';
const FOLLOW = 'shared/passes/follow.ts';
const HELD_HEAD = 'shared/passes/held-head.ts';

export const BUGS_IN_PASSES: readonly Bug[] = [
  {
    name: 'reference-from-paths',
    file: 'shared/core/intent.ts',
    find: '({ reference: reference(), items: items.length, wildcards }))',
    replace: "({ reference: items.join(' '), items: items.length, wildcards }))",
    why: 'CloudFront answers a known reference with the earlier invalidation, which purges nothing new',
  },
  {
    name: 'reference-from-build',
    file: INVALIDATE,
    find: 'withReferences(planned, ports.random.id)',
    replace: "withReferences(planned, () => builds[0] ?? 'no build')",
    why: 'a build has more than one invalidation, and what is put by hand has no build',
  },
  {
    name: 'reference-from-clock',
    file: INVALIDATE,
    find: 'withReferences(planned, ports.random.id)',
    replace: 'withReferences(planned, () => String(Math.floor(now / 1000)))',
    why: 'two invalidations of one second are one to CloudFront',
  },
  {
    name: 'commit-before-create',
    file: DRIVE,
    find: `        ? await createNext(ports, held, intent, writer, deadline)
        : await commit(ports, held, intent, writer);`,
    replace: `        ? await (async () => {
            const items = (await readPlan(ports, intent)) ?? [];
            const all = { ...intent, done: intent.batches.length };
            const committedFirst = await commit(ports, held, all, writer);
            if (committedFirst.kind === 'committed') {
              for (const [index, batch] of intent.batches.entries()) {
                await ports.cdn.create(batch.reference, itemsOfBatches(intent, index, index + 1, items));
              }
            }
            return committedFirst;
          })()
        : await commit(ports, held, intent, writer);`,
    why: 'a crash or a refusal between both leaves recorded what was never invalidated',
  },
  {
    name: 'record-what-is-there-now',
    file: INVALIDATE,
    find: '  const finished = await finish(ports, written, writer, deadline);',
    replace: `  const finished = await finish(ports, written, writer, deadline);
  if (finished.kind === 'open') {
    const again = await lookAtSite(ports, finished.held, [], settings, deadline);
    const recorded = await writeEntries(ports, again.goal, again.known);
    await writeHead(ports, finished.held, { ...finished.held.head, recorded }, writer);
  }`,
    why: 'what changed since the listing is recorded without having been invalidated',
  },
  {
    name: 'acknowledge-early',
    file: INVALIDATE,
    find: `  const passed = await postponedOnError(ports, 'work', messages, () =>
    reconcile(hints, ports, settings, deadline),
  );`,
    replace: `  const passed: Passed = SETTLED;
  reconcile(hints, ports, settings, deadline).catch(() => {});`,
    why: 'a hint that is gone before its intent is durable may have been the only trace of a change',
  },
  {
    name: 'denied-acknowledges',
    file: INVALIDATE,
    find: "  if (opened.kind === 'settled' && hints.some(({ kind }) => kind !== 'tick')) return NOT_LOOKED;",
    replace: '',
    why: 'an intent that is denied was decided before these hints came',
  },
  {
    name: 'no-condition',
    file: HELD_HEAD,
    find: '  const written = await state.writeHead(bytes, held.etag);',
    replace: `  const current = await state.readHead();
  const written = await state.writeHead(bytes, current === 'missing' ? 'absent' : current.etag);`,
    why: 'of two workers the later one writes over what the earlier one has recorded',
  },
  {
    name: 'no-reply-means-written',
    file: HELD_HEAD,
    find: "  if (written.kind === 'written') return { head, etag: written.etag };",
    replace: `  if (written.kind === 'written') return { head, etag: written.etag };
  if (written.kind === 'unknown') return { head, etag: held.etag };`,
    why: 'the call is made for an intent that nobody else will ever see',
  },
  {
    name: 'no-reply-means-new-reference',
    file: DRIVE,
    find: "      return { kind: 'waiting', seconds: LATER_RETRY_SECONDS, because: answer.because };",
    replace: '      return refused(ports, held, intent, answer, items, writer);',
    why: 'the call may have arrived: another reference purges everything a second time',
  },
  {
    name: 'builds-after-listing',
    file: INVALIDATE,
    find: '  return act(ports, held, look, builds, settings, writer, deadline);',
    replace:
      '  return act(ports, held, look, await lookAtBuilds(ports, held.head), settings, writer, deadline);',
    why: 'a build that ended in between has uploaded what the listing does not show',
  },
  {
    name: 'start-told-again',
    file: 'shared/core/starts.ts',
    find: '  return { ...head, started, outbox',
    replace: '  return { ...head, outbox',
    why: 'every pass while a build runs tells of its start again',
  },
  {
    name: 'start-looks-at-nothing',
    file: INVALIDATE,
    find: 'if (starts && changes.length === 0) return',
    replace: 'if (starts && changes.length < hints.length) return',
    why: 'what came together with the start of a build is acknowledged without having been looked at',
  },
  {
    name: 'damaged-state-is-empty',
    file: INVALIDATE,
    find: "      (damaged === undefined ? undefined : 'the recorded state is damaged') ??",
    replace: '',
    why: 'everything looks new, and nothing that is at the edges is invalidated',
  },
  {
    name: 'distribution-ignored',
    file: INVALIDATE,
    find: 'facts.deployed && facts.fingerprint !== known ?',
    replace: 'facts.fingerprint === undefined ?',
    why: 'another configuration gives other answers for the same URLs',
  },
  {
    name: 'deployment-not-awaited',
    file: INVALIDATE,
    find: 'facts.deployed && facts.fingerprint !== known ?',
    replace: 'facts.fingerprint !== known ?',
    why: 'an edge that has the old configuration yet fetches the old answer again',
  },
  {
    name: 'outbox-forgets',
    file: 'shared/passes/send-outbox.ts',
    find: "answers[index] !== 'sent'",
    replace: 'answers[index] === undefined',
    why: 'a message that was not sent is never sent again',
  },
  {
    name: 'send-before-write',
    file: FOLLOW,
    find: '  const written = await writeHead(ports, held, next, writer);',
    replace: `  await Promise.all(next.outbox.map(({ queue, body }) => ports.queue.send(queue, body)));
  const written = await writeHead(ports, held, next, writer);`,
    why: 'when the write is lost the next one tells something else',
  },
  {
    name: 'earlier-forgotten',
    file: FOLLOW,
    find: "  if (earlierThan(head, entry)) return 'an earlier invalidation is not settled';",
    replace: '',
    why: 'a build that changed nothing itself is called live before the one before it is',
  },
  {
    name: 'settle-time-ignored',
    file: FOLLOW,
    find: "  if (ports.clock.now() < entry.settlesAt) return 'an error for a new key may still be cached';",
    replace: '',
    why: 'a build is called live while an edge still says that its new page is missing',
  },
  {
    name: 'overlap-ignored',
    file: FOLLOW,
    find: "  return overlaps ? 'a build whose upload overlaps is in progress' : undefined;",
    replace: '  return undefined;',
    why: 'what the other build uploaded so far is half of a site',
  },
  {
    name: 'asked-once',
    file: 'shared/passes/check-edge.ts',
    find: "first?.verdict.kind === 'old' ? await ask(ports, check, deadline) : first",
    replace: 'first',
    why: 'what the edge has may be rolled back between its answer and the listing',
  },
  {
    name: 'plan-lost-asks-for-nothing',
    file: DRIVE,
    find: "const created = Array.from({ length: count }, (_, index) => items[index] ?? '');",
    replace: 'const created = items.slice(0, count);',
    why: 'the batch of everything then names no item, and is refused for ever',
  },
  {
    name: 'completion-not-awaited',
    file: FOLLOW,
    find: "  if (!entry.completed) return 'CloudFront has not completed it';",
    replace: '',
    why: 'an edge that the invalidation has not reached serves the old page',
  },
];
