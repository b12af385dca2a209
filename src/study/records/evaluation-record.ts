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
  /** The images that the model got most wrong, the surest wrong answer first. */
  mistakes?: MistakeRecord[];
}

/** A test image that a model got wrong. */
interface MistakeRecord {
  /** In the test part of the data set. */
  index: number;
  /** Where it lies in the data set's folder; absent where it is no file of its own, and in records of earlier versions. */
  file?: string;
  trueClass: string;
  answer: string;
  /** Of the answer. */
  probability: number;
  /** Of the likeliest classes, from the answer on; absent in records of earlier versions. */
  probabilities?: { className: string; probability: number }[];
  imageBase64: string;
}
