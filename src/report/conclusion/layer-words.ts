/** @file The layer curves in words. */

import { list, points } from "../../core/index.ts";
import {
  type CurveKind,
  type FreezingCost,
  type LayerCurve,
  type LayerCurves,
  type LayerPoint,
  layerCurves,
} from "../analysis/layer-curves.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { fellShort } from "./outcomes.ts";

const meanings: Record<CurveKind, string> = {
  AnB: "from the source and frozen",
  "AnB+": "from the source and fine-tuned",
  BnB: "from the target's own scratch run and frozen",
  "BnB+": "from the target's own scratch run and fine-tuned",
};

const owners = { AnB: "the source's", BnB: "the target's own" } as const;

/**
 * What a study of layer curves is about, in a sentence: the price of keeping the source's first layers.
 *
 * Null where other strategies are compared too.
 */
export function layerHeadline(analysis: StudyAnalysis, where: string): string | null {
  const { design } = analysis;
  const others = design.strategies.filter((one) => one !== design.baseline && one.layerCurve === null);
  const [curves] = layerCurves(analysis);
  const cost = curves?.freezing.find(({ kind }) => kind === "AnB");
  if (others.length > 0 || design.severalBudgets || cost === undefined) return null;
  const settled = cost.points.filter(({ isSettled }) => isSettled);
  const what = "freezing the source's first n layers, against fine-tuning them,";
  if (settled.length === 0) return `${where} no cost of ${what} is clear at any n.`;
  const costs = settled.map((point) => `${costText(point)} percentage points at n = ${point.layers}`);
  const rest = settled.length < cost.points.length ? "; at the other n nothing is clear" : "";
  return `${where} ${what} costs ${list(costs)}${rest}.`;
}

/** One paragraph a budget: where each curve is settled to leave training from scratch, and what freezing costs. */
export function layerParagraphs(analysis: StudyAnalysis): string[] {
  return layerCurves(analysis).map((curves) => {
    const where = analysis.design.severalBudgets ? ` at ${curves.budget.text} images per class` : "";
    return `Layer curves${where}: ${[paragraph(curves), ...freezingSentences(curves)].join(" ")}`;
  });
}

function paragraph({ baseline, curves }: LayerCurves): string {
  if (!baseline) return "no scratch run finished, so there is nothing to hold them against.";
  if (!baseline.isRanked && baseline.learning !== "converged") {
    return `scratch ${fellShort[baseline.learning]}, so there is nothing to hold them against.`;
  }
  if (curves.every((curve) => curve.points.every((point) => point.outcome === "open"))) {
    return "no point of them clearly differs from scratch, by moderated t tests with Holm's correction over all of them.";
  }
  const sentences = curves.map(curveSentence);
  return `${sentences.join(" ")} Differences are in percentage points from scratch, by moderated t tests with Holm's correction over all points of the curves.`;
}

/** `AnB (first n layers from the source and frozen) is below scratch at n = 4 (−6.1) and 5 (−10.0); open elsewhere.` */
function curveSentence({ kind, points: members }: LayerCurve): string {
  const sides = (["below", "above"] as const).flatMap((side) => {
    const own = members.filter((point) => point.outcome === side);
    return own.length === 0 ? [] : [`${side} scratch at n = ${list(own.map(pointText))}`];
  });
  const name = `${kind} (first n layers ${meanings[kind]})`;
  if (sides.length === 0) return `${name} nowhere clearly differs from scratch.`;
  const isEverywhere = members.every((point) => point.outcome !== "open");
  return `${name} is ${list(sides)}${isEverywhere ? "" : "; elsewhere nothing is clear"}.`;
}

function pointText({ layers, difference }: LayerPoint): string {
  return difference ? `${layers} (${points(difference.mean)})` : String(layers);
}

function freezingSentences({ freezing }: LayerCurves): string[] {
  if (freezing.length === 0) return [];
  const method = "by moderated t tests with Holm's correction over the n of each curve";
  return [...freezing.map(freezingSentence), `The costs are in percentage points, ${method}.`];
}

/** `Freezing the source's first n layers costs, against fine-tuning them, −0.1, 0.2 and 3.8 at n = 1, 2 and 5 (…).` */
function freezingSentence({ kind, points: members }: FreezingCost): string {
  const settled = members.filter(({ isSettled }) => isSettled).map(({ layers }) => String(layers));
  const outcome =
    settled.length === 0
      ? "none of it is clear"
      : settled.length === members.length
        ? "all of it is clear"
        : `clear at n = ${list(settled)}`;
  return (
    `Freezing ${owners[kind]} first n layers costs, against fine-tuning them, ${list(members.map(costText))} ` +
    `at n = ${list(members.map(({ layers }) => String(layers)))}: ${outcome}.`
  );
}

/** `3.8`; `−0.2` where freezing gains. */
function costText({ difference }: FreezingCost["points"][number]): string {
  return points(difference.mean).replace("+", "");
}
