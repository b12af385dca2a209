/** @file Refuses files that hold numbers which are none, also where Graft does not look into what they are for. */

import { GraphError, type Tensor } from "../../core/index.ts";
import {
  type ModelFile,
  type TensorMessage,
  asFloat32,
  decodeTensor,
  dtypeCodes,
  tensorsOfAttribute,
} from "../../engine/onnx/index.ts";
import { firstNot } from "../finite-weights.ts";

const floats: ReadonlySet<number> = new Set([dtypeCodes.float32, dtypeCodes.float16, dtypeCodes.float64]);

/** Operators whose constants are weights: elsewhere an infinity may be meant, as in masks and bounds. */
const weighted: ReadonlySet<string> = new Set(
  "Conv ConvTranspose Gemm MatMul BatchNormalization LayerNormalization InstanceNormalization GroupNormalization".split(
    " ",
  ),
);

/** @throws GraphError naming the first tensor with NaN in it, or with an infinity among weights. */
export function requireFiniteTensors({ graph }: Pick<ModelFile, "graph">, path: string): void {
  const weights = new Set(graph.node.flatMap(({ opType, input }) => (weighted.has(opType) ? input : [])));
  for (const [name, message] of namedTensors(graph)) {
    if (!floats.has(message.dataType)) continue;
    const { data }: Tensor = asFloat32(decodeTensor(message));
    const wrong = firstNot(data, weights.has(name) ? Number.isFinite : isNumber);
    if (wrong === undefined) continue;
    throw new GraphError(
      `${path}: expected finite numbers in its weights, got ${wrong} in "${name}". Export the network anew, or use another.`,
    );
  }
}

/** Also those inside nodes, under the name of what the node makes. */
function* namedTensors({ initializer, node }: ModelFile["graph"]): Generator<[name: string, tensor: TensorMessage]> {
  for (const tensor of initializer) yield [tensor.name, tensor];
  for (const { output, attribute } of node) {
    for (const one of attribute) for (const tensor of tensorsOfAttribute(one)) yield [output[0], tensor];
  }
}

function isNumber(value: number): boolean {
  return !Number.isNaN(value);
}
