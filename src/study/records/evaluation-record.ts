/** @file What is kept of a finished model's answers to the test images. */

/** What a finished model says of every test image, condensed. */
export interface EvaluationRecord {
  /** Rows are true classes, columns the model's answers, in the order of the task's labels. */
  confusion: number[][];
  perClass: {
    className: string;
    precision: number;
    recall: number;
    f1: number;
    support: number;
    rocAuc: number | null;
    averagePrecision: number | null;
  }[];
  /** One class against all others, the mean over classes; null where a class has no test image. */
  rocAuc: number | null;
  averagePrecision: number | null;
  /** Expected calibration error over 15 bins of equal width. */
  calibrationError: number;
  /** Bins with answers in them: the model's mean probability of its answer, and the share that was right. */
  calibration: { confidence: number; accuracy: number; count: number }[];
  logLoss: number;
  /** Which test images it answered right, a bit each, as `packAnswers` packs them; absent in records of earlier versions. */
  correct?: string;
  /** ROC of each class as points (false positive rate, true positive rate), thinned to what a figure can show. */
  roc?: { className: string; points: [number, number][] }[];
  /** What it answered to each test image and how sure it was, as `packPredictions` packs it, of runs that a report shows in detail. */
  predicted?: string;
  /**
   * Where it looked, in runs that a report shows in detail: null where its network cannot tell, absent in records of
   * earlier versions.
   */
  heatMaps?: HeatMapRecord | null;
}

/** Coarse maps of some test images, all on one grid. */
export interface HeatMapRecord {
  /** Of the last convolution, or of the attention of a transformer. */
  method: "grad-cam" | "attention-rollout";
  /** Of the grid, at most 16; it lies over the whole image as the model saw it. */
  height: number;
  width: number;
  /** The surest mistakes first, then right answers, one of each class after another. */
  images: {
    /** In the test part of the data set. */
    index: number;
    /** [height, width] bytes: how far each place spoke for the model's answer, 0 the least and 255 the most of this image. */
    base64: string;
  }[];
}

/** A test image that some model answered wrong, or that all answered right and of which a map was kept. */
export interface ShownImageRecord {
  /** Among the images of the task, from 0. */
  place: number;
  /** In the test part of the data set. */
  index: number;
  /** Where it lies in the data set's folder; absent where it is no file of its own. */
  file?: string;
  /** Its class, as the task numbers them. */
  label: number;
  /** As small as a report shows it; absent where others come first. */
  jpegBase64?: string;
}
