/** @file The work of a study beside that of its runs: what it finds out of transfer. */

import { seedsOf } from "../file/config.ts";
import type { Piece } from "../run/costs.ts";
import type { StudyContext } from "./study-context.ts";

/** Of scores of a source, and of the maps of the first seed. */
const SCORES_MS = 1500;
const MAPS_MS = 4000;

/** Where a study has a source, scores for each seed and maps for the first are there once it is trained. */
export function analysisPieces({
  runs,
  study,
  data,
  found: { analysis },
}: Pick<StudyContext, "runs" | "study" | "data" | "found">): Piece[] {
  const [firstSeed] = seedsOf(study.config);
  const seeds = new Set(runs.filter(({ startsFrom }) => startsFrom !== null).map(({ seed }) => seed));
  if (data.backbone === undefined && runs.every(({ task }) => task !== "source")) return [];
  const scored = new Set(analysis.transferability.map(({ seed }) => seed));
  const lacking = [...seeds].filter((seed) => !scored.has(seed)).length;
  const mapped = analysis.featureMaps.length > 0 || !seeds.has(firstSeed);
  return [
    beside({ kind: "scores", units: lacking, flops: SCORES_MS }),
    beside({ kind: "maps", units: mapped ? 0 : 1, flops: MAPS_MS }),
  ];
}

/** Work that belongs to no run. */
export function beside(piece: Pick<Piece, "kind" | "units" | "flops">): Piece {
  return { ...piece, group: "other", fewest: piece.units, span: [0, 0] };
}
