/** @file The form of maps of where a model looked. */

import { z } from "zod";
import type { HeatMapRecord } from "../evaluation-record.ts";
import { type FieldsOf, count, text } from "./fields.ts";

export const heatMapSchema = z.looseObject({
  method: z.enum(["grad-cam", "attention-rollout"]),
  height: z.int().min(1),
  width: z.int().min(1),
  images: z.array(z.looseObject({ index: count, base64: text })),
} satisfies FieldsOf<HeatMapRecord>);
