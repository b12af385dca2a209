/** @file The JSON Schema of study files. */

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { studyJsonSchema } from "./config.ts";
import { presets } from "./presets.ts";

describe("studyJsonSchema", () => {
  const schema = z.fromJSONSchema(studyJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);

  test("accepts what study files may hold", () => {
    for (const { study } of Object.values(presets)) expect(schema.safeParse(study).success).toBe(true);
    for (const study of [{}, { seeds: [1, 2], target: ["cat", 3], strategies: ["scratch", { name: "last-layer" }] }])
      expect(schema.safeParse(study).error).toBeUndefined();
  });

  const refused: readonly object[] = [
    { training: { epoch: 3 } },
    { trainin: {} },
    { seeds: "x" },
    { head: "tasks" },
    { training: { optimizer: { name: "sdg" } } },
    { trainingOf: { scratch: { epochs: 0 } } },
  ];

  test.each(refused)("refuses %j", (study) => {
    expect(schema.safeParse(study).success).toBe(false);
  });
});
