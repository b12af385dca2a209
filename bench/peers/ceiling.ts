/**
 * @file How much arithmetic onnxruntime does in a second at best: the fastest of a product and convolutions, in GFLOP/s,
 * with the peers' protocol. `pytorch_ceiling.py` does the same work in PyTorch.
 */

import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type Shape, float32, sizeOf, stream } from "../../src/core/index.ts";
import { Operations, type Value } from "../../src/engine/onnx/index.ts";
import { createSession, parseDevice } from "../../src/engine/runtime/node/index.ts";

const TRIES = 5;

/** Something to calculate again and again. */
interface Work {
  readonly name: string;
  /** Of one call; a multiplication and its addition are two. */
  readonly flops: number;
  run(): Promise<unknown>;
}

const { values } = parseArgs({
  options: { threads: { type: "string", default: "2" }, device: { type: "string", default: "cpu" } },
});
const session = { threads: Number(values.threads), device: await parseDevice(values.device) };
const [best] = await fastestFirst([await product(1024), await convolution(1, 256), await convolution(3, 128)]);
console.log(JSON.stringify({ ready: true, about: `${best.name} in onnxruntime` }));
for await (const line of createInterface(process.stdin)) {
  if (line === "quit") break;
  console.log(JSON.stringify({ gflops: await rate(best, Number(line.replace("run ", ""))), peakRssBytes: 0 }));
}
process.exit(0);

async function product(size: number): Promise<Work> {
  const matrix = [size, size];
  const run = await workOf([matrix, matrix], (g, [a, b]) => g.matMul(a, b));
  return { name: `${size} x ${size} products`, flops: 2 * size ** 3, run };
}

async function convolution(kernel: number, channels: number): Promise<Work> {
  const images = [8, channels, 28, 28];
  const pad = (kernel - 1) / 2;
  const attributes = { kernel_shape: [kernel, kernel], pads: [pad, pad, pad, pad] };
  const run = await workOf([images, [channels, channels, kernel, kernel]], (g, [x, weight]) =>
    g.conv(x, weight, attributes),
  );
  return { name: `${kernel}x${kernel} convolutions`, flops: 2 * sizeOf(images) * channels * kernel ** 2, run };
}

/** Of two operands the second is part of the graph, as weights are; one number of the result is handed back. */
async function workOf(
  shapes: readonly Shape[],
  build: (g: Operations, operands: readonly Value[]) => Value,
): Promise<() => Promise<unknown>> {
  const random = stream(0, "operands");
  const [given, constant] = shapes.map((shape) =>
    float32(
      Float32Array.from({ length: sizeOf(shape) }, () => random.uniform()),
      shape,
    ),
  );
  const g = new Operations();
  const x = g.input("x", "float32", given.shape);
  const y = build(g, [x, g.initializer("weight", constant)]);
  g.output(g.reduceMean(y, [...y.shape.keys()]), "mean");
  const opened = await createSession(g.build(), session);
  return () => opened.run({ x: given });
}

async function rate({ flops, run }: Work, times: number): Promise<number> {
  const started = performance.now();
  for (let count = 0; count < times; count++) await run();
  return (flops * times) / (performance.now() - started) / 1e6;
}

async function fastestFirst(works: readonly Work[]): Promise<Work[]> {
  const rated: { work: Work; best: number }[] = [];
  for (const work of works) {
    const rates: number[] = [];
    for (let count = 0; count < TRIES; count++) rates.push(await rate(work, 1));
    rated.push({ work, best: Math.max(...rates) });
  }
  return rated.sort((a, b) => b.best - a.best).map(({ work }) => work);
}
