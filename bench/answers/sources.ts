/** @file Networks that tasks start from: trained here once, and kept. */

import { copyFile, mkdir, rename } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type StudyInput, resolveStudy } from "../../src/study/index.ts";
import { type OpenImages, cifar, mnist, shapes } from "./data-sets.ts";
import type { Places } from "./places.ts";
import { type Surroundings, inStudy } from "./study.ts";

/** A source task: classes that the tasks which start from it do not have. */
interface TrainedSource {
  readonly open: OpenImages;
  readonly imagesPerClass: number;
  readonly training?: StudyInput["training"];
}

const noFlips: StudyInput["training"] = { augmentation: { crop: 2 } };

/** The classic network on source tasks of its own, 20 epochs of the preset `tuned`. */
export const trainedSources = {
  "cifar-without-airplane-horse": { open: cifar([1, 2, 3, 4, 5, 6, 8, 9]), imagesPerClass: 1000 },
  "cifar-without-cat-dog": { open: cifar([0, 1, 2, 4, 6, 7, 8, 9]), imagesPerClass: 1000 },
  "cifar-animals": { open: cifar([2, 3, 4, 5, 6, 7]), imagesPerClass: 1000 },
  "mnist-0-to-4": { open: mnist([0, 1, 2, 3, 4]), imagesPerClass: 500, training: noFlips },
  "shapes-first-five": { open: shapes([0, 1, 2, 3, 4]), imagesPerClass: 200 },
} satisfies Record<string, TrainedSource>;

export type SourceName = keyof typeof trainedSources;

/** The file of a trained source, there or not. */
export function sourceFile(name: SourceName, { cache }: Places): string {
  return join(cache, `${name}.safetensors`);
}

/**
 * Trains a source unless its file is there; answers its test accuracy if it trained it.
 *
 * @throws MissingData if its images are not on this machine.
 */
export async function trainSource(
  name: SourceName,
  { places, ...surroundings }: Surroundings & { places: Places },
): Promise<number | null> {
  const path = sourceFile(name, places);
  if (existsSync(path)) return null;
  const { open, imagesPerClass, training = {} }: TrainedSource = trainedSources[name];
  const dataset = await open(places);
  // a study has a target: the smallest and shortest there can be, which nothing looks at
  const config = resolveStudy({
    preset: "tuned",
    name,
    source: dataset.name,
    target: dataset.name,
    strategies: ["scratch"],
    sourceImagesPerClass: imagesPerClass,
    imagesPerClass: 5,
    training,
    trainingOf: { scratch: { epochs: 1 } },
  });
  return inStudy({ config, data: { dataset, sourceDataset: dataset } }, surroundings, async (summary, directory) => {
    const source = summary.runs.find(({ task }) => task === "source");
    if (source?.status !== "done") throw new Error(`${name}: ${source?.failure ?? "not trained"}`);
    await mkdir(places.cache, { recursive: true });
    await copyFile(join(directory, "runs", source.id, "checkpoint.safetensors"), `${path}.new`);
    await rename(`${path}.new`, path);
    return source.epochs[source.epochs.length - 1].testAccuracy;
  });
}
