/** @file The test runner's settings. */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**", "runs/**", ".graft/**"],
    // One process per file: onnxruntime's thread pools and process-wide state stay apart.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Hundreds of processes, those of the tests and those that tests start, compile the same modules: once is enough.
    // onnxruntime is to tell nobody of them: as bin/graft.mjs has it.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node-compile", import.meta.url)),
      ORT_DISABLE_TELEMETRY: "1",
    },
  },
});
