/** @file Fields of other rooms as the schema of the study file has them. */

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Fields, defaultsOf } from "../../core/index.ts";
import { fieldSchemas } from "./field-schema.ts";

const fields = {
  on: { kind: "switch", default: false, description: "whether" },
  count: { kind: "whole number", min: 0, max: 3, default: 1, description: "how many" },
  strength: { kind: "number", min: 0.5, default: 2, description: "how much" },
  window: {
    kind: "group",
    default: null,
    description: "both ends",
    fields: { share: { kind: "range", max: 1, default: [0.1, 1], description: "from, to" } },
  },
} as const satisfies Fields;
const schema = z.strictObject(fieldSchemas(fields));

describe("fieldSchemas", () => {
  test("fills in what is left out, in groups that are asked for too", () => {
    expect(schema.parse({})).toEqual(defaultsOf(fields));
    expect(schema.parse({ window: {}, count: 0 })).toEqual({
      on: false,
      count: 0,
      strength: 2,
      window: { share: [0.1, 1] },
    });
  });

  test.each([
    { on: "yes" },
    { count: 4 },
    { count: 0.5 },
    { strength: 0.4 },
    { strength: Infinity },
    { window: { share: [0, 1] } },
    { window: { share: [0.5, 2] } },
    { window: { share: [0.5] } },
    { window: { shares: [0.5, 1] } },
  ])("refuses %j", (value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });

  test("keeps bounds, defaults and descriptions", () => {
    expect(z.toJSONSchema(schema, { io: "input" }).properties?.["count"]).toEqual({
      type: "integer",
      minimum: 0,
      maximum: 3,
      default: 1,
      description: "how many",
    });
  });
});
