/** @file Study files: YAML, with the line of whatever is wrong in it. */

import { type Document, LineCounter, isMap, isScalar, parseDocument, visit } from "yaml";
import { ConfigError } from "../../core/index.ts";
import { checkFields } from "./check-fields.ts";
import type { StudyInput } from "./schema.ts";

/** Far more than studies have: keys are compared with each other. */
const MOST_CHARACTERS = 200_000;

/** Values that aliases of a study file may stand for. */
const MOST_COPIES = 100;

/**
 * The study of a file's text; `path` is for error messages.
 *
 * @throws ConfigError with the line if it is not YAML or a field is wrong.
 */
export function parseStudyFile(text: string, path: string): StudyInput {
  if (text.length > MOST_CHARACTERS) {
    const got = text.length.toLocaleString("en-US");
    throw new ConfigError(
      `${path}: expected a study file of at most ${MOST_CHARACTERS.toLocaleString("en-US")} characters, got ${got}. Check the path.`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    const [what] = problem.message.split(/ at line |\n/);
    throw new ConfigError(`${path}, line ${line}: expected YAML, got: ${what}. Mend that line.`);
  }
  const value = valueOf(document, { path, lines }) ?? {};
  checkFields(value, (field) => {
    const offset = offsetOf(document, field);
    return offset === undefined ? path : `${path}, line ${lines.linePos(offset).line}`;
  });
  return value as StudyInput;
}

/** @throws ConfigError for an alias of nothing or of what it is in, and for more copies than a study can need. */
function valueOf(document: Document, { path, lines }: { path: string; lines: LineCounter }): unknown {
  visit(document, {
    Alias: (_, alias, around) => {
      const where = `${path}, line ${lines.linePos(alias.range?.[0] ?? 0).line}`;
      const target = alias.resolve(document);
      if (target === undefined) {
        throw new ConfigError(
          `${where}: expected "&${alias.source}" before "*${alias.source}", got none. Mend that line.`,
        );
      }
      if (!around.includes(target)) return;
      throw new ConfigError(
        `${where}: expected values of an end, got "*${alias.source}" inside "&${alias.source}". Write out what is meant.`,
      );
    },
  });
  try {
    return document.toJS({ maxAliasCount: MOST_COPIES });
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new ConfigError(
      `${path}: expected at most ${MOST_COPIES} values by aliases, got more. Write out what is meant.`,
      { cause },
    );
  }
}

/** Where a field stands in the text: its key, or the entry of a list. */
function offsetOf(document: Document, field: readonly PropertyKey[]): number | undefined {
  const parent: unknown = document.getIn(field.slice(0, -1), true);
  const key = field.at(-1);
  const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
  const node: unknown = pair?.key ?? document.getIn(field, true);
  return (node as { range?: [number, number, number] } | undefined)?.range?.[0];
}
