/** @file The layer curves in words. */

import {
  type CurveKind,
  type LayerCurve,
  type LayerCurves,
  type LayerPoint,
  layerCurves,
} from "../analysis/layer-curves.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { list, points } from "../format.ts";

const meanings: Record<CurveKind, string> = {
  AnB: "from the source and frozen",
  "AnB+": "from the source and fine-tuned",
  BnB: "from the target's own scratch run and frozen",
  "BnB+": "from the target's own scratch run and fine-tuned",
};

/** One paragraph a budget: where each curve is settled to leave training from scratch. */
export function layerParagraphs(design: StudyDesign): string[] {
  return layerCurves(design).map((curves) => {
    const where = design.severalBudgets ? ` at ${curves.budget.text} images per class` : "";
    return `Layer curves${where}: ${paragraph(curves)}`;
  });
}

function paragraph({ baseline, curves }: LayerCurves): string {
  if (!baseline) return "no scratch run finished, so there is nothing to hold them against.";
  const tested = curves.some((curve) => curve.points.some((point) => point.adjustedP !== null));
  if (!tested) return "one seed each, so it cannot be said where they leave training from scratch.";
  if (curves.every((curve) => curve.points.every((point) => point.outcome === "open"))) {
    return "no point of them is settled to differ from scratch.";
  }
  const sentences = curves.map(curveSentence);
  return `${sentences.join(" ")} Differences are in percentage points from scratch, by paired t tests with Holm's correction over all points of the curves.`;
}

/** `AnB (first n layers from the source and frozen) is below scratch at n = 4 (−6.1) and 5 (−10.0); open elsewhere.` */
function curveSentence({ kind, points: members }: LayerCurve): string {
  const sides = (["below", "above"] as const).flatMap((side) => {
    const own = members.filter((point) => point.outcome === side);
    return own.length === 0 ? [] : [`${side} scratch at n = ${list(own.map(pointText))}`];
  });
  const name = `${kind} (first n layers ${meanings[kind]})`;
  if (sides.length === 0) return `${name} is nowhere settled to differ from scratch.`;
  const isEverywhere = members.every((point) => point.outcome !== "open");
  return `${name} is ${list(sides)}${isEverywhere ? "" : "; elsewhere nothing is settled"}.`;
}

function pointText({ layers, difference }: LayerPoint): string {
  return difference ? `${layers} (${points(difference.mean)})` : String(layers);
}
