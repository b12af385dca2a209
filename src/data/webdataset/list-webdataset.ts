/** @file The images and labels of archives made by tar, as the WebDataset library writes them. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { plural } from "../../core/index.ts";
import { asImage } from "../image-folder/decode/image-kind.ts";
import type { FoundImages } from "../image-folder/list/list-images.ts";
import type { LooseImage } from "../image-folder/loose-images.ts";
import { type Shard, findShards, shortList } from "../shards/find-shards.ts";
import { inTurn } from "../shards/in-turn.ts";
import { type Sample, type SampleReader, listSamples, looseImages } from "../shards/list-samples.ts";
import { tarFiles } from "../shards/shard-kinds.ts";
import { CLASS_LISTS, type TarSamples, readSamples } from "./read-samples.ts";
import { type TarFile, openTar } from "./tar-file.ts";
import type { TarMember } from "./tar-members.ts";

/** An archive, and what is in it. */
type Archive = TarSamples & { readonly shard: Shard };

/**
 * The images of the archive, or of all in the folder, at `path`, see `findShards` and `readSamples`.
 *
 * Names of numbered classes are the lines of a `classes.txt` or `labels.txt` in an archive or beside them.
 *
 * @throws ConfigError or DataError if the archives are not there, are damaged, or say nothing of images and labels.
 */
export async function listWebDataset(
  path: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<FoundImages> {
  const { root, shards, ...found } = await findShards(path, tarFiles, { signal });
  const archives = await readArchives(root, shards, { signal });
  const names = namesIn(archives.find(({ classes }) => classes !== undefined)?.classes ?? (await listBeside(root)));
  const list = listSamples(archives.flatMap(samplesOf), {
    path,
    unit: "sample",
    names,
    fix: "Put a label beside each image (000.cls beside 000.jpg), or unpack the archive if the classes are its folders.",
  });
  return {
    ...list,
    ...found,
    root,
    ignored: found.ignored + archives.reduce((sum, { ignored }) => sum + ignored, 0),
    kind: "images in WebDataset archives",
    notes: [...ownNotes(archives, names), ...found.notes, ...list.notes],
    ...reader(root, archives),
  };
}

/**
 * The images of the archive, or of all in the folder, at `path`, whatever their labels.
 *
 * @throws ConfigError or DataError if the archives are not there or are damaged.
 */
export async function findTarImages(
  path: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<readonly LooseImage[]> {
  const { root, shards } = await findShards(path, tarFiles, { signal });
  const archives = await readArchives(root, shards, { labels: false, signal });
  return looseImages(path, archives.flatMap(samplesOf), reader(root, archives));
}

async function readArchives(
  root: string,
  shards: readonly Shard[],
  options: Parameters<typeof readSamples>[1],
): Promise<readonly Archive[]> {
  const archives: Archive[] = [];
  for (const shard of shards) {
    const tar = await openTar(join(root, shard.path), options);
    try {
      archives.push({ shard, ...(await readSamples(tar, options)) });
    } finally {
      await tar.close();
    }
  }
  return archives;
}

function samplesOf({ shard: { part, ...file }, samples }: Archive): Sample[] {
  return samples.map(({ image, label }) => ({ file: { ...file, path: `${file.path}/${image.path}` }, label, part }));
}

function ownNotes(archives: readonly Archive[], names: readonly string[] | undefined): string[] {
  const endings = new Set(archives.flatMap(({ samples }) => samples.flatMap(({ ending }) => ending ?? [])));
  const inArchive = (kind: "alone" | "repeated"): string[] =>
    archives.flatMap(({ shard, [kind]: paths }) => paths.map((path) => JSON.stringify(`${shard.path}/${path}`)));
  const [alone, repeated] = [inArchive("alone"), inArchive("repeated")];
  const called = names === undefined ? "" : ", their names from a list of the classes";
  return [
    ...(endings.size === 0 ? [] : [`labels from ${shortList([...endings].map((ending) => `.${ending}`))}${called}`]),
    ...(alone.length === 0
      ? []
      : [`passed over ${plural(alone.length, "label")} without an image: ${shortList(alone)}`]),
    ...(repeated.length === 0
      ? []
      : [`passed over ${plural(repeated.length, "file")} of a name that came before: ${shortList(repeated)}`]),
  ];
}

async function listBeside(root: string): Promise<string | undefined> {
  for (const name of CLASS_LISTS) {
    const text = await readFile(join(root, name), "utf8").catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The lines of a list, without the number that each may begin with. */
function namesIn(text: string | undefined): readonly string[] | undefined {
  const lines = text?.split(/\r?\n/).map((line) => line.trim());
  while (lines?.at(-1) === "") lines.pop();
  if (lines === undefined || lines.length === 0) return undefined;
  const numbered = lines.map((line) => /^(\d+)[\s:,]+(.+)$/.exec(line));
  return numbered.every((match, id) => match !== null && Number(match[1]) === id)
    ? numbered.map((match) => match?.[2] ?? "")
    : lines;
}

/** One archive is open at a time. */
function reader(root: string, archives: readonly Archive[]): SampleReader {
  const places = new Map<string, { shard: Shard; image: TarMember }>();
  for (const { shard, samples } of archives) {
    for (const { image } of samples) places.set(`${shard.path}/${image.path}`, { shard, image });
  }
  const turn = inTurn();
  let open: { shard: Shard; tar: TarFile } | undefined;
  const close = async (): Promise<void> => {
    const last = open;
    open = undefined;
    await last?.tar.close();
  };
  return {
    withBytes: async ({ path }, use) => {
      const bytes = await turn(async () => {
        const place = places.get(path);
        if (place === undefined) throw new Error(`internal: no image "${path}"`);
        const { shard, image } = place;
        if (open?.shard !== shard) {
          await close();
          open = { shard, tar: await openTar(join(root, shard.path)) };
        }
        return asImage(await open.tar.read(image.offset, image.sizeBytes));
      });
      return await use(bytes);
    },
    close: () => turn(close),
  };
}
