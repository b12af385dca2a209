/** @file Commands that take a study. */

import type { Command } from "commander";
import { type OptionEntry, computingOptionTable, studyOptionTable } from "./option-table.ts";

/** A command that takes a study, with every option that shapes or computes it. */
export function studyCommand(program: Command, name: string): Command {
  const command = program.command(name).argument("[study]", "study file (YAML or JSON)");
  const tables: Record<string, OptionEntry> = { ...studyOptionTable, ...computingOptionTable };
  for (const { flags, help, default: value } of Object.values(tables)) command.option(flags, help, value);
  return command;
}
