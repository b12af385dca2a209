/** @file What a study learns about transfer beside training: guesses made before it, and maps of features. */

/** A guess, made before training on the target, at how well the source's features will serve it. */
export interface TransferabilityRecord {
  seed: number;
  imagesPerClass: number | "all";
  /** `leep`, `nce`: from the source's answers. `logme`, `h-score`: from the features below a layer. */
  score: "leep" | "nce" | "logme" | "h-score";
  /** The first layer above the features; null for scores of the whole source network. */
  layer: string | null;
  value: number;
}

/** Images as points in the plane: features of the source network, for the report's maps. */
export interface FeatureMapRecord {
  method: "pca" | "tsne";
  /** `raw pixels`, or the layer whose features these are. */
  features: string;
  /** Shares of all variance along the two axes, in [0, 1]; of `pca` alone, and absent in earlier summaries. */
  explained?: [number, number];
  points: { x: number; y: number; className: string; task: "source" | "target" }[];
}
