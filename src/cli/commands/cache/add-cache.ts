/** @file `graft cache` and its commands, for the command line. */

import type { Command } from "commander";

const examples = `
Images of your own are read once and kept as bytes at the size that a study asks for; downloads are kept as they came.
Removing images loses nothing: the next study that needs them reads them again. Not while a study runs on them.

Examples:
  graft cache list
  graft cache prune                       images that no study has used for 30 days
  graft cache prune --keep 5GB            of all images, those used last, 5 GB at most
  graft cache prune --unused 0 --downloads    everything`;

/** Adds the commands. */
export function addCache(program: Command): void {
  const cache = program
    .command("cache")
    .description("list and remove what Graft keeps on this machine")
    .addHelpText("after", examples);
  cache
    .command("list")
    .description("print what is kept, its size and when it was used last")
    .option("--json", "print one JSON object and nothing else")
    .action(async (options) => {
      const { listCache } = await import("./cache.ts");
      process.exitCode = await listCache(options);
    });
  cache
    .command("prune")
    .description("remove images that are no longer used")
    .option("--unused <days>", "those not used for so many days (default: 30, or any age with --keep)")
    .option("--keep <size>", "as many as are too large together, those used longest ago first: 500MB, 5GB")
    .option("--downloads", "downloaded data sets and networks too, whatever their age")
    .addHelpText("after", examples)
    .action(async (options) => {
      const { pruneCache } = await import("./cache.ts");
      process.exitCode = await pruneCache(options);
    });
}
