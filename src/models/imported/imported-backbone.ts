/** @file What is made of a model file, and what it says of itself. */

import type { Network, Parameters } from "../../engine/nn/index.ts";
import type { ExternalReader, ModelFile } from "../../engine/onnx/index.ts";
import type { OutputActivation } from "./graph/head.ts";
import type { ChannelOrder, ImageLayout } from "./graph/image-input.ts";
import type { TokenFeatures } from "./graph/tokens.ts";
import type { OwnPixels } from "./own-normalization.ts";
import type { BackbonePreprocessing } from "./preprocessing.ts";

/** A network that was trained elsewhere. */
export interface ImportedBackbone {
  /** The graph's name in the file. */
  readonly name: string;
  /**
   * Of input shape [C, H, W]; the file's own head is the last layer, and its output are scores. In a file that ends in
   * features the last layer does nothing, so that a head can be put in its place.
   */
  readonly network: Network;
  /** The file's weights by full name. */
  readonly parameters: Parameters;
  readonly preprocessing: BackbonePreprocessing;
  /** False for a file that ends in features. */
  readonly hasHead: boolean;
  /** What its features are made of where the file ends in tokens; null where it does not. */
  readonly tokens: TokenFeatures | null;
  /** What the file itself makes of the scores. */
  readonly activation: OutputActivation;
  /** The sentence that says which operator has no gradient; null if every layer can be trained. */
  readonly untrainable: string | null;
  /** The first layer that can be trained, by its place, and so can all after it. */
  readonly trainsFrom: number;
}

export interface ImportOptions {
  /** The file, as errors name it. */
  readonly path: string;
  /** Reads the files beside the model that hold data of it; models that have some are refused without. */
  readonly external?: ExternalReader;
  /** Height and width of the images, for files that leave them open. */
  readonly imageSize?: readonly [height: number, width: number];
  /** How the file wants its channels; as it says when left out, or RGB. */
  readonly channelOrder?: ChannelOrder;
  /** What features are made of where the file ends in tokens: the first if it is a class token, or else their mean. */
  readonly tokens?: TokenFeatures;
}

/** A parsed file, and the image that it declares. */
export interface OpenedFile {
  readonly file: ModelFile;
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly channelOrder: ChannelOrder;
  readonly layout: ImageLayout;
  /** Lengths that the file leaves open, by name. */
  readonly dims: Readonly<Record<string, number>>;
  /** False where the file says how many images it takes at a time. */
  readonly takesAnyBatch: boolean;
  readonly takesBytes: boolean;
  readonly ownPixels: OwnPixels | null;
  readonly tokens: TokenFeatures | undefined;
}
