/** @file What became of every exported file, and the table that says it. */

import type { FileResult } from "./measure.ts";

/** By the exporter's name; how each is called in the table. */
export const exporters = {
  torchscript: "TorchScript, operator set 17",
  dynamo: "the present one (`dynamo=True`), operator set 20",
} as const;

export type Exporter = keyof typeof exporters;

/** A file that PyTorch could not write, that Graft did not read, or what was measured of it. */
export type Outcome =
  | { readonly kind: "not exported"; readonly reason: string }
  | { readonly kind: "not read"; readonly reason: string }
  | ({ readonly kind: "read" } & FileResult);

export interface ArchitectureResult {
  readonly name: string;
  /** Weights, of all trainable kinds, and [channels, height, width] of its images. */
  readonly parameters: number;
  readonly size: readonly number[];
  readonly outcomes: Readonly<Record<Exporter, Outcome>>;
}

/** `bench/results/conformance.json`. */
export interface Conformance {
  /** Packages and machine. */
  readonly made: { readonly packages: readonly string[]; readonly machine: string; readonly processor: string };
  readonly results: readonly ArchitectureResult[];
}

/** Largest share of the largest score by which scores may differ. */
const RIGHT = 1e-3;
/** How much larger than PyTorch's own a gradient's error may be. */
const ALLOWED = 10;
/** An error below it is rounding, however exact PyTorch was. */
const ROUNDING = 1e-6;

export function isTrainable(outcome: Outcome): boolean {
  return outcome.kind === "read" && outcome.untrainable === null;
}

export function hasRightScores(outcome: Outcome): boolean {
  return outcome.kind === "read" && outcome.logitsError <= RIGHT;
}

/** True where every gradient that could be compared is as near to the exact one as PyTorch's own, by a factor of ten. */
export function hasRightGradients(outcome: Outcome): boolean {
  if (outcome.kind !== "read" || outcome.step === null) return false;
  const { gradientError, torchError } = outcome.step;
  return gradientError <= ALLOWED * Math.max(torchError, ROUNDING);
}

/** The page's tables: a line of each exporter, then a row of each architecture, then the sentence of each that fails. */
export function tables({ results }: Conformance): string {
  const ofExporter = (Object.keys(exporters) as Exporter[]).map((exporter) => {
    const written = results.map(({ outcomes }) => outcomes[exporter]).filter(({ kind }) => kind !== "not exported");
    const trained = written.filter(isTrainable);
    const cells = [
      exporters[exporter],
      String(written.length),
      share(trained.length, written.length),
      share(written.filter(hasRightScores).length, written.length),
      share(trained.filter(hasRightGradients).length, trained.length),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const rows = results.map(({ name, parameters, size, outcomes }) => {
    const cells = (Object.keys(exporters) as Exporter[]).map((exporter) => cell(outcomes[exporter]));
    return `| \`${name}\` | ${(parameters / 1e6).toFixed(1)} M | ${size.slice(1).join("x")} | ${cells.join(" | ")} |`;
  });
  const failing = results.flatMap(({ name, outcomes }) =>
    (Object.keys(exporters) as Exporter[]).flatMap((exporter) => {
      const reason = reasonOf(outcomes[exporter]);
      return reason === null ? [] : [`- \`${name}\`, ${exporter}: ${reason}`];
    }),
  );
  return [
    "| exporter | files | trainable | scores as PyTorch's | gradients within ten times PyTorch's own error |",
    "| --- | --- | --- | --- | --- |",
    ...ofExporter,
    "",
    "| architecture | weights | images | TorchScript | dynamo |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    "What does not train, and why:",
    "",
    ...(failing.length === 0 ? ["- nothing"] : failing),
  ].join("\n");
}

function share(count: number, of: number): string {
  return of === 0 ? "–" : `${count} (${((100 * count) / of).toFixed(0)} %)`;
}

/** `2e-7 / 4e-7, 31 ms, 0.3 GB`: the gradients' error, PyTorch's own, a step's time if it was taken, the most memory. */
function cell(outcome: Outcome): string {
  if (outcome.kind !== "read") return outcome.kind;
  if (!hasRightScores(outcome)) return `other scores (${outcome.logitsError.toExponential(0)})`;
  if (outcome.step === null) return "frozen";
  const { gradientError, torchError, stepMs, peakRssBytes } = outcome.step;
  const errors = [gradientError, torchError].map((error) => error.toExponential(0)).join(" / ");
  const time = stepMs === null ? [] : [`${stepMs.toFixed(0)} ms`];
  return [errors, ...time, `${(peakRssBytes / 1e9).toFixed(1)} GB`].join(", ");
}

function reasonOf(outcome: Outcome): string | null {
  return outcome.kind === "read" ? outcome.untrainable : outcome.reason;
}
