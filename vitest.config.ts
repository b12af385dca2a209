/** @file The test runner's settings. */

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const everywhere = ["**/node_modules/**", "dist/**", "runs/**", ".graft/**"];

/** Tests that replace modules or change the process's working folder: each needs a process of its own. */
const alone = [
  "src/cli/study/results-folder.test.ts",
  "src/files/lock-without-links.test.ts",
  "src/study/run/train-stages.test.ts",
  "test/devices/failures.test.ts",
];

/** What both kinds of tests have in common. */
const common = {
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
      // Starting a process and loading the modules takes longer than most tests, and studies compile the same small graphs.
      {
        test: {
          ...common,
          name: "together",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [...everywhere, ...alone],
          isolate: false,
          globalSetup: "test/support/graft-program.ts",
        },
      },
      { test: { ...common, name: "alone", include: alone, exclude: everywhere } },
    ],
  },
});
