/** @file Layers made of branches that start from one input and are joined again. */

import { GraphError, type Shape, formatShape, sameShape } from "../../../core/index.ts";
import type { Value } from "../../onnx/index.ts";
import type { Layer, LayerContext } from "../layer.ts";
import { type ActivationName, activations } from "./activation.ts";
import { buildRow, describeRow, rowParameters, rowShape } from "./sequence.ts";

export interface AddOptions {
  /** Applied to the sum. */
  activation?: ActivationName;
}

/**
 * The sum of the branches' outputs; an empty branch is the input itself (a residual connection).
 *
 * Source: He et al. 2015, arXiv:1512.03385.
 */
export function add(name: string, branches: readonly (readonly Layer[])[], { activation }: AddOptions = {}): Layer {
  return branched(name, branches, {
    description: activation === undefined ? "add" : `${activation} of the sum`,
    joinedShape: (shapes) => {
      if (shapes.some((shape) => !sameShape(shape, shapes[0]))) {
        throw new GraphError(`${name}: expected branches of one shape, got ${shapes.map(formatShape).join(" and ")}.`);
      }
      return shapes[0];
    },
    join: ({ g }, values) => {
      const sum = values.reduce((left, right) => g.add(left, right));
      return activation === undefined ? sum : activations[activation](g, sum);
    },
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
  return {
    name,
    description: `${description} of ${branches.map((branch) => describeRow(branch) || "input").join(" | ")}`,
    outputShape: (input) => joinedShape(branches.map((branch) => rowShape(branch, input))),
    parameters: (input) => branches.flatMap((branch) => rowParameters(branch, input)),
    build: (context, x) =>
      join(
        context,
        branches.map((layers) => buildRow(context, { layers, x })),
      ),
  };
}
