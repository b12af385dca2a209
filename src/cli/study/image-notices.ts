/** @file What a user should know of images of their own before a study trains on them. */

import { list, plural } from "../../core/index.ts";
import { type ImageDataset, findLeaks } from "../../data/node/index.ts";

/** Classes that differ by more in size are worth a word. */
export const IMBALANCE = 3;

/** How files were understood, those that are left out, classes without images, test images that are also trained on, classes of very different sizes: a sentence each. `validation` is the share that a study asks to hold back. */
export function imageNotices(dataset: ImageDataset, { validation }: { validation: number }): string[] {
  return [
    ...noteNotices(dataset),
    ...validationNotices(dataset, validation),
    ...unreadableNotices(dataset),
    ...emptyClassNotices(dataset),
    ...leakNotices(dataset),
    ...imbalanceNotices(dataset),
  ];
}

function noteNotices({ title, notes = [] }: ImageDataset): string[] {
  return notes.map((note) => `${title}: ${note}.`);
}

function validationNotices({ title, validation }: ImageDataset, asked: number): string[] {
  if (validation === undefined || asked === 0) return [];
  return [
    `${title}: its own ${plural(validation.count, "validation image")} choose; none of the training images are held back.`,
  ];
}

function emptyClassNotices({ title, classNames, train, test }: ImageDataset): string[] {
  return [
    { images: "training images", labels: new Set(train.labels) },
    { images: "test images", labels: new Set(test.labels) },
  ].flatMap(({ images, labels }) => {
    const empty = classNames.filter((_, label) => !labels.has(label));
    return empty.length === 0 ? [] : [`${title}: no ${images} of ${list(empty)}.`];
  });
}

function unreadableNotices({ title, unreadable = [] }: ImageDataset): string[] {
  if (unreadable.length === 0) return [];
  const [{ path, reason }] = unreadable;
  const { length } = unreadable;
  return [
    `${title}: ${plural(length, "file")} cannot be read and ${length === 1 ? "is" : "are"} left out, the first ${path}: ${reason}.`,
  ];
}

function leakNotices(dataset: ImageDataset): string[] {
  const leaks = findLeaks(dataset);
  const { title, files } = dataset;
  return (["test", "validation"] as const).flatMap((part) => {
    const own = leaks.filter(({ first, second }) => second.part === part && first.part === "train");
    if (own.length === 0) return [];
    const [{ first, second }] = own;
    const names = files === undefined ? [] : [files[part]?.[second.index], files.train[first.index]];
    const example = names.length === 0 ? "" : ` (the first: ${names.join(" is ")})`;
    return [
      `${title}: ${plural(own.length, `${part} image`)} of ${dataset[part]?.count} also among the training images${example}; ` +
        `${part === "test" ? "accuracies" : "what they choose by"} come out too high. Take them out of one part.`,
    ];
  });
}

function imbalanceNotices({ title, train, classNames }: ImageDataset): string[] {
  const counts = classNames.map(() => 0);
  for (const label of train.labels) counts[label] += 1;
  const bySize = classNames
    .map((name, label) => ({ name, images: counts[label] }))
    .filter(({ images }) => images > 0)
    .sort((a, b) => b.images - a.images);
  if (bySize.length < 2) return [];
  const [largest, smallest] = [bySize[0], bySize[bySize.length - 1]];
  if (largest.images < IMBALANCE * smallest.images) return [];
  return [
    `${title}: ${largest.name} has ${largest.images} training images, ${smallest.name} ${smallest.images}; accuracy says little of ` +
      "small classes. Look at each class in the report, or balance them: --class-weights balanced.",
  ];
}
