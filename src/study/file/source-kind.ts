/** @file Where a study's source network comes from, as its file says it. */

import { ConfigError } from "../../core/index.ts";
import { pretrained } from "../../models/index.ts";
import type { StudyConfig } from "./schema.ts";

/** Where the source of a study comes from: classes of the same images, a data set of its own, or a trained network. */
export function sourceKindOf({ source }: Pick<StudyConfig, "source">): "classes" | "dataset" | "backbone" {
  if (typeof source !== "string") return "classes";
  const isNetwork = source.endsWith(".onnx") || isWeightsFile(source) || Object.hasOwn(pretrained, source);
  return isNetwork ? "backbone" : "dataset";
}

/** True for a file of weights alone, whose architecture the study names. */
export function isWeightsFile(path: string): boolean {
  return path.endsWith(".safetensors");
}

/** @throws ConfigError if the study's fields do not say where its source comes from. */
export function checkSource({ target, source }: StudyConfig): void {
  if (typeof target === "string" && typeof source !== "string") {
    throw new ConfigError(
      `source: expected a data set or a trained network, since the target "${target}" is a data set with all of its ` +
        `classes, got ${source === null ? "none" : "classes"}. Name one (graft models list), or list the target's classes.`,
    );
  }
}
