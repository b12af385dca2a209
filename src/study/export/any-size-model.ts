/** @file A model that takes photographs of any size: what brings them to its own is in its graph. */

import { DataError } from "../../core/index.ts";
import { resolveFit } from "../../data/node/index.ts";
import { readModelHeader, withFront } from "../../engine/onnx/index.ts";
import { blankSeal, seal } from "../../files/index.ts";
import { parseExportMetadata } from "./export-metadata.ts";
import { resizingNodes } from "./resizing-nodes.ts";

/** Its input. */
const PIXELS = "pixels";

/**
 * The bytes of a model from `pixels`, uint8 [N, height, width, 3] of any height and width, RGB, to `probabilities`
 * [N, classes], of the bytes of a run's model. It prepares photographs as `graft predict` does.
 *
 * @throws DataError if the bytes are no model of a run.
 * @throws ConfigError if its operators are those of an ONNX too old.
 */
export function anySizeModel(bytes: Uint8Array, path: string): Uint8Array {
  const { metadata } = readModelHeader(bytes, { path });
  const { imageShape, fit, resizeShorter, interpolation } = parseExportMetadata(metadata, path);
  if (imageShape === undefined)
    throw new DataError(`${path}: expected the model of a run, got one that does not say what images it takes.`, {
      location: { path },
    });
  const whole = resolveFit({ imageShape, fit, resizeShorter, interpolation });
  const { run, network, classes } = metadata;
  return seal(
    withFront(
      bytes,
      {
        input: { name: PIXELS, dtype: "uint8", shape: ["N", "height", "width", 3] },
        feeds: "images",
        build: (g) => resizingNodes(g, PIXELS, whole),
      },
      { metadata: { run, network, classes, seal: blankSeal }, path },
    ),
  );
}
