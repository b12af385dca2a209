/** @file Fields that other rooms declare, as the schema of the study file has them. */

import { z } from "zod";
import type { Field, Fields, ValueOf } from "../../core/index.ts";

type SchemaOf<F extends Field> = z.ZodDefault<
  F extends { kind: "group" }
    ? z.ZodNullable<z.ZodObject<SchemasOf<F["fields"]>, z.core.$strict>>
    : z.ZodType<ValueOf<F>, ValueOf<F>>
>;
type SchemasOf<F extends Fields> = { [Name in keyof F]: SchemaOf<F[Name]> };

/** The same fields, each with its bounds, its default and its description. */
export function fieldSchemas<F extends Fields>(fields: F): SchemasOf<F> {
  const entries = Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]);
  return Object.fromEntries(entries) as SchemasOf<F>;
}

/** One of them. */
export function fieldSchema<F extends Field>(field: F): SchemaOf<F> {
  return valueSchema(field).default(field.default).describe(field.description) as unknown as SchemaOf<F>;
}

function valueSchema(field: Field): z.ZodType {
  switch (field.kind) {
    case "switch":
      return z.boolean();
    case "number":
    case "whole number": {
      const from = (field.kind === "number" ? z.number() : z.int()).min(field.min);
      return field.max === undefined ? from : from.max(field.max);
    }
    case "range": {
      const end = z.number().gt(0).lte(field.max);
      return z.tuple([end, end]);
    }
    case "group":
      return z.strictObject(fieldSchemas(field.fields)).nullable();
  }
}
