/** @file The tasks of the benchmark: what is to be learned, from what, with how many images. */

import type { Normalization } from "../../src/engine/nn/index.ts";
import {
  type OpenImages,
  cifar,
  colouredMnist,
  largeCifar,
  losslessCifar,
  lyingCifar,
  mirroredMnist,
  mnist,
  photos,
  shapes,
} from "./data-sets.ts";
import type { FileName } from "./places.ts";
import type { SourceName } from "./sources.ts";

/** What a task starts from: a source trained here, or a file with the normalization that a user would name. */
export type TaskSource =
  { readonly trained: SourceName } | { readonly file: FileName; readonly normalization: Normalization };

/** How long a network trains in the search for the oracle, and where that search begins. */
export type Effort = "small" | "mobilenetV1" | "mobilenetV2";

/** One question to Graft. */
export interface AnswerTask {
  /** In results and on the command line. */
  readonly name: string;
  /** In the page. */
  readonly title: string;
  readonly open: OpenImages;
  readonly source: TaskSource;
  readonly imagesPerClass: number | "all";
  /** Seeds, each with other images where there are more than are taken. */
  readonly draws: number;
  /** False where a mirror image is another class or none. */
  readonly flipsHarmless: boolean;
  readonly effort: Effort;
}

const imagenet: Normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const symmetric: Normalization = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const cifarResNet = { file: "resnet20", normalization: imagenet } as const;
const photograph = { flipsHarmless: true, effort: "small", draws: 2 } as const;
const sign = { flipsHarmless: false, effort: "small", draws: 2 } as const;
const airplaneHorse = { open: cifar([0, 7]), source: { trained: "cifar-without-airplane-horse" } } as const;
const catDog = { open: cifar([3, 5]), source: { trained: "cifar-without-cat-dog" } } as const;
const near = { trained: "mnist-0-to-4" } as const;

/** In an order in which the first ones differ most, for those who have little time. */
export const tasks: readonly AnswerTask[] = [
  {
    ...photograph,
    ...airplaneHorse,
    name: "airplane-horse-50",
    title: "CIFAR-10 airplane and horse, from eight other classes",
    imagesPerClass: 50,
  },
  {
    ...sign,
    name: "digits-near-10",
    title: "MNIST 5 to 9, from 0 to 4",
    open: mnist([5, 6, 7, 8, 9]),
    source: near,
    imagesPerClass: 10,
  },
  {
    ...sign,
    name: "mirrored-digits-20",
    title: "MNIST digits and their mirror images, from 0 to 4",
    open: mirroredMnist([2, 3, 4, 5, 7]),
    source: near,
    imagesPerClass: 20,
  },
  {
    ...photograph,
    name: "cifar10-resnet-10",
    title: "CIFAR-10, ten classes in original pixels, from a ResNet-20 of the same classes",
    open: losslessCifar,
    source: cifarResNet,
    imagesPerClass: 10,
  },
  {
    ...sign,
    name: "digits-far-10",
    title: "MNIST, ten digits, from eight classes of CIFAR-10",
    open: colouredMnist,
    source: { trained: "cifar-without-airplane-horse" },
    imagesPerClass: 10,
  },
  {
    ...photograph,
    name: "shapes-20",
    title: "shapes10, the last five, from the first five",
    open: shapes([5, 6, 7, 8, 9]),
    source: { trained: "shapes-first-five" },
    imagesPerClass: 20,
  },
  {
    ...photograph,
    name: "vehicles-25",
    title: "CIFAR-10 vehicles, from its animals",
    open: cifar([0, 1, 8, 9]),
    source: { trained: "cifar-animals" },
    imagesPerClass: 25,
  },
  {
    ...photograph,
    name: "lying-vehicles-25",
    title: "CIFAR-10 cars and ships, upright or lying on their side, from its animals",
    open: lyingCifar([1, 8]),
    source: { trained: "cifar-animals" },
    imagesPerClass: 25,
    flipsHarmless: false,
  },
  {
    ...photograph,
    ...catDog,
    name: "cat-dog-50",
    title: "CIFAR-10 cat and dog, from eight others",
    imagesPerClass: 50,
  },
  {
    ...photograph,
    name: "ants-bees-v1",
    title: "ants and bees, 245 photographs, from MobileNetV1 0.25",
    open: photos,
    source: { file: "mobilenetV1", normalization: symmetric },
    imagesPerClass: "all",
    effort: "mobilenetV1",
  },
  {
    ...photograph,
    ...airplaneHorse,
    name: "airplane-horse-10",
    title: "CIFAR-10 airplane and horse, from eight other classes",
    imagesPerClass: 10,
  },
  {
    ...sign,
    name: "digits-resnet-5",
    title: "MNIST, ten digits, from a ResNet-20 of CIFAR-10",
    open: colouredMnist,
    source: cifarResNet,
    imagesPerClass: 5,
  },
  {
    ...photograph,
    name: "large-animals-20",
    title: "CIFAR-10, five animals enlarged to 224x224, from MobileNetV1 0.25",
    open: largeCifar([2, 3, 4, 5, 7], 100),
    source: { file: "mobilenetV1", normalization: symmetric },
    imagesPerClass: 20,
    effort: "mobilenetV1",
  },
  {
    ...photograph,
    ...airplaneHorse,
    name: "airplane-horse-500",
    title: "CIFAR-10 airplane and horse, from eight other classes",
    imagesPerClass: 500,
  },
  {
    ...photograph,
    ...catDog,
    name: "cat-dog-1000",
    title: "CIFAR-10 cat and dog, from eight others",
    imagesPerClass: 1000,
  },
  {
    ...photograph,
    name: "ants-bees-v2",
    title: "ants and bees, 245 photographs, from MobileNetV2",
    open: photos,
    source: { file: "mobilenetV2", normalization: imagenet },
    imagesPerClass: "all",
    effort: "mobilenetV2",
  },
];
