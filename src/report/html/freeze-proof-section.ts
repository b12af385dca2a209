/** @file The freeze proof in `report.html`: every tensor of a frozen run, before and after. */

import { count, plural } from "../../core/index.ts";
import type {
  FreezeProofTensor,
  MergedProofTensor,
  RunRecord,
  StudySummary,
  TrainableProofTensor,
} from "../../study/index.ts";
import { type StudyDesign, largestBudget } from "../analysis/study-design.ts";
import { type Markup, html } from "../markup.ts";
import { isFrozen } from "../runs/models.ts";
import { strategyName } from "../runs/strategy-names.ts";
import { plainTable } from "../tables/table-formats.ts";
import { later, section } from "./sections.ts";

/** More runs than this are not all shown tensor by tensor. */
const MOST_SHOWN = 12;

/** More tensors than this of one run are counted. */
const MOST_NAMED = 8;

/** The section; null for a study that froze nothing and has nothing to note. Of many runs it counts those that hold and shows a part. */
export function freezeProofSection(summary: StudySummary, design: StudyDesign): Markup | null {
  const all = summary.runs.filter((run) => isFrozen(run) || (run.freezeProof?.frozen.length ?? 0) > 0);
  if (all.length === 0) {
    const note = equalNote(summary.runs, design);
    return note && section("Freeze proof", note);
  }
  const isShown = all.length <= MOST_SHOWN ? () => true : shownOf(summary, design);
  const runs = all.filter(isShown);
  // One seed's tables are short enough to read; those of many runs fold away.
  const open = summary.seeds.length === 1 && !design.severalBudgets;
  const holding = all.filter((run) => run.freezeProof?.holds).length;
  const counted =
    runs.length < all.length
      ? html`<p>
          It holds for ${holding} of ${plural(all.length, "run")} with frozen layers. Below are those of the largest
          budget and the first seed, and any that does not hold or was not checked.
        </p>`
      : null;
  const words = html`<p>
    After training, every tensor is compared bit by bit with what it started as: frozen ones must be identical,
    trainable ones must have been updated, and statistics that adapt follow the batches. Digests are the first 16
    hexadecimal digits of SHA-256. Weights that adapters were merged into are held element by element against the frozen
    weight plus what its adapter learned.
  </p> `;
  const proofs = runs.map((run) => runProof(run, { open, title: titleOf(run, design) }));
  return section("Freeze proof", words, counted, proofs, equalNote(summary.runs, design));
}

/** In a few words what the proof found; all that there is to know where it holds. */
export function proofGist({ runs }: StudySummary): Markup {
  const checked = runs.flatMap(({ freezeProof }) => (freezeProof?.frozen.length ? [freezeProof] : []));
  const broken = checked.filter(({ holds }) => !holds).length;
  if (checked.length === 0) return html`data, recipe, machine; no layer was frozen`;
  return broken === 0
    ? html`<span class="good">✓ frozen layers stayed bit for bit in ${plural(checked.length, "run")}</span>`
    : html`<span class="bad">✗ the freeze proof does not hold in ${broken} of ${plural(checked.length, "run")}</span>`;
}

/** Names the trained tensors that came out equal, in runs without frozen layers too; null if there are none. */
function equalNote(runs: readonly RunRecord[], design: StudyDesign): Markup | null {
  const items = runs.flatMap((run) => {
    const equal = run.freezeProof?.trainable.filter(({ changed, updated }) => updated && !changed) ?? [];
    if (equal.length === 0) return [];
    const named = equal.slice(0, MOST_NAMED).map(({ name }) => name);
    const left = equal.length - named.length;
    return [html`<li>${titleOf(run, design)}: ${named.join(", ")}${left > 0 ? ` and ${left} more` : ""}</li> `];
  });
  if (items.length === 0) return null;
  return html`<p>
      Some trainable tensors were updated and came out equal: too few steps to move a bit, or no gradient reaches them,
      as with a bias below a batch normalization or a ReLU that no image activates.
    </p>
    <ul>
      ${items}
    </ul>`;
}

