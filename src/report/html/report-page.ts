/** @file `report.html`: one page that needs nothing beside itself. */

import { plural } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { concludeStudy } from "../conclusion/conclusion.ts";
import { doubts } from "../conclusion/doubts.ts";
import type { DrawnFigure } from "../figures/draw-figures.ts";
import { type Markup, html, raw } from "../markup.ts";
import { comparisonTable } from "../tables/comparison-table.ts";
import { answerPart } from "./answer/answer-part.ts";
import { answersPart, tuningSection } from "./closer-sections.ts";
import { curveSections } from "./training/curve-sections.ts";
import { costSection, evidenceSections, layerSection } from "./evidence-sections.ts";
import { freezeProofSection, proofGist } from "./freeze-proof-section.ts";
import { explained } from "./glossary.ts";
import { reportStyle } from "./look/style.ts";
import { methodSection } from "./method-section.ts";
import { type PartName, navigation, partNames } from "./navigation.ts";
import { selfContainedPage } from "./page.ts";
import { reportScript, reportScriptHash } from "./script/report-script.ts";
import { figureMarkup, figureSection, figuresOf, foldedPart, part, scrolled } from "./sections.ts";
import { usePart } from "./use-part.ts";

/** Written without a space inside: the hash is of exactly this text. */
const scriptElement = raw(`<script>${reportScript}</script>`);

export interface PageParts {
  analysis: StudyAnalysis;
  figures: readonly DrawnFigure[];
  /** What `mistakesExplorer` made, whose images take time. */
  mistakes: Markup | null;
}

/** The page as text, with its figures inline. */
export function reportPage(summary: StudySummary, parts: PageParts): string {
  const found = Object.entries(partsOf(summary, parts)).filter(([, markup]) => markup !== null);
  return selfContainedPage({
    title: `${summary.name} on ${summary.dataset.title}`,
    policy: `img-src data:; font-src data:; script-src '${reportScriptHash}'`,
    style: reportStyle,
    body: html`${navigation(found.map(([name]) => name as PartName))}
      <main>${found.map(([, markup]) => markup)}</main>
      ${scriptElement}`,
  });
}

/** In the page's order; null where the study has nothing of the kind. */
function partsOf(summary: StudySummary, { analysis, figures, mistakes }: PageParts): Record<PartName, Markup | null> {
  const { design } = analysis;
  // the picture that holds the answer stands beside it
  const isLayers = figures.some(({ group }) => group === "layers") && !design.severalBudgets;
  const [leading] = figuresOf(figures, isLayers ? "layers" : "evidence");
  const others = figures.filter((figure) => figure !== leading);
  const inside = figuresOf(figures, "inside");
  const told = doubts(summary);
  return {
    answer: answerPart(summary, { analysis, conclusion: concludeStudy(summary, analysis), leading }),
    mistakes: answersPart(summary, { design, figures, mistakes }),
    training: part(
      "training",
      partNames.training,
      curveSections(summary, { design, figures }),
      tuningSection(summary, { design, figures }),
      figureSection("examples", figures),
    ),
    compare: part(
      "compare",
      partNames.compare,
      html`<div id="comparison">${scrolled(comparisonTable(summary), "comparison")}</div>`,
      evidenceSections(analysis, others),
      layerSection(others),
      costSection(analysis, figures),
    ),
    inside:
      inside.length === 0
        ? null
        : foldedPart(
            "inside",
            { title: partNames.inside, gist: `${plural(inside.length, "figure")} of what the models learned` },
            inside.map(figureMarkup),
          ),
    method: foldedPart(
      "method",
      { title: partNames.method, gist: proofGist(summary) },
      methodSection(summary),
      freezeProofSection(summary, design),
    ),
    doubts: foldedPart(
      "doubts",
      { title: partNames.doubts, gist: `${plural(told.length, "reason")} to be careful with these numbers` },
      html`<ul>
        ${told.map((text) => html`<li>${explained(text)}</li> `)}
      </ul>`,
    ),
    use: usePart(summary, { analysis, figures }),
  };
}
