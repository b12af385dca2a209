/** @file Preloaded into examples: `graft` is this checkout's source, as it would be the installed package. */

import { registerHooks } from "node:module";

const source = new URL("../../src/index.ts", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "graft" ? { url: source, shortCircuit: true } : next(specifier, context),
});
