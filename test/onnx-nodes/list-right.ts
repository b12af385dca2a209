/** @file `node test/onnx-nodes/list-right.ts` writes which of ONNX's node tests are right, for the onnx that `$PYTHON` has. */

import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { allCases, namesByOutcome } from "./all-cases.ts";

const path = new URL("right.json", import.meta.url);
const all = allCases();
if (all === null) throw new Error("no onnx: set PYTHON to a Python that has it");
const known = JSON.parse(readFileSync(path, "utf8")) as Record<string, string[]>;
const { right } = await namesByOutcome(all.cases);
const text = JSON.stringify({ ...known, [all.version]: right });
writeFileSync(path, await format(text, { ...(await resolveConfig(path)), parser: "json" }));
console.log(`onnx ${all.version}: ${right.length} names of ${all.cases.length} cases are right`);
process.exit(0);
