/**
 * @file The machine's own ceiling: a large matrix product in onnxruntime, with the peers' protocol.
 * The figure is GFLOP/s (2 n^3 operations a product).
 */

import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { float32, stream } from "../../src/core/index.ts";
import { Operations } from "../../src/engine/onnx/index.ts";
import { createSession, parseDevice } from "../../src/engine/runtime/node/index.ts";

const SIZE = 1024;

const { values } = parseArgs({
  options: { threads: { type: "string", default: "2" }, device: { type: "string", default: "cpu" } },
});
const device = await parseDevice(values.device);
const g = new Operations();
const a = g.input("a", "float32", [SIZE, SIZE]);
const b = g.input("b", "float32", [SIZE, SIZE]);
g.output(g.reduceMean(g.matMul(a, b), [0, 1]), "mean");
const session = await createSession(g.build(), { threads: Number(values.threads), device });
const random = stream(0, "matrix");
const matrix = float32(
  Float32Array.from({ length: SIZE * SIZE }, () => random.uniform()),
  [SIZE, SIZE],
);
await session.run({ a: matrix, b: matrix });
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface(process.stdin)) {
  if (line === "quit") break;
  const products = Number(line.replace("run ", ""));
  const started = performance.now();
  for (let count = 0; count < products; count++) await session.run({ a: matrix, b: matrix });
  const seconds = (performance.now() - started) / 1000;
  console.log(
    JSON.stringify({ gflops: (2 * SIZE ** 3 * products) / seconds / 1e9, steps: products, seconds, peakRssBytes: 0 }),
  );
}
process.exit(0);
