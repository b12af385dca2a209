/** @file Fully connected layer, and the flattening before it. */

import { GraphError, formatShape, sizeOf } from "../../../core/index.ts";
import { adaptedRows } from "../adapters/adapter.ts";
import { type InitializerName, initializers } from "../initializers.ts";
import type { Layer } from "../layer.ts";

export interface DenseOptions {
  units: number;
  bias?: boolean;
  initializer?: InitializerName;
}

/** x: [N, F] → x weight^T + bias, [N, units]. Parameters `weight` [units, F] and `bias` [units]. */
export function dense(name: string, { units, bias = true, initializer = "glorotUniform" }: DenseOptions): Layer {
  return {
    name,
    description: `dense ${units}`,
    outputShape: (input) => {
      if (input.length !== 1)
        throw new GraphError(
          `${name}: expected a flat input [F], got ${formatShape(input)}. Put a flatten layer before it.`,
        );
      return [units];
    },
    parameters: ([features]) => [
      {
        name: "weight",
        shape: [units, features],
        initialize: initializers[initializer],
        role: "weight",
        product: "[out, in]",
      },
      ...(bias ? [{ name: "bias", shape: [units], initialize: initializers.zeros, role: "bias" } as const] : []),
    ],
    build: (context, x) => {
      const { g, parameter } = context;
      const y = g.gemm(x, parameter("weight"), bias ? parameter("bias") : null, { transB: 1 });
      return adaptedRows(context, { weight: "weight", x, y });
    },
  };
}

/** x: [N, …] → [N, product of the rest], channels first. */
export function flatten(name: string): Layer {
  return {
    name,
    description: "flatten",
    outputShape: (input) => [sizeOf(input)],
    parameters: () => [],
    build: ({ g }, x) => g.op("Flatten", [x], { axis: 1 }),
  };
}
