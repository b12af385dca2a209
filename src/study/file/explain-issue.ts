/** @file Puts what is wrong with a field of a study file into one sentence. */

import { z } from "zod";
import { nearestName } from "../../core/index.ts";

type Issue = z.core.$ZodIssue;

/** Characters of a value in a sentence. */
const LONGEST = 200;

/** What a field expects, by the validator's name for it. */
const kinds: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "text",
  boolean: "true or false",
  object: "fields with values",
  record: "fields with values",
  array: "a list",
  tuple: "a list",
};

/** Path of the field that a sentence is about; of an unknown field its own. */
export function issuePath(given: Issue): readonly PropertyKey[] {
  const issue = skipAuto(given);
  return issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]] : issue.path;
}

/** `training.epochs: expected a number from 1, got 0.` */
export function explainIssue(given: Issue, schema: z.ZodType): string {
  const issue = skipAuto(given);
  const field = issue.path.join(".");
  const where = field === "" ? "" : `${field}: `;
  if (issue.code === "unrecognized_keys") {
    return `${where}${oneOf(fieldsAt(schema, issue.path, issue.input), issue.keys[0], "a field among")}`;
  }
  const choices = choicesOf(issue);
  if (choices !== undefined) return `${where}${oneOf(choices, choiceOf(issue), "one of")}`;
  return `${where}${describeExpected(issue)}, got ${shown(issue.input)}.`;
}

/** Of a field that may also be `auto`, what is wrong with the value that it has instead. */
function skipAuto(issue: Issue): Issue {
  if (issue.code !== "invalid_union" || issue.errors.length !== 2) return issue;
  const [[other], [own]] = issue.errors as Issue[][];
  if (other?.code !== "invalid_value" || other.values.join() !== "auto" || own === undefined) return issue;
  return skipAuto({ ...own, path: [...issue.path, ...own.path] });
}

function oneOf(names: readonly string[], got: unknown, what: string): string {
  const near = typeof got === "string" ? nearestName(got, names) : undefined;
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  return `expected ${what} ${names.join(", ")}, got ${shown(got)}.${hint}`;
}

/** The values that a field may have, where they can be listed. */
function choicesOf(issue: Issue): string[] | undefined {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : undefined;
}

/** What stands where one of the choices should. */
function choiceOf(issue: Issue): unknown {
  if (issue.code !== "invalid_union" || issue.discriminator === undefined) return issue.input;
  return (issue.input as Record<string, unknown> | undefined)?.[issue.discriminator];
}

function describeExpected(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${kinds[issue.expected] ?? issue.expected}`;
    case "too_small":
      if (issue.origin === "string") return "expected text that is not empty";
      if (issue.origin === "array") return `expected at least ${String(issue.minimum)} in the list`;
      return `expected a number ${issue.inclusive === true ? "from" : "above"} ${String(issue.minimum)}`;
    case "too_big":
      if (issue.origin === "array") return `expected at most ${String(issue.maximum)} in the list`;
      return `expected a number ${issue.inclusive === true ? "up to" : "below"} ${String(issue.maximum)}`;
    default:
      // fields with a rule of their own bring their own words
      return issue.message;
  }
}

/** JSON, with the numbers that it has no words for; the beginning of what is long. */
function shown(value: unknown): string {
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** The fields that may stand at a path; of several kinds of object, those of the kind that `input` names. */
function fieldsAt(schema: z.core.$ZodType, path: readonly PropertyKey[], input: unknown): string[] {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable
  )
    return fieldsAt(schema.unwrap(), path, input);
  if (schema instanceof z.ZodUnion)
    return schema.options
      .filter((option) => isNamedBy(option, input))
      .flatMap((option) => fieldsAt(option, path, input));
  const [key, ...rest] = path;
  if (schema instanceof z.ZodObject)
    return key === undefined ? Object.keys(schema.shape) : fieldsAt(schema.shape[String(key)], rest, input);
  if (schema instanceof z.ZodRecord) return fieldsAt(schema.valueType, rest, input);
  if (schema instanceof z.ZodArray) return fieldsAt(schema.element, rest, input);
  return [];
}

/** False for an object whose `name` is fixed to something else than the input's. */
function isNamedBy(option: z.core.$ZodType, input: unknown): boolean {
  const name: unknown = option instanceof z.ZodObject ? option.shape["name"] : undefined;
  return !(name instanceof z.ZodLiteral) || name.value === (input as { name?: unknown } | undefined)?.name;
}
