/** @file Fields that the records of a study share, and what holds a schema to its record. */

import { z } from "zod";

/** A schema for every field of a record, by the compiler's word. Fields that are not known here are kept. */
export type FieldsOf<Record> = { readonly [Field in keyof Required<Record>]: z.ZodType };

export const text = z.string();
export const count = z.int().min(0);
export const number = z.number();
/** JSON has no word for what is not finite. */
export const measured = number.nullable();
export const budget = z.union([z.int().min(1), z.literal("all")], {
  error: 'expected a whole number from 1, or "all"',
});
