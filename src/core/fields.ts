/** @file Fields of a study file as the part of Graft declares them that they belong to. */

interface Described {
  /** A phrase for whoever writes the file. */
  readonly description: string;
}

/** True or false. */
interface SwitchField extends Described {
  readonly kind: "switch";
  readonly default: boolean;
}

export interface NumberField extends Described {
  readonly kind: "number" | "whole number";
  readonly min: number;
  readonly max?: number;
  readonly default: number;
}

/** Two numbers above 0. */
interface RangeField extends Described {
  readonly kind: "range";
  readonly max: number;
  readonly default: readonly [number, number];
}

/** Fields that are said together; null leaves them all out. */
interface GroupField extends Described {
  readonly kind: "group";
  readonly fields: Fields;
  readonly default: null;
}

/** What a field may hold, what it holds where it is left out, and what it is for. */
export type Field = SwitchField | NumberField | RangeField | GroupField;
export type Fields = Readonly<Record<string, Field>>;

interface Values {
  readonly switch: boolean;
  readonly number: number;
  readonly "whole number": number;
  readonly range: readonly [number, number];
}

/** What a field holds. */
export type ValueOf<F extends Field> = F extends GroupField
  ? ValuesOf<F["fields"]> | null
  : Values[Exclude<F["kind"], "group">];
export type ValuesOf<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** What fields hold that nothing is said of. */
export function defaultsOf<F extends Fields>(fields: F): ValuesOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.default])) as ValuesOf<F>;
}
