/** @file A page with the pictures of what `graft data check` found. */

import { plural, printable } from "../../../core/index.ts";
import type { DatasetCheck, ImageDataset, ImagePair, ImagePlace } from "../../../data/node/index.ts";
import { type ImageCard, type ImageSection, imagePage } from "../../../report/index.ts";
import { imageName, imagePicture, partTitles } from "./image-name.ts";

/** Of each kind; more nobody looks at. */
const MOST_SHOWN = 100;

/** The page as text. */
export async function checkPage(dataset: ImageDataset, check: DatasetCheck): Promise<string> {
  const found: [heading: string, images: readonly (ImagePair | ImagePlace)[]][] = [
    ["In two classes", check.conflicts],
    ["In two parts", check.leaks],
    ["All but the same", check.nearDuplicates],
    ["Of one colour alone", check.flat],
    ["Far less sharp than the others", check.blurred],
    ["In grey among others in colour", check.grey],
  ];
  const sections: ImageSection[] = [];
  for (const [heading, images] of found) {
    if (images.length > 0) sections.push(await sectionOf(dataset, { heading, images }));
  }
  const images = check.parts.reduce((sum, part) => sum + part.count, 0);
  return imagePage({
    title: `Check of ${printable(dataset.title)}`,
    note:
      `${plural(images, "image")} of ${plural(dataset.classNames.length, "class", "classes")}` +
      `${sections.length === 0 ? ", and nothing to look at" : ""}. Nothing was changed.`,
    sections,
  });
}

async function sectionOf(
  dataset: ImageDataset,
  { heading, images }: { heading: string; images: readonly (ImagePair | ImagePlace)[] },
): Promise<ImageSection> {
  const shown = images.slice(0, MOST_SHOWN);
  const places = shown.flatMap((one) => ("first" in one ? [one.first, one.second] : [one]));
  const cards: ImageCard[] = [];
  for (const place of places) cards.push(await cardOf(place, dataset));
  const isPaired = places.length > shown.length;
  return {
    heading: `${heading}: ${images.length}`,
    note:
      (isPaired ? "Each with the image that it is like, which comes first." : "") +
      (shown.length < images.length ? ` ${shown.length} are shown.` : ""),
    cards,
  };
}

async function cardOf(place: ImagePlace, dataset: ImageDataset): Promise<ImageCard> {
  const label = dataset[place.part]?.labels[place.index] ?? 0;
  return {
    file: imageName(place, dataset),
    thumbnail: await imagePicture(place, dataset),
    rows: [{ text: dataset.classNames[label], value: partTitles[place.part] }],
  };
}
