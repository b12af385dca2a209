/** @file What is made of a model file, and what it says of itself. */

import type { Network, Normalization, Parameters } from "../../engine/nn/index.ts";
import type { ModelFile } from "../../engine/onnx/index.ts";
import type { ImageLayout } from "./image-input.ts";

/** What a file says of the images it wants; null where it says nothing. */
export interface BackbonePreprocessing {
  readonly layout: ImageLayout;
  /** Known where the file takes bytes: then it does the rest itself. */
  readonly normalization: Normalization | null;
  /** From the metadata of files that Graft wrote. */
  readonly classNames: readonly string[] | null;
}

/** A network that was trained elsewhere. */
export interface ImportedBackbone {
  /** The graph's name in the file. */
  readonly name: string;
  /** Of input shape [C, H, W]; the file's own head is the last layer. */
  readonly network: Network;
  /** The file's weights by full name. */
  readonly parameters: Parameters;
  readonly preprocessing: BackbonePreprocessing;
  /** The sentence that says which operator has no gradient; null if every layer can be trained. */
  readonly untrainable: string | null;
}

export interface ImportOptions {
  /** The file, as errors name it; data beside the model are read from its folder. */
  readonly path: string;
  /** Side of the images, for files that leave it open. */
  readonly imageSize?: number;
  /** How the file wants its channels; RGB when left out. */
  readonly channelOrder?: "RGB" | "BGR" | "grey";
}

/** A parsed file, and the image that it declares. */
export interface OpenedFile {
  readonly file: ModelFile;
  readonly path: string;
  readonly channelOrder: "RGB" | "BGR" | "grey";
  readonly layout: ImageLayout;
  /** Lengths that the file leaves open, by name. */
  readonly dims: Readonly<Record<string, number>>;
  readonly takesBytes: boolean;
}

/** What undoes a division by 255. */
export function bytesAsTheyAre(channels: number): Normalization {
  return { mean: Array<number>(channels).fill(0), std: Array<number>(channels).fill(1 / 255) };
}

/** Names of the classes in the metadata of files that Graft wrote; null in all others. */
export function classesIn(metadata: Readonly<Record<string, string>>): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(metadata.classes ?? "null");
    return Array.isArray(value) && value.every((name) => typeof name === "string") ? value : null;
  } catch {
    return null;
  }
}
