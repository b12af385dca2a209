/** @file Runs an optimizer's update alone, on given gradients. */

import { type Tensor, float32, scalar, zeros } from "../../src/core/index.ts";
import type { Optimizer } from "../../src/engine/nn/index.ts";
import { Operations } from "../../src/engine/onnx/index.ts";
import { createSession } from "../../src/engine/runtime/index.ts";
import { testSession } from "../support/device.ts";

/** The parameter after each of the given gradients; slots start as zeros. */
export async function replayOptimizer(
  optimizer: Optimizer,
  { initial, gradients, learningRate }: { initial: number[]; gradients: number[][]; learningRate: number },
): Promise<number[][]> {
  const session = await createSession(updateGraph(optimizer, initial.length), testSession);
  const slots = optimizer.slotNames.map((name) => [`slot/${name}`, zeros([initial.length])] as const);
  let state: Record<string, Tensor> = { parameter: float32(initial), ...Object.fromEntries(slots) };
  const after: number[][] = [];
  for (const [step, gradient] of gradients.entries()) {
    const values = optimizer.scalars(step, learningRate);
    const scalars = optimizer.scalarNames.map((name) => [`scalar/${name}`, scalar(values[name])] as const);
    const results = await session.run({ grad: float32(gradient), ...Object.fromEntries(scalars), ...state });
    state = Object.fromEntries(Object.keys(state).map((name) => [name, results[`next/${name}`]]));
    after.push(Array.from(state.parameter.data, Number));
  }
  await session.close();
  return after;
}

function updateGraph(optimizer: Optimizer, length: number): ReturnType<Operations["build"]> {
  const g = new Operations();
  const input = (name: string): ReturnType<Operations["input"]> => g.input(name, "float32", [length]);
  const result = optimizer.update({
    g,
    parameter: input("parameter"),
    grad: input("grad"),
    slots: Object.fromEntries(optimizer.slotNames.map((name) => [name, input(`slot/${name}`)])),
    scalars: Object.fromEntries(optimizer.scalarNames.map((name) => [name, g.input(`scalar/${name}`, "float32", [])])),
  });
  g.output(result.parameter, "next/parameter");
  for (const [name, value] of Object.entries(result.slots)) g.output(value, `next/slot/${name}`);
  return g.build("update");
}
