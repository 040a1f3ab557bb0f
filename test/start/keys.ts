/** Single keys of a terminal. */

/** Gives the way to stop; the terminal is as it was then. */
export const onKeys = (actions: Readonly<Record<string, () => unknown>>): (() => void) => {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  const onData = (key: string): void => void actions[key]?.();
  stdin.on('data', onData);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
};
