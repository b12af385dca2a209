/** @file How much arithmetic nodes take that Graft does not look into: onnxruntime says the shapes. */

import { type Shape, float32, sizeOf } from "../../../core/index.ts";
import { type ForeignNodes, type NodeMessage, PROBED, type Value, encodeProbe } from "../../../engine/onnx/index.ts";
import { createModelSession } from "../../../engine/runtime/index.ts";

/** By operator: multiply-adds of one element of the output, from the shapes of two inputs; and which inputs. */
interface Count {
  readonly inputs: readonly [number, number];
  readonly terms: (x: Shape, weight: Shape, node: NodeMessage) => number;
}

const convolution = (weight: number): Count => ({
  inputs: [0, weight],
  terms: (_x, kernel) => sizeOf(kernel.slice(1)),
});
const product: Count = { inputs: [0, 0], terms: (x) => x[x.length - 1] };
const transposable: Count = {
  inputs: [0, 0],
  terms: (x, _weight, { attribute }) => {
    const isTurned = attribute.some(({ name, i }) => name === "transA" && Number(i.toString()) === 1);
    return x[x.length - (isTurned ? 2 : 1)];
  },
};

const counts: Readonly<Record<string, Count | undefined>> = {
  Conv: convolution(1),
  ConvInteger: convolution(1),
  FusedConv: convolution(1),
  QLinearConv: convolution(3),
  Gemm: transposable,
  FusedMatMul: transposable,
  MatMul: product,
  MatMulInteger: product,
  QLinearMatMul: product,
};

/**
 * Floating point operations of one image in convolutions and matrix products; those in graphs and functions of the file
 * are not counted, nor is any other operator.
 *
 * image: what the file is fed, for one image.
 */
export async function opaqueFlops(nodes: ForeignNodes, image: Value): Promise<number> {
  const counted = nodes.nodes.flatMap((node) => {
    const count = counts[node.opType];
    return count === undefined ? [] : [{ node, count, names: namesOf(node, count) }];
  });
  if (counted.length === 0) return 0;
  const wanted = [...new Set(counted.flatMap(({ names }) => names))];
  const outputs = wanted.map((_, index) => `graft#${index}`);
  const extra = wanted.map((name, index) => shapeOf(name, outputs[index]));
  const session = await createModelSession(encodeProbe(nodes, { outputs, extra, input: image }));
  try {
    const { shape } = image;
    const results = await session.run({ [PROBED]: float32(new Float32Array(sizeOf(shape)), shape) });
    const shapes = new Map(wanted.map((name, index) => [name, Array.from(results[outputs[index]].data, Number)]));
    const known = (name: string): number[] => shapes.get(name) ?? [];
    return counted.reduce((sum, { node, count, names: [y, x, weight] }) => {
      return sum + 2 * sizeOf(known(y)) * count.terms(known(x), known(weight), node);
    }, 0);
  } finally {
    await session.close();
  }
}

function namesOf({ input, output }: NodeMessage, { inputs: [x, weight] }: Count): [string, string, string] {
  return [output[0], input[x], input[weight]];
}

function shapeOf(name: string, output: string): object {
  return { name: output, opType: "Shape", input: [name], output: [output] };
}
