/** @file The commands that a page shows, so that tests run what readers type. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const docs = new URL("../../docs/", import.meta.url);

/** The arguments of every `graft` command in the shell blocks of a section of a page of `docs/`. */
export function commandsIn(page: string, section: string): string[][] {
  const text = readFileSync(fileURLToPath(new URL(page, docs)), "utf8");
  const [, own] = text.split(`\n## ${section}\n`);
  const blocks = [...own.split("\n## ")[0].matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
  const lines = blocks.flatMap((block) => block.trim().split("\n"));
  return lines
    .filter((line) => line.startsWith("graft "))
    .map((line) => line.replace(/ #.*/, "").split(/\s+/).slice(1));
}
