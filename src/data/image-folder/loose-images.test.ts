import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { DataError, sizeOf, stream } from "../../core/index.ts";
import { readImage } from "../pixels.ts";
import { resolveFit } from "./decode/image-fit.ts";
import { pngOf, temporaryFolder, writeFiles } from "./image-files.fixture.ts";
import { decodeImages, findImages } from "./loose-images.ts";
import { openImageFolder } from "./open-image-folder.ts";

async function newFolder(): Promise<string> {
  const { folder, remove } = await temporaryFolder();
  onTestFinished(remove);
  return folder;
}

/** All batches of the images at a path, as one. */
async function decoded(
  path: string,
  options: Parameters<typeof decodeImages>[1],
): Promise<{ images: { path: string; problem?: string; thumbnail?: Uint8Array }[]; pixels: number[] }> {
  const all: Awaited<ReturnType<typeof decoded>> = { images: [], pixels: [] };
  for await (const { images, pixels } of decodeImages(await findImages(path), options)) {
    all.images.push(...images);
    all.pixels.push(...pixels);
  }
  return all;
}

describe("findImages", () => {
  test("finds a folder's images at any depth in order of their paths, and passes over all else", async () => {
    const folder = await newFolder();
    const png = await pngOf([1, 2, 3]);
    await writeFiles(folder, {
      "b.png": 1,
      "a/z.png": 1,
      "a/b/c.png": 1,
      "nameless image": png,
      "notes.txt": "no image",
      "broken.jpg": "means to be one",
      ".hidden/d.png": 1,
    });
    const paths = (await findImages(folder)).map(({ path }) => path);
    expect(paths).toEqual(
      ["a/b/c.png", "a/z.png", "b.png", "broken.jpg", "nameless image"].map((name) => join(folder, name)),
    );
  });

  test("takes a file that is named as it is, also through a link", async () => {
    const folder = await newFolder();
    await writeFiles(folder, { "outside/photo.png": 1, "notes.txt": "no image" });
    await mkdir(join(folder, "inside"));
    const link = join(folder, "inside", "link.png");
    await symlink(join(folder, "outside", "photo.png"), link);
    expect((await findImages(link)).map(({ path }) => path)).toEqual([link]);
    expect((await findImages(join(folder, "inside"))).map(({ path }) => path)).toEqual([link]);
    expect(await findImages(join(folder, "notes.txt"))).toHaveLength(1);
  });

  test("refuses a path where there is nothing, or a device", async () => {
    await expect(findImages("/dev/null")).rejects.toThrow(
      new DataError("/dev/null: expected an image or a folder of images, got neither. Correct the path.", {
        location: { path: "/dev/null" },
      }),
    );
    const path = join(await newFolder(), "nothing.png");
    await expect(findImages(path)).rejects.toThrow(
      new DataError(`${path}: expected an image or a folder of images, got nothing there. Correct the path.`, {
        location: { path },
      }),
    );
  });
});

describe("decodeImages", () => {
  let photos: Uint8Array[];

  beforeAll(async () => {
    const random = stream(7, "photos");
    photos = await Promise.all(
      [
        [41, 23],
        [16, 57],
        [33, 33],
        [9, 12],
      ].map(async ([width, height], index) => {
        const data = Uint8Array.from({ length: 3 * width * height }, () => random.integer(256));
        const image = sharp(data, { raw: { width, height, channels: 3 } });
        return await (index === 3 ? image.png() : image.jpeg().withMetadata({ orientation: index + 4 })).toBuffer();
      }),
    );
  });

  test.each([
    { imageShape: [3, 12, 10] },
    { imageShape: [1, 12, 10], fit: "contain" },
    { imageShape: [3, 8, 16], fit: "fill" },
    { imageShape: [3, 10, 10], resizeShorter: 13 },
    { imageShape: [3, 10, 10], interpolation: "bicubic" },
  ] as const)("gives the pixels of a folder opened as a data set: %j", async (options) => {
    const folder = await newFolder();
    await writeFiles(folder, { "a/1": photos[0], "a/2": photos[1], "b/1": photos[2], "b/2": photos[3] });
    const dataset = await openImageFolder(folder, { ...options, cacheDir: join(folder, ".cache") });
    const { images, pixels } = await decoded(folder, { fit: resolveFit(options) });
    expect(images.map(({ path }) => path)).toEqual(["a/1", "a/2", "b/1", "b/2"].map((name) => join(folder, name)));
    const size = sizeOf(options.imageShape);
    const byFile = new Map<string, number[]>();
    for (const part of ["train", "test"] as const) {
      dataset.files[part].forEach((file, index) => {
        const image = new Uint8Array(size);
        readImage(dataset[part].pixels, index, image);
        byFile.set(file, [...image]);
      });
    }
    expect(byFile.size).toBe(4);
    expect(pixels).toEqual(["a/1", "a/2", "b/1", "b/2"].flatMap((name) => byFile.get(name)));
    // different images, so that a wrong order would show
    expect(new Set([...byFile.values()].map(String)).size).toBe(4);
  });

  test("keeps the order over several batches, and closes the gaps of what cannot be read", async () => {
    const folder = await newFolder();
    const values = Array.from({ length: 70 }, (_, index) => index);
    const nameOf = (value: number): string => `${String(value).padStart(2, "0")}.png`;
    await writeFiles(folder, Object.fromEntries(values.map((value) => [nameOf(value), value])));
    const bad = {
      "03.png": "",
      "64.png": "GIF8 it is not",
      "69.png": (await pngOf([1, 1, 1], { width: 40, height: 40 })).subarray(0, 60),
    };
    await writeFiles(folder, bad);
    const { images, pixels } = await decoded(folder, { fit: resolveFit({ imageShape: [1, 1, 1] }) });
    expect(images.map(({ path }) => path)).toEqual(values.map((value) => join(folder, nameOf(value))));
    expect(pixels).toEqual(values.filter((value) => ![3, 64, 69].includes(value)));
    const problems = images.flatMap(({ path, problem }) =>
      problem === undefined ? [] : [[path.slice(folder.length + 1), problem]],
    );
    expect(problems).toEqual([
      ["03.png", "it is empty"],
      ["64.png", "it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image"],
      ["69.png", expect.stringMatching(/^it is damaged \(.+\)$/)],
    ]);
  });

  test("makes thumbnails of whole images, upright, never larger than they are", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "1.jpg"), photos[1]);
    await writeFile(join(folder, "2.png"), photos[3]);
    const { images } = await decoded(folder, { fit: resolveFit({ imageShape: [3, 4, 4] }), thumbnailSide: 20 });
    const sizes = await Promise.all(
      images.map(async ({ thumbnail }) => {
        const { format, width, height } = await sharp(thumbnail).metadata();
        return [format, width, height];
      }),
    );
    // 16x57 with orientation 5 is shown as 57x16
    expect(sizes).toEqual([
      ["jpeg", 20, 6],
      ["jpeg", 9, 12],
    ]);
  });

  test("of no images gives no batch, and stops at a signal", async () => {
    const folder = await newFolder();
    const fit = resolveFit({ imageShape: [3, 4, 4] });
    expect(await decoded(folder, { fit })).toEqual({ images: [], pixels: [] });
    await writeFiles(folder, { "a.png": 1 });
    const stopped = new Error("stopped");
    await expect(decoded(folder, { fit, signal: AbortSignal.abort(stopped) })).rejects.toBe(stopped);
  });
});
