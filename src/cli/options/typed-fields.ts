/** @file Says the fields of a study as options, to a user who typed options and wrote no study file. */

import type { Command } from "commander";
import { type OptionEntry, studyOptionTable, typedName } from "./option-table.ts";

/** Options by the fields that they are of. */
export type TypedFields = ReadonlyMap<string, OptionEntry>;

/** Arguments that bring the fields of a study along. */
const studies: ReadonlySet<string> = new Set(["study", "folder"]);

/** The fields that the user of a command would type: all that it takes, or, beside a study's file, those typed. */
export function typedFields(command: Command): TypedFields {
  const [argument] = command.registeredArguments;
  const hasFile = studies.has(argument?.name() ?? "") && command.args.length > 0;
  const taken = new Set(command.options.map(({ long }) => long));
  const entries = Object.entries(studyOptionTable).filter(
    ([name, entry]) => taken.has(typedName(entry)) && (!hasFile || command.getOptionValueSource(name) === "cli"),
  );
  return new Map(entries.map(([name, entry]) => ["field" in entry ? entry.field : name, entry]));
}

/** `Set imageSize: 64` as `Pass --image-size 64`. */
export function inTypedWords(message: string, fields: TypedFields): string {
  if (fields.size === 0) return message;
  const names = [...fields.keys()];
  const anyOf = (some: readonly string[]): string => `(${some.join("|")})`;
  const option = (field: string): string => typedName(fields.get(field) ?? { flags: field, help: "" });
  const isSwitch = (field: string): boolean => fields.get(field)?.flags.includes("<") === false;
  const words = message
    .replace(new RegExp(`^(?:study: )?${anyOf(names)}(?=: )`), (_, field: string) => option(field))
    .replace(
      new RegExp(`\\b(S|s)et ${anyOf(names)}\\b(: true\\b|: | to )?`, "g"),
      (_, s: string, field: string, end = "") => {
        return `${s === "S" ? "Pass" : "pass"} ${option(field)}${isSwitch(field) || end === "" ? "" : " "}`;
      },
    )
    .replace(new RegExp(`\\bexpected ${anyOf(names)}: `, "g"), (_, field: string) => `expected ${option(field)} `);
  // a word that only a field can be
  const fieldsAlone = names.filter((name) => /[A-Z]/.test(name));
  if (fieldsAlone.length === 0) return words;
  return words.replace(new RegExp(`(?<![\\w."'/-])${anyOf(fieldsAlone)}\\b`, "g"), (_, field: string) => option(field));
}
