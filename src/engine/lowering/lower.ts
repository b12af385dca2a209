/** @file Rewrites Graft's own gradient operators into operators that onnxruntime has, in the layout that suits it. */

import { GraphError } from "../../core/index.ts";
import {
  GRAFT_DOMAIN,
  type Graph,
  type Node,
  NodeView,
  Operations,
  type RawAttribute,
  describeNode,
} from "../onnx/index.ts";
import { batchNormGrad, batchNormTraining } from "./batch-norm.ts";
import { blockedLowerings } from "./blocked/table.ts";
import { fuseChains } from "./chains/fuse-chains.ts";
import { type LoweringContext, type PlainLowering, Uses } from "./context.ts";
import { fuseSums } from "./fused-sums.ts";
import { averagePoolGrad } from "./gradients/average-pool-grad.ts";
import { convGradInput } from "./gradients/conv-grad-input.ts";
import { convGradWeight } from "./gradients/conv-grad-weight.ts";
import { maxPoolGrad } from "./gradients/max-pool-grad.ts";
import { reluGrad } from "./gradients/relu-grad.ts";
import { sliceGrad } from "./gradients/slice-grad.ts";
import { joinSlices } from "./joined-slices.ts";
import { Layouts } from "./layouts.ts";
import { withoutTrailingOnes } from "./scalar-operands.ts";

const plainLowerings: Readonly<Record<string, PlainLowering>> = {
  AveragePoolGrad: averagePoolGrad,
  BatchNormGrad: batchNormGrad,
  BatchNormTraining: batchNormTraining,
  ConvGradInput: convGradInput,
  ConvGradWeight: convGradWeight,
  MaxPoolGrad: maxPoolGrad,
  ReluGrad: reluGrad,
  SliceGrad: sliceGrad,
};

export interface LowerOptions {
  /** Channels in a block of the device's blocked images; nothing is blocked when left out. */
  blockSize?: number | undefined;
}

/**
 * The same computation without operators of the `graft` domain; names of inputs, constants and outputs stay.
 *
 * With a block size, convolutions and what lies between them run on blocked images where the shapes allow it.
 */
export function lower(original: Graph, { blockSize }: LowerOptions = {}): Graph {
  const graph = joinSlices(fuseSums(original));
  const g = new Operations();
  const layouts = new Layouts(g, blockSize);
  const uses = new Uses(graph);
  for (const input of graph.inputs) layouts.place(input, { plain: g.input(input.name, input.dtype, input.shape) });
  for (const [name, tensor] of graph.initializers) {
    layouts.place({ name, ...tensor }, { plain: g.initializer(name, tensor) });
  }
  for (const node of graph.nodes) {
    if (node.outputs.every((output) => layouts.isPlaced(output))) continue;
    const view = new NodeView(node, (value) => graph.initializers.get(value.name));
    lowerNode(node, { g, node: view, output: node.outputs[0], outputs: node.outputs, layouts, uses });
  }
  for (const output of graph.outputs) g.output(layouts.plain(output), output.name);
  const lowered = g.build(graph.name);
  return blockSize === undefined ? lowered : fuseChains(lowered);
}

function lowerNode(node: Node, context: LoweringContext): void {
  const { g, layouts } = context;
  const blocked = blockedLowerings[node.domain]?.[node.opType];
  if (layouts.blockSize !== undefined && blocked !== undefined) {
    const placements = g.scoped(node.name, () => blocked(context));
    if (placements !== undefined) {
      [placements].flat().forEach((placement, index) => layouts.place(node.outputs[index], placement));
      return;
    }
  }
  const inputs = node.inputs.map((input) => (input === null ? null : layouts.plain(input)));
  if (node.domain === GRAFT_DOMAIN) {
    const view = new NodeView({ ...node, inputs }, (value) => g.constantOf(value));
    const results = [g.scoped(node.name, () => plainLowering(node)(g, view))].flat();
    node.outputs.forEach((output, index) => layouts.place(output, { plain: results[index] }));
    return;
  }
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([key, { value }]) => [key, value as RawAttribute]),
  );
  const flat = g.scoped(node.name, () => withoutTrailingOnes(g, node, { inputs, attributes }));
  if (flat !== undefined) {
    layouts.place(context.output, { plain: flat });
    return;
  }
  const results = g.again(node, inputs);
  node.outputs.forEach((output, index) => layouts.place(output, { plain: results[index] }));
}

/** @throws GraphError if a node of the `graft` domain has no lowering. */
function plainLowering(node: Node): PlainLowering {
  const lowering = plainLowerings[node.opType];
  if (lowering === undefined) {
    throw new GraphError(`${describeNode(node)}: expected an operator with a lowering, got none.`);
  }
  return lowering;
}
