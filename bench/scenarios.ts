/** @file What is measured: each scenario names the peers that do the same work, and what is hoped for. */

import { datasets } from "../src/data/node/index.ts";
import {
  ceilings,
  graftHelp,
  graftProgram,
  graftSteps,
  graftStudy,
  javascriptSteps,
  pytorchSteps,
  pytorchStudy,
  type StepWork,
} from "./commands.ts";
import { installJavascriptPeers } from "./javascript-peers.ts";
import { photoScenarios } from "./photo-scenarios.ts";
import { ROUNDS, type Scenario, type ScenarioOptions, fasterThanPytorch, stepPeers, threadCount } from "./scenario.ts";

/** Images of one round of the classic network, so that rounds take about as long for every batch size. */
const IMAGES_A_ROUND = 1920;
const HELP_ROUNDS = 21;
const STUDY_ROUNDS = 3;
/** Of every run; two are enough for a second one on the same features. */
const STUDY_EPOCHS = 2;
const FULL_STUDY_EPOCHS = 20;
const JAVASCRIPT_ROUNDS = 3;
/** A step takes TensorFlow.js the better part of a minute. */
const JAVASCRIPT_BATCH = 8;
const SOAK_WARM_UP = 2500;
const SOAK_STEPS = 5000;
const SOAK_GROWTH_MB = 16;

/** Every scenario, in the order in which it is measured. */
export function allScenarios(options: ScenarioOptions): Scenario[] {
  return [
    ...ceilingScenarios(options),
    ...training(options),
    inference(options),
    ...otherNetworks(options),
    ...photoScenarios(options),
    ...oneMoreEpoch(options),
    { ...wholeStudy(options, STUDY_EPOCHS), name: "study" },
    { ...wholeStudy(options, FULL_STUDY_EPOCHS), name: "study-full", rounds: 1, onlyIfNamed: true },
    seeds(options),
    javascript(options),
    help(),
    folder(options),
    features(options),
    ...soaks(options),
  ];
}

function ceilingScenarios(options: ScenarioOptions): Scenario[] {
  return [1, 2].map((threads) => ({
    name: `ceiling-t${threads}`,
    description: `the fastest of several products and convolutions, ${threadCount(threads)}`,
    unit: "GFLOP/s",
    targets: [],
    rounds: ROUNDS,
    prepare: async () => ({ peers: ceilings(threads, options) }),
  }));
}

function training(options: ScenarioOptions): Scenario[] {
  return [32, 64, 128].flatMap((batch) =>
    [2, 1].map((threads) => ({
      name: `train-b${batch}-t${threads}`,
      description: `classic network, training, batch ${batch}, ${threadCount(threads)}`,
      targets: [
        fasterThanPytorch(1),
        ...(batch === 128 ? [{ measure: "memory", peer: "pytorch", atMost: 1 } as const] : []),
      ],
      ...stepPeers({ network: "classic-cnn", mode: "train", batch, threads, steps: IMAGES_A_ROUND / batch }, options),
    })),
  );
}

function inference(options: ScenarioOptions): Scenario {
  return {
    name: "inference-b128-t2",
    description: "classic network, inference, batch 128, 2 threads",
    targets: [fasterThanPytorch(1.8)],
    ...stepPeers({ network: "classic-cnn", mode: "inference", batch: 128, threads: 2, steps: 40 }, options),
  };
}

function otherNetworks(options: ScenarioOptions): Scenario[] {
  return (["resnet-20", "mobilenet-v2-x0.5"] as const).flatMap((network) =>
    [2, 1].map((threads) => ({
      name: `train-${network}-t${threads}`,
      description: `${network}, training, batch 32, ${threadCount(threads)}`,
      targets: [fasterThanPytorch(0.8)],
      ...stepPeers({ network, mode: "train", batch: 32, threads, steps: 20 }, options),
    })),
  );
}

function oneMoreEpoch(options: ScenarioOptions): Scenario[] {
  return [
    // on features a step takes Graft so little that it does many to be timed at all
    { frozen: "last-layer", times: 50, graftStepCount: 1500 },
    { frozen: "last-two-layers", times: 20, graftStepCount: 200 },
  ].map(({ frozen, times, graftStepCount }) => {
    const work: StepWork = { network: "classic-cnn", mode: "train", batch: 32, threads: 2, steps: 60, frozen };
    return {
      name: `epoch-${frozen}`,
      description: `one more epoch of ${frozen}, batch 32, 2 threads: Graft on features, PyTorch through the frozen layers`,
      unit: "images/s",
      targets: [fasterThanPytorch(times)],
      rounds: ROUNDS,
      prepare: async () => ({
        peers: [
          graftSteps({ ...work, steps: graftStepCount }, options.device),
          pytorchSteps(work, options.python()),
          pytorchSteps(work, options.python(), { compiled: true }),
          ...ceilings(2, options),
        ],
      }),
    };
  });
}

