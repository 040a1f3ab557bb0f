/** What is to happen at an edge, in order of time; entries of one time in the order they were added. */

export const createSchedule = () => {
  const entries: { at: number; act(): void }[] = [];
  return {
    next: (): number => entries[0]?.at ?? Number.POSITIVE_INFINITY,
    add: (at: number, act: () => void): void => {
      const after = entries.findIndex((entry) => entry.at > at);
      entries.splice(after < 0 ? entries.length : after, 0, { at, act });
    },
    run: (until: number): void => {
      for (let first = entries[0]; first && first.at <= until; first = entries[0]) {
        entries.shift();
        first.act();
      }
    },
  };
};
