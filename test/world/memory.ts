/** What a model remembers, as data that can be kept and given back to a model of the same kind. */

export type Memory = Readonly<{
  /** Maps, arrays, bytes and plain values; what the model itself holds, so that it must be copied at once. */
  save(): unknown;
  /** Replaces all that the model remembers by what `save` gave. */
  load(saved: unknown): void;
}>;