function wholeStudy({ device, python }: ScenarioOptions, epochs: number): Omit<Scenario, "name"> {
  const work = { epochs, threads: 2 };
  return {
    description: `the whole classic study, ${epochs} epochs, 2 threads: from the start of the process to its end`,
    unit: "s",
    targets: [fasterThanPytorch(1.1)],
    rounds: STUDY_ROUNDS,
    prepare: async () => {
      const place = datasets.cifar10.find();
      if (place?.path === undefined) {
        return { missing: "CIFAR-10 is not here; GRAFT_DATA_DIR or `graft data fetch` would bring it." };
      }
      const peers = [graftStudy({ ...work, device })];
      if (python().torch === null) return { peers, notes: ["pytorch could not be started."] };
      return { peers: [...peers, pytorchStudy(work, { dataFolder: place.path, python: python() })] };
    },
  };
}

function seeds({ device }: ScenarioOptions): Scenario {
  const args = ["--device", device];
  return {
    name: "seeds",
    description:
      "an extra seed of the frozen strategies against the whole first seed, five seeds of the classic study on shapes10",
    unit: "%",
    targets: [{ measure: "value", atMost: 3 }],
    rounds: 1,
    prepare: async () => ({ peers: [graftProgram("graft-seeds.ts", { args })] }),
  };
}

function javascript(options: ScenarioOptions): Scenario {
  const batch = JAVASCRIPT_BATCH;
  const work: StepWork = { network: "classic-cnn", mode: "train", batch, threads: 2, steps: 1 };
  return {
    name: "javascript",
    description: `classic network, training, batch ${batch}: libraries for JavaScript without native code`,
    unit: "images/s",
    targets: [],
    rounds: JAVASCRIPT_ROUNDS,
    prepare: async () => {
      const installed = await installJavascriptPeers();
      if ("missing" in installed) return installed;
      return {
        peers: [
          graftSteps({ ...work, steps: 60 }, options.device),
          ...installed.peers.map((peer) => javascriptSteps(work, peer)),
          ...ceilings(work.threads, options),
        ],
      };
    },
  };
}

function folder({ device }: ScenarioOptions): Scenario {
  return {
    name: "folder",
    description: "60,000 JPEG files of 32x32 pixels, read for the first time",
    unit: "images/s",
    targets: [{ measure: "value", atLeast: 4000 }],
    rounds: 1,
    prepare: async () => ({ peers: [graftProgram("graft-folder.ts", { args: ["--device", device] })] }),
  };
}

function features({ device }: ScenarioOptions): Scenario {
  const args = ["--device", device];
  return {
    name: "features",
    description: "224x224 images through a frozen pretrained network, against its file in plain onnxruntime",
    unit: "images/s",
    targets: [{ measure: "ratio", peer: "onnxruntime", atLeast: 0.9 }],
    rounds: STUDY_ROUNDS,
    prepare: async () => ({
      peers: [
        graftProgram("graft-features.ts", { args }),
        graftProgram("graft-features.ts", { args: [...args, "--plain"], name: "onnxruntime" }),
      ],
    }),
  };
}

function help(): Scenario {
  return {
    name: "help",
    description: "graft --help, from the start of the process to its end",
    unit: "ms",
    targets: [{ measure: "value", atMost: 150 }],
    rounds: HELP_ROUNDS,
    prepare: async () => ({ peers: [graftHelp()] }),
  };
}

function soaks({ device }: ScenarioOptions): Scenario[] {
  return [
    { name: "soak-images", what: "classic network on images", args: [] },
    { name: "soak-features", what: "last-two-layers on features", args: ["--frozen", "last-two-layers"] },
  ].map(({ name, what, args }) => ({
    name,
    description: `growth of memory over ${SOAK_STEPS} steps after ${SOAK_WARM_UP}, ${what}, batch 8`,
    unit: "MB",
    targets: [{ measure: "value", atMost: SOAK_GROWTH_MB }],
    rounds: 1,
    prepare: async () => ({
      peers: [
        graftProgram("graft-soak.ts", {
          args: ["--steps", String(SOAK_STEPS), "--warm-up", String(SOAK_WARM_UP), "--device", device, ...args],
          flags: ["--expose-gc"],
        }),
      ],
    }),
  }));
}
