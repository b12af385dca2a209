/** @file Pictures of where a model looked, in a folder: one for each image, and a list of them. */

import { dirname, join, parse } from "node:path";
import { ConfigError, GraphError } from "../../../core/index.ts";
import type { LooseImage } from "../../../data/node/index.ts";
import type { SessionOptions } from "../../../engine/runtime/index.ts";
import { writeFileAtomic } from "../../../files/index.ts";
import { type HeatMaps, heatMapBytes, openHeatMaps } from "../../../transfer/index.ts";
import { type ResultKind, requireResultFile } from "../../study/result-file.ts";
import { OVERLAY, heatOverlay } from "./heat-overlay.ts";
import type { Classifier } from "./read-classifier.ts";

/** Where pictures go that are not told where; beside the page, if there is one. */
const FOLDER = "heat-maps";
/** A folder that holds one is passed over where images are looked for. */
const LIST = "heat-maps.json";

const LIST_KIND: ResultKind = { what: "a list", endings: [".json"], example: "heat-maps", mark: "Graft heat maps" };

/** Makes pictures of images one after another. */
export interface Explainer {
  readonly folder: string;
  /** Writes the picture of why the model says `label` of an image, [channels, height, width] bytes; returns it as a JPEG. */
  explain(file: string, image: Uint8Array, label: number): Promise<Uint8Array>;
  /** Writes the list. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** The folder that `--explain` means, alone or with a name. */
export function heatMapFolder(typed: string | true, page: string | undefined): string {
  return typed === true ? join(page === undefined ? "" : dirname(page), FOLDER) : typed;
}

/**
 * Opens what explains a model's answers to images.
 *
 * @throws ConfigError if the model cannot tell where it looked, or a file of the folder is not Graft's.
 */
export async function openExplainer(
  folder: string,
  { classifier, images, session }: { classifier: Classifier; images: readonly LooseImage[]; session: SessionOptions },
): Promise<Explainer> {
  const names = pictureNames(images);
  await requireResultFile(join(folder, LIST), "--explain", LIST_KIND);
  for (const name of names.values()) await requireResultFile(join(folder, name), "--explain", OVERLAY);
  const maps = await openMaps(classifier, session);
  const listed: { file: string; heatMap: string; class: string }[] = [];
  const { classNames, fit, name: model } = classifier;
  return {
    folder,
    explain: async (file, image, label) => {
      const map = heatMapBytes(await maps.mapOf(image, label));
      const { png, jpeg } = await heatOverlay(image, { imageShape: fit.imageShape, map });
      const heatMap = names.get(file);
      if (heatMap === undefined) throw new Error(`internal: no picture of ${file}`);
      await writeFileAtomic(join(folder, heatMap), png);
      listed.push({ file, heatMap, class: classNames[label] });
      return jpeg;
    },
    finish: async () => {
      const list = { what: LIST_KIND.mark, model, method: maps.method, images: listed };
      await writeFileAtomic(join(folder, LIST), `${JSON.stringify(list, null, 2)}\n`);
    },
    close: () => maps.close(),
  };
}

async function openMaps({ bytes, name }: Classifier, session: SessionOptions): Promise<HeatMaps> {
  try {
    return await openHeatMaps(bytes, session);
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    throw new ConfigError(`--explain: ${name}: ${cause.message} Leave it out for this model.`, { cause });
  }
}

/** `photo.png` for `photo.jpg`; where several images are called so, `photo-2.png` and on. */
function pictureNames(images: readonly LooseImage[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    images.map(({ path }): [string, string] => {
      const { name } = parse(path);
      for (let number = 1; ; number++) {
        const own = `${name}${number === 1 ? "" : `-${number}`}.png`;
        // a disk may not tell capitals from others
        if (taken.has(own.toLowerCase())) continue;
        taken.add(own.toLowerCase());
        return [path, own];
      }
    }),
  );
}
