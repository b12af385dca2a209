/** @file Method and reproduction in `report.html`: data, split, recipe, machine, command. */

import { count, duration, plural } from "../../core/index.ts";
import type { StudySummary, TaskRecord } from "../../study/index.ts";
import { type Markup, html } from "../markup.ts";
import { recipeText } from "../sentences/recipe-words.ts";
import { explained } from "./glossary.ts";
import { section } from "./sections.ts";

/** The protocol, the method as a list of facts, and the protocol's notes. */
export function methodSection(summary: StudySummary): Markup {
  const facts = methodFacts(summary).map(
    ([term, text]) =>
      html`<dt>${explained(term)}</dt>
        <dd>${text}</dd> `,
  );
  const notes = summary.notes.map((note) => html`<p>${explained(note)}</p> `);
  return section(
    "Method",
    html`<p>${explained(summary.protocol)}</p>
      <dl>${facts}</dl> `,
    notes,
  );
}

/** Terms and facts, in reading order; shared with the notebook. */
export function methodFacts(summary: StudySummary): [term: string, text: string][] {
  const { dataset, machine } = summary;
  return [
    ["Data set", `${dataset.title}; ${dataset.provenance}`],
    ["Checksum", `SHA-256 ${dataset.checksum}`],
    ...sourceFacts(summary),
    ["Target task", taskText(summary.target)],
    ["Recipe", recipeText(summary).replaceAll("\n", "; ")],
    ["Seeds", summary.seeds.join(", ")],
    ["Machine", `${machine.cpu}, ${machine.platform}, ${threadsText(machine)}, device ${machine.device}`],
    ["Software", `Graft ${machine.graft}, onnxruntime ${machine.onnxruntime}, Node.js ${machine.node}`],
    ["Started", summary.startedAt],
    ["Finished", summary.finishedAt === null ? "not yet" : `${summary.finishedAt} (${duration(summary.durationMs)})`],
  ];
}

/** Times of runs that train at once are not those of a run alone. */
function threadsText({ threads, jobs }: StudySummary["machine"]): string {
  const each = plural(threads, "thread");
  return jobs === undefined ? each : `${each} a run, ${jobs} runs at once`;
}

/** What the source is: classes of the same images, a data set of its own, or a network that was trained elsewhere. */
function sourceFacts({ source, sourceDataset, backbone }: StudySummary): [term: string, text: string][] {
  const facts: [string, string][] = [];
  if (sourceDataset !== undefined) {
    facts.push(["Source data set", `${sourceDataset.title}; ${sourceDataset.provenance}`]);
    facts.push(["Its checksum", `SHA-256 ${sourceDataset.checksum}`]);
  }
  if (source !== null) facts.push(["Source task", taskText(source)]);
  if (backbone !== undefined) {
    const frozen = backbone.untrainable === null ? "" : ` ${backbone.untrainable}`;
    facts.push([
      "Source network",
      `${backbone.title}, ${count(backbone.parameters)} parameters; ${backbone.provenance}.${frozen}`,
    ]);
    facts.push(["Its checksum", `SHA-256 ${backbone.checksum}`]);
  }
  return facts;
}

function taskText(task: TaskRecord): string {
  const held = task.validationImages > 0 ? `, ${count(task.validationImages)} validation` : "";
  return (
    `${task.classNames.length} classes (${task.classNames.join(", ")}); ` +
    `${count(task.trainImages)} training${held} and ${count(task.testImages)} test images`
  );
}
