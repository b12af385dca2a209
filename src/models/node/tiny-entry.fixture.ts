/** @file An entry whose file is small and made here, for tests. */

import { createHash } from "node:crypto";
import type { PretrainedEntry } from "../pretrained/entry.ts";

/** The file of {@link tinyEntry}. */
export const tinyBytes = Uint8Array.from({ length: 50_000 }, (_, at) => (at * at) >> 5);

/** An entry like those of the table. */
export const tinyEntry: PretrainedEntry = {
  name: "tiny-1",
  title: "Tiny",
  zooPath: "tiny/model/tiny-1.onnx",
  sizeBytes: tinyBytes.length,
  sha256: createHash("sha256").update(tinyBytes).digest("hex"),
  licence: "MIT",
  opset: 13,
  input: {
    shape: [1, 4, 4],
    layout: "CHW",
    channelOrder: "grey",
    mean: [0],
    std: [1],
    resize: { how: "stretch" },
  },
  batch: "any",
  output: "logits",
  classes: { list: "mnist-digits", count: 10 },
  accuracy: 0.5,
  source: "a test",
};
