/** @file The test runner's settings. */

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const everywhere = ["**/node_modules/**", "dist/**", "runs/**", ".graft/**"];

/** Tests of whole studies in one process, which train and draw as those of rooms do. */
const studies = "test/study/**/*.test.ts";

/** Tests of rooms that replace modules or change the process's working folder: each needs a process of its own. */
const alone = [
  "src/files/lock-without-links.test.ts",
  "src/study/run/train-stages.test.ts",
  "src/cli/study/results-folder.test.ts",
];

/** What both kinds of tests have in common. */
const shared = {
  // whoever starts several processes says how long that may take; on a busy machine a second is soon three
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // Hundreds of processes, those of the tests and those that tests start, compile the same modules: once is enough.
  // onnxruntime is to tell nobody of them: as bin/graft.mjs has it.
  env: {
    NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node-compile", import.meta.url)),
    ORT_DISABLE_TELEMETRY: "1",
  },
};

export default defineConfig({
  test: {
    pool: "forks",
    // one more than there are cores, since tests of several processes often wait; more than four would want their memory
    maxWorkers: Math.min(4, availableParallelism() + 1),
    projects: [
      // Loading the modules takes longer than most tests of a room, and studies compile the same small graphs: many of
      // their files share a process.
      {
        test: {
          ...shared,
          name: "rooms",
          include: ["src/**/*.test.ts", studies],
          exclude: [...everywhere, ...alone],
          isolate: false,
        },
      },
      // One process per file: onnxruntime's thread pools and process-wide state stay apart.
      {
        test: { ...shared, name: "whole", include: ["test/**/*.test.ts", ...alone], exclude: [...everywhere, studies] },
      },
    ],
  },
});
