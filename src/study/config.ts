/** @file From a study file, a preset and a command line to one study with every field filled in. */

import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { ConfigError, DataError, lookUp, nearestName, unknownName } from "../core/index.ts";
import { architectures } from "../models/index.ts";
import { strategies } from "../transfer/index.ts";
import { presets } from "./presets.ts";
import { type StudyConfig, type StudyInput, type TrainingConfig, studySchema } from "./schema.ts";

/**
 * Reads a study file; fields that it leaves out are left out here too.
 *
 * @throws DataError if the file cannot be read.
 * @throws ConfigError with the line if it is not YAML or a field is wrong.
 */
export async function loadStudyFile(path: string): Promise<StudyInput> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new DataError(`${path}: expected a study file, got ${(cause as Error).message}. Check the path.`, {
      location: { path },
      cause,
    });
  });
  return parseStudyFile(text, path);
}

/** The same from the file's text; `path` is for error messages. */
export function parseStudyFile(text: string, path: string): StudyInput {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    throw new ConfigError(
      `${path}, line ${line}: expected YAML, got: ${problem.message.split("\n")[0]} Mend that line.`,
    );
  }
  const value: unknown = document.toJS() ?? {};
  const lineOf = (field: readonly PropertyKey[]): string => {
    const node = document.getIn(field, true) as { range?: [number, number, number] } | undefined;
    return node?.range === undefined ? path : `${path}, line ${lines.linePos(node.range[0]).line}`;
  };
  check(value, lineOf);
  return value as StudyInput;
}

/**
 * One study out of several layers, the later ones winning field by field.
 * The last layer that names a preset decides what lies under all of them.
 *
 * @throws ConfigError if a field is wrong or fields do not fit each other.
 */
export function resolveStudy(...layers: readonly StudyInput[]): StudyConfig {
  const presetName = layers.findLast((layer) => layer.preset !== undefined)?.preset ?? "classic";
  const { study } = lookUp(presets, presetName, "preset");
  const merged = [study, ...layers].reduce(merge, {});
  check(merged, () => "study");
  const config = studySchema.parse({ ...merged, preset: presetName });
  checkNames(config);
  checkValidation(config);
  return config;
}

/** The JSON Schema of a study file. */
export function studyJsonSchema(): object {
  return {
    ...z.toJSONSchema(studySchema, { io: "input" }),
    title: "Graft study",
    description: "A transfer-learning study. Every field has a default; an empty file is the classic study.",
  };
}

/** How one strategy's runs train; the source run's under `source`. */
export function trainingFor(config: StudyConfig, strategy: string): TrainingConfig {
  const overrides = Object.entries(config.trainingOf[strategy] ?? {}).filter(([, value]) => value !== undefined);
  return { ...config.training, ...Object.fromEntries(overrides) } as TrainingConfig;
}

/** The seeds of a study, in order. */
export function seedsOf({ seeds }: StudyConfig): number[] {
  return typeof seeds === "number" ? Array.from({ length: seeds }, (_, seed) => seed) : seeds;
}

export type StrategyChoice = { name: string; firstLayer: "transferred" | "fresh" };

/** The study's strategies with their options filled in. */
export function strategiesOf(config: StudyConfig): StrategyChoice[] {
  return config.strategies.map((entry) =>
    typeof entry === "string" ? { name: entry, firstLayer: "transferred" } : entry,
  );
}

/** Fields one by one; `training` and `trainingOf` one level deeper. */
function merge(under: StudyInput, over: StudyInput): StudyInput {
  const given = Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined));
  const merged: StudyInput = { ...under, ...given };
  if (under.training !== undefined && over.training !== undefined)
    merged.training = { ...under.training, ...over.training };
  if (under.trainingOf !== undefined && over.trainingOf !== undefined) {
    const names = new Set([...Object.keys(under.trainingOf), ...Object.keys(over.trainingOf)]);
    merged.trainingOf = Object.fromEntries(
      [...names].map((name) => [name, { ...under.trainingOf?.[name], ...over.trainingOf?.[name] }]),
    );
  }
  return merged;
}

function check(value: unknown, where: (field: readonly PropertyKey[]) => string): void {
  const result = studySchema.safeParse(value, { reportInput: true });
  if (result.success) return;
  const [issue] = result.error.issues;
  throw new ConfigError(explain(issue, where));
}

/** One sentence: where, what was expected, what was found. */
function explain(issue: z.core.$ZodIssue, where: (field: readonly PropertyKey[]) => string): string {
  const field = issue.path.join(".") || "the study";
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys;
    const near = nearestName(key, fieldNames(issue.path));
    const known = fieldNames(issue.path).join(", ");
    return `${where([...issue.path, key])}: ${field}: expected fields among ${known}, got "${key}".${near === undefined ? "" : ` Did you mean "${near}"?`}`;
  }
  const got = JSON.stringify(issue.input) ?? "nothing";
  return `${where(issue.path)}: ${field}: ${issue.message.replace(/^Invalid input: /, "")}, got ${got}.`;
}

/** The fields that may stand at a path of the study file. */
function fieldNames(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(studySchema.shape);
  if (path[0] === "training" || path[0] === "trainingOf") return Object.keys(studySchema.shape.training.unwrap().shape);
  return [];
}

function checkNames(config: StudyConfig): void {
  lookUp(architectures, config.architecture, "architecture");
  const names = strategiesOf(config).map(({ name }) => name);
  for (const name of names) lookUp(strategies, name, "strategies");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigError(`strategies: expected each strategy once, got "${twice}" twice.`);
  for (const name of names) {
    const { startsFrom } = strategies[name];
    if (typeof startsFrom === "object" && !names.includes(startsFrom.strategy)) {
      throw new ConfigError(
        `strategies: expected "${startsFrom.strategy}" too, which "${name}" starts from. Add it to the list.`,
      );
    }
  }
  const valid = ["source", ...names];
  for (const name of Object.keys(config.trainingOf))
    if (!valid.includes(name)) throw unknownName(name, valid, "trainingOf");
}

function checkValidation(config: StudyConfig): void {
  const stopping = ["source", ...strategiesOf(config).map(({ name }) => name)].find(
    (name) => trainingFor(config, name).earlyStopping !== null,
  );
  if (stopping !== undefined && config.validation === 0) {
    throw new ConfigError(
      `validation: expected a share above 0, since early stopping of "${stopping}" must choose an epoch without the test set, got 0. Set validation: 0.1.`,
    );
  }
}
