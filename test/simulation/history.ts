/** What really happened to every key, as nobody inside the simulation can know it. */

/** The state of a key from an instant on: its content and headers, or none when it is not there. */
export type State = Readonly<{ at: number; content: string | undefined; headers: string; touched: boolean }>;

export type History = Readonly<{
  /** Writes down how a key is from now on. `touched`: its versions were, so that it counts as changed anyway. */
  note(key: string, at: number, content: string | undefined, headers: string, touched: boolean): void;
  /** Whether the key was there at some instant up to `until`. */
  existedBy(key: string, until: number): boolean;
  keys(): readonly string[];
  /** All that happened to a key, for a person. */
  describe(key: string): string;
  /** Every content that was current at some instant from `from` on; undefined stands for "not there". */
  contentsSince(key: string, from: number): ReadonlySet<string | undefined>;
  /** Changes of bytes or headers after `from` up to `until`, the first creation not counted. */
  changesIn(key: string, from: number, until: number): number;
}>;

export const createHistory = (): History => {
  const states = new Map<string, State[]>();
  return {
    note: (key, at, content, headers, touched) => {
      const all = states.get(key) ?? [];
      states.set(key, all);
      all.push({ at, content, headers, touched });
    },
    existedBy: (key, until) => (states.get(key)?.[0]?.at ?? Number.POSITIVE_INFINITY) <= until,
    keys: () => [...states.keys()],
    describe: (key) =>
      (states.get(key) ?? [])
        .map(
          ({ at, content, headers, touched }) =>
            `${at} ${content ?? '-'} ${headers}${touched ? ' touched' : ''}`,
        )
        .join('; '),
    contentsSince: (key, from) => {
      const all = states.get(key) ?? [];
      const first = all.findLastIndex(({ at }) => at <= from);
      const contents = new Set(all.slice(Math.max(first, 0)).map(({ content }) => content));
      if (first < 0) contents.add(undefined);
      return contents;
    },
    changesIn: (key, from, until) => {
      const all = states.get(key) ?? [];
      return all.filter((state, index) => {
        const before = all[index - 1];
        if (!before || state.at <= from || state.at > until) return false;
        return state.touched || before.content !== state.content || before.headers !== state.headers;
      }).length;
    },
  };
};
