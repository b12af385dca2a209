/** @file Reads scores.json, the golden values that make_scores.py computed with NumPy. */

import { readFileSync } from "node:fs";

interface GoldenScores {
  answers: { name: string; labels: number[]; probabilities: number[]; leep: number; nce: number }[];
  features: {
    name: string;
    labels: number[];
    features: number[];
    logme: number;
    hScore: number;
    pca: { scores: number[]; explained: number[] };
  }[];
}

const path = new URL("../../test/golden/scores.json", import.meta.url);

/** The golden values. */
export const golden: GoldenScores = JSON.parse(readFileSync(path, "utf8"));
