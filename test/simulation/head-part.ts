/** What the simulator reads of the head by itself: the code that is judged is not asked what it means. */

export type HeadPart = Readonly<{
  bootstrappedAt: number;
  builds: readonly Readonly<{ id: string; outcome?: string; generation?: number }>[];
  intent?: Readonly<{ plan: string; batches: readonly unknown[]; claimed: number }>;
  follows: readonly unknown[];
  outbox: readonly unknown[];
}>;

const decoder = new TextDecoder();

/** Undefined for what is no head of this schema. */
export const parseHead = (bytes: Uint8Array): HeadPart | undefined => {
  try {
    const head = JSON.parse(decoder.decode(bytes)) as HeadPart & { schema?: number };
    return head.schema === 1 ? head : undefined;
  } catch {
    return undefined;
  }
};
