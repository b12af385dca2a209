/** @file What onnxruntime's WebGPU kernels lack or get wrong, put in other words or left to the CPU. */

import { sameShape } from "../../core/index.ts";
import { type Graph, type Node, NodeView, Operations, type Value, sliceRanges } from "../onnx/index.ts";

/** A graph for the WebGPU provider. */
export interface WebgpuGraph {
  readonly graph: Graph;
  /** Names of nodes that have to run on the CPU. */
  readonly cpuNodes: readonly string[];
}

type Rewrite = (g: Operations, node: NodeView) => Value;

/** Operators without a kernel, by those that have one; on the CPU, the step would wait for the device in its middle. */
const rewrites: Readonly<Record<string, Rewrite>> = {
  FusedMatMul: (g, node) => {
    const turned = (value: Value, name: string): Value =>
      node.int(name, 0) === 0 ? value : g.transpose(value, swapLastAxes(value.shape.length));
    const product = g.matMul(turned(node.input(0), "transA"), turned(node.input(1), "transB"));
    const alpha = node.float("alpha", 1);
    return alpha === 1 ? product : g.scale(product, alpha);
  },
  // log(exp(x) / sum(exp(x))) with the maximum taken off first
  LogSoftmax: (g, node) => {
    const axes = [node.int("axis", -1)];
    const x = node.input(0);
    const shifted = g.sub(x, g.op("ReduceMax", [x], { axes, keepdims: 1 }));
    return g.sub(shifted, g.log(g.reduceSum(g.exp(shifted), axes, 1)));
  },
};

/** Nodes that a kernel of onnxruntime 1.30 refuses or computes wrongly; test/devices shows each of them. */
const gaps: Readonly<Record<string, (node: NodeView, outputs: readonly Value[]) => boolean>> = {
  // wants scale and bias of the whole normalized shape
  LayerNormalization: (node) => {
    const x = node.input(0);
    const normalized = x.shape.slice(node.axis(x.shape.length, -1));
    return node.inputs.slice(1).some((value) => value !== null && !sameShape(value.shape, normalized));
  },
  // has no second output
  MaxPool: (_node, outputs) => outputs.length > 1,
  // backwards, it counts from the last element wherever the slice starts
  Slice: (node) => {
    const { shape } = node.input(0);
    return sliceRanges(node).some(({ start, step }, axis) => step < 0 && start !== shape[axis] - 1);
  },
};

/** The same computation for the WebGPU provider; names of inputs, constants, outputs and nodes stay. */
export function webgpuGraph(original: Graph): WebgpuGraph {
  const g = new Operations();
  const cpuNodes: string[] = [];
  const values = new Map<string, Value>();
  const renewed = (value: Value | null): Value | null => (value === null ? null : (values.get(value.name) ?? value));
  for (const { name, dtype, shape } of original.inputs) values.set(name, g.input(name, dtype, shape));
  for (const [name, tensor] of original.initializers) values.set(name, g.initializer(name, tensor));
  for (const node of original.nodes) {
    const view = new NodeView({ ...node, inputs: node.inputs.map(renewed) }, (value) => g.constantOf(value));
    const results = rewriteNode(g, node, view);
    node.outputs.forEach((output, index) => values.set(output.name, results[index]));
    if (node.domain === "" && gaps[node.opType]?.(view, node.outputs) === true) cpuNodes.push(node.name);
  }
  for (const output of original.outputs) g.output(renewed(output) ?? output, output.name);
  return { graph: g.build(original.name), cpuNodes };
}

function rewriteNode(g: Operations, node: Node, view: NodeView): readonly Value[] {
  const rewrite = rewrites[node.opType];
  if (rewrite !== undefined) return [g.scoped(node.name, () => rewrite(g, view))];
  return g.again(node, view.inputs);
}

function swapLastAxes(rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return [...axes.slice(0, -2), rank - 1, rank - 2];
}
