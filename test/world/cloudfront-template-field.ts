/** Reads one value of a template, and says where it stands when it is not what was expected. */

export type Field = Readonly<{
  where: string;
  get(name: string): Field;
  /** Empty where there is none. */
  list(): readonly Field[];
  text(): string;
  textOr(otherwise: string): string;
  textsOr(otherwise: readonly string[]): readonly string[];
  number(): number;
  numberOr(otherwise: number): number;
  isTrue(): boolean;
  isThere(): boolean;
}>;

export const field = (value: unknown, where: string): Field => {
  const expected = (what: string): never => {
    throw new Error(`${where}: expected ${what}, got ${JSON.stringify(value) ?? 'nothing'}`);
  };
  const absent = value === undefined || value === null;
  const text = (): string =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : expected('text');
  const number = (): number =>
    absent || value === '' || Number.isNaN(Number(value)) ? expected('a number') : Number(value);
  const list = (): readonly Field[] => {
    if (absent) return [];
    if (!Array.isArray(value)) return expected('a list');
    return value.map((item, index) => field(item, `${where}[${index}]`));
  };
  return {
    where,
    get: (name) => {
      if (!absent && typeof value !== 'object') expected('an object');
      return field((value as Record<string, unknown> | undefined)?.[name], `${where}.${name}`);
    },
    list,
    text,
    textOr: (otherwise) => (absent ? otherwise : text()),
    textsOr: (otherwise) => (absent ? otherwise : list().map((item) => item.text())),
    number,
    numberOr: (otherwise) => (absent ? otherwise : number()),
    isTrue: () => value === true || value === 'true',
    isThere: () => !absent,
  };
};
