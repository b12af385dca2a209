/** @file The test images that models got wrong, as far as records have them. */

import type { StudySummary } from "../../study/index.ts";
import type { EvaluationRecord } from "./record-parts.ts";

/** One of them. */
export type Mistake = NonNullable<EvaluationRecord["mistakes"]>[number];

/** Where it lies in the data set, or which of the test images it is. */
export function mistakeName({ file, index }: Mistake): string {
  return file ?? `Test image ${index}`;
}

/** Its bytes, [channels, height, width]. */
export function planesOf({ index, imageBase64 }: Mistake, { examples }: StudySummary): Uint8Array {
  const { channels, height, width } = examples;
  const planes = Buffer.from(imageBase64, "base64");
  if (planes.byteLength === channels * height * width) return planes;
  throw new Error(`internal: test image ${index} has ${planes.byteLength} bytes, not ${channels}x${height}x${width}`);
}