function shownOf(summary: StudySummary, design: StudyDesign): (run: RunRecord) => boolean {
  const budget = largestBudget(design);
  const [seed] = summary.seeds;
  return (run) => !run.freezeProof?.holds || (run.seed === seed && run.imagesPerClass === budget.asked);
}

function titleOf(run: RunRecord, design: StudyDesign): string {
  const name = design.strategies.find(({ runs }) => runs.includes(run))?.name ?? strategyName(run);
  const where = design.severalBudgets ? `${run.imagesPerClass} images per class, ` : "";
  return `${name}, ${where}seed ${run.seed}`;
}

function runProof(run: RunRecord, { open, title }: { open: boolean; title: string }): Markup {
  const proof = run.freezeProof;
  if (!proof) return html`<p><strong>${title}</strong>: not checked, the run is ${run.status}.</p>`;
  const { frozen, trainable, adapting = [], merged = [] } = proof;
  const identical = frozen.filter((tensor) => !tensor.changed).length;
  const verdict = [
    `frozen tensors: ${identical} of ${frozen.length} bit-identical`,
    `trainable tensors: ${changedOf(trainable)}`,
    ...(adapting.length > 0 ? [`adapting statistics: ${changedOf(adapting)}`] : []),
    ...(merged.length > 0 ? [`merged weights: ${sumsOf(merged)} the frozen weight plus its adapter`] : []),
  ].join("; ");
  const state = proof.holds ? html`<strong>holds</strong>` : html`<strong class="bad">does not hold</strong>`;
  const rows = [
    ...frozen.map((tensor) => tensorRow(tensor, { role: "frozen", isRight: !tensor.changed })),
    ...trainable.map((tensor) => tensorRow(tensor, { role: "trainable", isRight: isUpdated(tensor) })),
    ...adapting.map((tensor) => tensorRow(tensor, { role: "adapting", isRight: true })),
    ...merged.map((tensor) => tensorRow(tensor, { role: "merged", isRight: tensor.isSum })),
  ];
  const parameters = frozen.reduce((sum, tensor) => sum + tensor.parameters, 0);
  const heads = html`<th>Tensor</th>
    <th class="right">Parameters</th>
    <th>Role</th>
    <th>Before</th>
    <th>After</th>
    <th>Result</th>`;
  const table = html`<div class="scroll">${plainTable({ heads, rows })}</div>`;
  const content = html`<summary>${title}: ${state}; ${verdict} (${plural(parameters, "frozen parameter")})</summary>
    ${later(table)}`;
  return open ? html`<details open>${content}</details>` : html`<details>${content}</details>`;
}

/** Records of earlier versions say nothing of updates; their proof wanted a change. */
function isUpdated({ changed, updated = changed }: TrainableProofTensor): boolean {
  return updated;
}

function changedOf(tensors: readonly FreezeProofTensor[]): string {
  return `${tensors.filter((tensor) => tensor.changed).length} of ${tensors.length} changed`;
}

function sumsOf(tensors: readonly MergedProofTensor[]): string {
  return `${tensors.filter(({ isSum }) => isSum).length} of ${tensors.length}`;
}

function tensorRow(
  tensor: FreezeProofTensor,
  { role, isRight }: { role: "frozen" | "trainable" | "adapting" | "merged"; isRight: boolean },
): Markup {
  const result = resultOf(tensor, { role, isRight });
  return html`<tr>
    <td>${tensor.name}</td>
    <td class="right">${count(tensor.parameters)}</td>
    <td>${role}</td>
    <td class="digest">${tensor.before}</td>
    <td class="digest">${tensor.after}</td>
    <td class="${isRight ? "good" : "bad"}">${result}</td>
  </tr> `;
}

function resultOf({ changed }: FreezeProofTensor, { role, isRight }: { role: string; isRight: boolean }): string {
  if (role === "merged") return isRight ? "weight plus adapter" : "something else";
  if (changed) return "changed";
  if (role !== "trainable") return "bit-identical";
  return isRight ? "updated, came out equal" : "never updated";
}
