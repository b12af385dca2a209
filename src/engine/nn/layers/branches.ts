/** @file Layers made of branches that start from one input and are joined again. */

import { GraphError, type Shape, formatShape, sameShape } from "../../../core/index.ts";
import type { Value } from "../../onnx/index.ts";
import type { Layer, LayerContext, ParameterSpec } from "../layer.ts";

/**
 * The sum of the branches' outputs; an empty branch is the input itself (a residual connection).
 *
 * Source: He et al. 2015, arXiv:1512.03385.
 */
export function add(name: string, branches: readonly (readonly Layer[])[]): Layer {
  return branched(name, branches, {
    description: "add",
    joinedShape: (shapes) => {
      if (shapes.some((shape) => !sameShape(shape, shapes[0]))) {
        throw new GraphError(`${name}: expected branches of one shape, got ${shapes.map(formatShape).join(" and ")}.`);
      }
      return shapes[0];
    },
    join: ({ g }, values) => values.reduce((sum, value) => g.add(sum, value)),
  });
}

/** The branches' outputs one after another along the channel axis. */
export function concatenate(name: string, branches: readonly (readonly Layer[])[]): Layer {
  return branched(name, branches, {
    description: "concatenate",
    joinedShape: (shapes) => {
      const rest = shapes[0].slice(1);
      if (shapes.some((shape) => !sameShape(shape.slice(1), rest))) {
        throw new GraphError(
          `${name}: expected branches that differ in channels alone, got ${shapes.map(formatShape).join(" and ")}.`,
        );
      }
      return [shapes.reduce((sum, [channels]) => sum + channels, 0), ...rest];
    },
    join: ({ g }, values) => g.concat(values, 1),
  });
}

interface Joint {
  description: string;
  joinedShape(shapes: readonly Shape[]): Shape;
  join(context: LayerContext, values: readonly Value[]): Value;
}

function branched(
  name: string,
  branches: readonly (readonly Layer[])[],
  { description, joinedShape, join }: Joint,
): Layer {
  const endOf = (branch: readonly Layer[], input: Shape): Shape =>
    branch.reduce((shape, layer) => layer.outputShape(shape), input);
  return {
    name,
    description: `${description} of ${branches.map((branch) => branch.map((layer) => layer.description).join(" → ") || "input").join(" | ")}`,
    outputShape: (input) => joinedShape(branches.map((branch) => endOf(branch, input))),
    parameters: (input) => branches.flatMap((branch) => branchParameters(branch, input)),
    build: (context, x) =>
      join(
        context,
        branches.map((branch) => branch.reduce((value, layer) => layer.build(context.inside(layer.name), value), x)),
      ),
  };
}

function branchParameters(branch: readonly Layer[], input: Shape): ParameterSpec[] {
  let shape = input;
  return branch.flatMap((layer) => {
    const specs = layer.parameters(shape).map((spec) => ({ ...spec, name: `${layer.name}.${spec.name}` }));
    shape = layer.outputShape(shape);
    return specs;
  });
}
