/** @file Some of a study's figures, for tests that look at no others: to draw all of them takes seconds. */

import type { StudySummary } from "../../study/index.ts";
import { analyseStudy } from "../analysis/study-analysis.ts";
import { listFigures } from "./draw-figures.ts";
import { figureSpec } from "./kit/figure.ts";
import { renderSvg } from "./svg/render-svg.ts";

/** The figures of these names as SVG, each of which a report of the study must have. */
export async function drawNamed(summary: StudySummary, ...names: readonly string[]): Promise<Record<string, string>> {
  const listed = (await listFigures(summary, analyseStudy(summary))).map(({ figure }) => figure);
  const svgs: Record<string, string> = {};
  for (const name of names) {
    const found = listed.find((figure) => figure.name === name);
    if (!found) throw new Error(`no figure ${name}`);
    svgs[name] = await renderSvg(figureSpec(found));
  }
  return svgs;
}
