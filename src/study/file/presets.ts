/** @file The studies that come with Graft. */

import type { StudyInput } from "./schema.ts";

export interface Preset {
  /** One line for lists. */
  readonly description: string;
  readonly study: StudyInput;
}

/** Presets by name. What `classic` leaves out is the schema's default. */
export const presets: Readonly<Record<string, Preset>> = {
  classic: {
    description: "the assignment's protocol: 20 epochs, SGD with momentum, layers frozen as intended",
    study: {
      name: "classic",
      protocol:
        "The classic assignment as intended: a data set split by class, three ways to train on the target, transferred layers frozen bit for bit.",
    },
  },
  "as-published": {
    description: "what a published run of the assignment really did: SGD at 1e-4, ten outputs, nothing frozen",
    study: {
      name: "as-published",
      protocol:
        "A published run of the assignment as its code really ran: SGD at learning rate 1e-4, ten outputs for two classes, nothing frozen, M4 continuing from M3.",
      notes: [
        "The published code sets the network's trainable flag to false and then adds a layer, which in Keras 2.2.0 to 2.3.1 rebuilds the network and sets the flag back. Its M3 and M4 therefore trained every layer, as its own step times confirm, and its M4 went on from M3's weights.",
        "What that run calls fine-tuning one and two layers is full fine-tuning for 20 and for 40 epochs. The preset `classic` runs the protocol as it was meant.",
        "At this learning rate nothing converges in 20 epochs; the accuracies compare how far each model has come, not how good it can get.",
      ],
      normalization: "unit",
      head: "dataset",
      strategies: ["scratch", "unfrozen-last-layer", "unfrozen-last-two-layers"],
      training: { learningRate: 1e-4, optimizer: { name: "sgd", momentum: 0 } },
    },
  },
  tuned: {
    description: "20 epochs with a good recipe for this network: one-cycle, Nesterov momentum, augmentation",
    study: {
      name: "tuned",
      protocol:
        "The classic network and split with a tuned recipe, 20 epochs each; transferred layers frozen bit for bit.",
      training: {
        batchSize: 64,
        learningRate: 0.05,
        optimizer: { name: "sgd", momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
        schedule: { name: "one-cycle" },
        labelSmoothing: 0.1,
        augmentation: { flip: true, crop: 2 },
      },
      trainingOf: {
        "last-layer": { augmentation: {}, learningRate: 0.02 },
        "last-two-layers": { augmentation: {}, learningRate: 0.02 },
      },
    },
  },
  quick: {
    description: "the classic study in about two minutes on two cores: fewer images, the source for fewer epochs",
    study: {
      name: "quick",
      protocol:
        "The classic study in its quick form: fewer images and a shorter source run, so that the comparison can be seen in minutes.",
      notes: [
        "This is the quick form: 1,000 source images and 50 target images of each class. So few target images are where transfer matters most; the presets `classic` and `tuned` use all of them.",
      ],
      sourceImagesPerClass: 1000,
      imagesPerClass: 50,
      training: "auto",
      trainingOf: { source: { epochs: 6 } },
    },
  },
  "budget-curve": {
    description: "six strategies at nine budgets from 5 to 2,500 images a class, three seeds: where does transfer pay?",
    study: {
      name: "budget-curve",
      protocol:
        "The classic network and split at nine target budgets and with three seeds: every strategy of a seed sees the same images, batches and source.",
      imagesPerClass: [5, 10, 25, 50, 100, 250, 500, 1000, 2500],
      seeds: 3,
      strategies: ["scratch", "last-layer", "last-two-layers", "full", "probe-then-full", "l2-sp"],
      training: "auto",
    },
  },
  photos: {
    description: "photographs of your own against a network trained on ImageNet: --data ./photos",
    study: {
      name: "photos",
      protocol:
        "Photographs against a network that was trained elsewhere: a new head on its frozen features, all of it fine-tuned, and the same network from scratch.",
      source: "mobilenetv2-12",
      strategies: [
        "nearest-mean",
        "k-nearest",
        "linear-probe",
        "last-layer",
        "last-two-layers",
        "probe-then-full",
        "full",
        "scratch",
      ],
      seeds: "auto",
      training: "auto",
    },
  },
  "layer-curve": {
    description: "the layer curves of Yosinski et al. 2014: how general is each layer, frozen and fine-tuned?",
    study: {
      name: "layer-curve",
      protocol:
        "The first n layers come from the source (AnB) or from the target's own scratch run (BnB), frozen or fine-tuned (+); the rest starts new.",
      imagesPerClass: 500,
      seeds: 3,
      strategies: ["scratch", ...["B", "A"].flatMap((from) => ["", "+"].flatMap((plus) => layerCurve(from, plus)))],
      training: {
        epochs: 10,
        learningRate: 0.02,
        optimizer: { name: "sgd", momentum: 0.9, nesterov: true },
        schedule: { name: "one-cycle" },
      },
    },
  },
};

/** One strategy for every number of layers that the classic network can keep. */
function layerCurve(from: string, plus: string): string[] {
  return [1, 2, 3, 4, 5].map((count) => `${from}${count}B${plus}`);
}
