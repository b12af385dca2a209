/** @file What to do with a study: its commands, its models, its files. */

import { count, plural } from "../../core/index.ts";
import type { RunRecord, StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import type { DrawnFigure } from "../figures/draw-figures.ts";
import { type Markup, html } from "../markup.ts";
import { partNames } from "./navigation.ts";
import { commandBlock, figuresOf, folded, part, section } from "./sections.ts";
import { snippets } from "./snippets.ts";

/** Commands to copy and links to the files beside the page. */
export function usePart(
  summary: StudySummary,
  { analysis, figures }: { analysis: StudyAnalysis; figures: readonly DrawnFigure[] },
): Markup {
  const { graft, folder } = typedIn(summary);
  const done = summary.runs.filter(({ status }) => status === "done");
  return part(
    "use",
    partNames.use,
    done.length > 0
      ? section(
          "Classify your own images",
          commandBlock(`${graft} predict ${folder} photo.jpg --open`),
          programs(summary, bestRun(analysis) ?? done.find(({ task }) => task === "target")),
          modelLinks(done, analysis),
        )
      : null,
    section(
      "Files of this study",
      html`<ul class="files">
        <li><a href="#conclusion">conclusion</a></li>
        <li><a href="#comparison">comparison table</a></li>
        <li><a href="report.ipynb">notebook (report.ipynb)</a></li>
        <li><a href="results.csv">every epoch as a table (results.csv)</a></li>
        <li><a href="summary.json">all records (summary.json)</a></li>
      </ul>`,
      figureLinks(figures),
    ),
    section(
      "Repeat it",
      html`<p>
        The same command on the same machine with the same number of threads gives bit-identical numbers, times aside.
      </p>`,
      commandBlock(summary.command),
    ),
  );
}

/** How the study's command was begun, and the folder that it wrote, as its user typed them. */
function typedIn({ command, name }: StudySummary): { graft: string; folder: string } {
  const [, graft = "graft"] = /^(.*?\bgraft(?: --)?) run\b/.exec(command) ?? [];
  const [, folder = `runs/${name}`] = / --out[ =]('[^']*'|"[^"]*"|\S+)/.exec(command) ?? [];
  return { graft, folder };
}

/** The run of what is recommended, with the most images and the first seed. */
function bestRun({ design, ranges }: StudyAnalysis): RunRecord | undefined {
  const pick = ranges.at(-1)?.picks.at(-1);
  const strategy = design.strategies.find(({ name }) => name === pick?.prospect.strategy);
  return strategy && pick ? strategy.at(pick.budget)[0] : undefined;
}

/** The same in two languages, without Graft. */
function programs(summary: StudySummary, run: RunRecord | undefined): Markup | null {
  const { classNames } = summary.target;
  const found = run && snippets(summary, { path: `runs/${run.id}/model.onnx`, classNames });
  if (!found) return null;
  return html`<p>Or without Graft, from a program in the study's folder:</p>
    ${folded("TypeScript, with onnxruntime-node and sharp", commandBlock(found.typeScript))}
    ${folded("Python, with onnxruntime and Pillow", commandBlock(found.python))}`;
}

/** The model of what is recommended, then all. */
function modelLinks(done: readonly RunRecord[], analysis: StudyAnalysis): Markup {
  const best = bestRun(analysis);
  const lead = best
    ? html`<p>
        The model that is recommended: <a href="${modelPath(best)}">model.onnx</a> (${count(best.totalParameters)}
        numbers; normalization and class names inside, for onnxruntime in any language).
      </p> `
    : null;
  const links = done.map((run) => html`<li><a href="${modelPath(run)}">${run.id}</a></li> `);
  return html`${lead}
  ${folded(
    `The models of ${plural(done.length, "finished run")}`,
    html`<ul class="files">
      ${links}
    </ul>`,
  )}`;
}

function modelPath({ id }: RunRecord): string {
  return `runs/${encodeURIComponent(id)}/model.onnx`;
}

/** Every figure as a file, the curves of training first. */
function figureLinks(figures: readonly DrawnFigure[]): Markup | null {
  if (figures.length === 0) return null;
  const linksOf = (some: readonly DrawnFigure[]): Markup =>
    html`<ul class="files">
      ${some.map(({ name, title }) => html`<li><a href="plots/${encodeURIComponent(name)}.png">${title}</a></li> `)}
    </ul>`;
  const curves = figuresOf(figures, "curves");
  const others = figures.filter((figure) => !curves.includes(figure));
  return html`${
    curves.length > 0
      ? html`<h4 id="figures">${plural(curves.length, "figure")} of training</h4>
          ${linksOf(curves)}`
      : null
  }
  ${
    others.length > 0
      ? html`<h4>Other figures</h4>
          ${linksOf(others)}`
      : null
  }`;
}
