/** @file Layers one after another as a single layer. */

import type { Shape } from "../../../core/index.ts";
import type { Value } from "../../onnx/index.ts";
import type { Layer, LayerContext, ParameterSpec } from "../layer.ts";

/** The layers in a row, as one place in a network; parameters are named `layer.weight` inside it. */
export function sequence(name: string, layers: readonly Layer[]): Layer {
  return {
    name,
    description: describeRow(layers),
    outputShape: (input) => rowShape(layers, input),
    parameters: (input) => rowParameters(layers, input),
    build: (context, x) => buildRow(context, { layers, x }),
  };
}

/** `conv 3x3, 16 → batch norm → relu`. */
export function describeRow(layers: readonly Layer[]): string {
  return layers.map(({ description }) => description).join(" → ");
}

/** Shape after the last of the layers. */
export function rowShape(layers: readonly Layer[], input: Shape): Shape {
  return layers.reduce((shape, layer) => layer.outputShape(shape), input);
}

/** The parameters of all layers, each under its layer's name. */
export function rowParameters(layers: readonly Layer[], input: Shape): ParameterSpec[] {
  let shape = input;
  return layers.flatMap((layer) => {
    const specs = layer.parameters(shape).map((spec) => ({ ...spec, name: `${layer.name}.${spec.name}` }));
    shape = layer.outputShape(shape);
    return specs;
  });
}

/** Adds the layers to a graph, each inside its own name. */
export function buildRow(context: LayerContext, { layers, x }: { layers: readonly Layer[]; x: Value }): Value {
  return layers.reduce((value, layer) => layer.build(context.inside(layer.name), value), x);
}
