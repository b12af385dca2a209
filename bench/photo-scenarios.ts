/** @file Networks that people train on photographs, at 224 pixels: training of everything, and inference. */

import type { StepWork } from "./commands.ts";
import { photoNetworkNames } from "./peers/bench-networks.ts";
import { type Scenario, type ScenarioOptions, fasterThanPytorch, stepPeers, threadCount } from "./scenario.ts";

/** Few, since a step takes seconds. */
const ROUNDS = 3;
const WARMUP = 1;
const BATCH = 32;
/** Steps of one round. */
const STEPS = { train: 1, inference: 3 } as const;

/** Every network with two threads and with one. */
export function photoScenarios(options: ScenarioOptions): Scenario[] {
  return (["train", "inference"] as const).flatMap((mode) =>
    photoNetworkNames.flatMap((network) =>
      [2, 1].map((threads) => {
        const work: StepWork = { network, mode, batch: BATCH, threads, steps: STEPS[mode], warmup: WARMUP };
        const name = network.replace(/-224$/, "");
        const verb = mode === "train" ? "training" : "inference";
        return {
          name: `photo-${mode}-${name}-t${threads}`,
          description: `${name}, 224x224, ${verb}, batch ${BATCH}, ${threadCount(threads)}`,
          targets: [
            fasterThanPytorch(1),
            ...(mode === "train" ? [{ measure: "memory", peer: "pytorch", atMost: 1 } as const] : []),
          ],
          ...stepPeers(work, options),
          rounds: ROUNDS,
          onlyIfNamed: true,
        };
      }),
    ),
  );
}
