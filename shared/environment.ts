/** Reads single settings of an environment; each error names the setting, what was expected and what came. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown for a setting that is missing or not what it should be; names it, what was expected and what came. */
export class SettingError extends Error {
  override name = 'SettingError';
}

export const text = (environment: Environment, name: string): string => {
  const value = environment[name];
  if (value === undefined || value === '') throw new SettingError(`${name}: expected a value, got none`);
  return value;
};

export const wholeNumber = (
  environment: Environment,
  name: string,
  least: number,
  standard: number,
  most = Number.MAX_SAFE_INTEGER,
): number => {
  const value = environment[name];
  if (value === undefined || value === '') return standard;
  const parsed = Number(value);
  if (Number.isSafeInteger(parsed) && parsed >= least && parsed <= most) return parsed;
  const atMost = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
  throw new SettingError(
    `${name}: expected a whole number of at least ${least}${atMost}, got ${JSON.stringify(value)}`,
  );
};

export const yesOrNo = (environment: Environment, name: string, standard: boolean): boolean => {
  const value = environment[name];
  if (value === undefined || value === '') return standard;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new SettingError(`${name}: expected "true" or "false", got ${JSON.stringify(value)}`);
};

/** Values separated by commas, each of the pattern; none where there is no value. */
export const listOf = (
  environment: Environment,
  name: string,
  pattern: RegExp,
  expected: string,
): readonly string[] => {
  const value = environment[name] ?? '';
  const values = value === '' ? [] : value.split(',').map((one) => one.trim());
  const wrong = values.find((one) => !pattern.test(one));
  if (wrong === undefined) return values;
  throw new SettingError(`${name}: expected ${expected}, separated by commas, got ${JSON.stringify(wrong)}`);
};

export const expression = (environment: Environment, name: string): RegExp | undefined => {
  const value = environment[name];
  if (value === undefined || value === '') return undefined;
  try {
    return new RegExp(value);
  } catch (error) {
    throw new SettingError(`${name}: expected a regular expression, got ${JSON.stringify(value)}`, {
      cause: error,
    });
  }
};

export const webAddress = (environment: Environment, name: string): string => {
  const value = text(environment, name);
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
  throw new SettingError(`${name}: expected an http or https address, got ${JSON.stringify(value)}`);
};
