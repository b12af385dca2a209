import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findIdx, idxSources, readIdxDataset } from "./idx-dataset.ts";
import { decodeIdxBytes } from "./idx.ts";

const { mnist, "fashion-mnist": fashion } = idxSources;
const dataError = (message: string): object => ({ name: "DataError", message });

/** An IDX file of bytes; `data` are as many as the shape says unless given. */
function idx(shape: readonly number[], data?: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((length, axis) => header.writeUInt32BE(length, 4 + 4 * axis));
  const count = shape.reduce((product, length) => product * length, 1);
  return Buffer.concat([header, data ?? Uint8Array.from({ length: count }, (_, at) => at)]);
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-idx-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** Three training and two test images. */
async function writeFiles(inner = ""): Promise<void> {
  await put(join(inner, "train-images-idx3-ubyte.gz"), gzipSync(idx([3, 28, 28])));
  await put(join(inner, "train-labels-idx1-ubyte.gz"), gzipSync(idx([3], Uint8Array.of(5, 0, 9))));
  await put(join(inner, "t10k-images-idx3-ubyte"), idx([2, 28, 28]));
  await put(join(inner, "t10k-labels-idx1-ubyte"), idx([2], Uint8Array.of(1, 2)));
}

describe("readIdxDataset", () => {
  test("reads packed and unpacked files as grey images", async () => {
    await writeFiles();
    const dataset = await readIdxDataset(folder, fashion);
    expect(dataset).toMatchObject({
      name: "fashion-mnist",
      title: "Fashion-MNIST",
      imageShape: [1, 28, 28],
      provenance: "IDX files, from a folder of the user's",
    });
    expect(dataset.classNames[9]).toBe("Ankle boot");
    expect([...dataset.train.labels, ...dataset.test.labels]).toEqual([5, 0, 9, 1, 2]);
    expect([...dataset.train.pixels.subarray(784, 787)]).toEqual([784 % 256, 785 % 256, 786 % 256]);
    expect(dataset.test.pixels).toHaveLength(2 * 784);
  });

  test("a file is also found with a dot in its name", async () => {
    await writeFiles();
    await rm(join(folder, "t10k-labels-idx1-ubyte"));
    await put("t10k-labels.idx1-ubyte", idx([2], Uint8Array.of(3, 4)));
    expect([...(await readIdxDataset(folder, mnist)).test.labels]).toEqual([3, 4]);
  });

  test("refuses what does not go together", async () => {
    await writeFiles();
    const labels = join(folder, "train-labels-idx1-ubyte.gz");
    await writeFile(labels, idx([2]));
    await expect(readIdxDataset(folder, mnist)).rejects.toMatchObject(
      dataError(
        `${labels}: expected 3 labels, one for each image of train-images-idx3-ubyte, got 2. ` +
          "Replace both files by copies that go together.",
      ),
    );
    await writeFile(labels, idx([3], Uint8Array.of(1, 10, 2)));
    await expect(readIdxDataset(folder, mnist)).rejects.toMatchObject(
      dataError(`${labels}: expected labels in 0..9, got 10 for image 1. Replace the file by an unharmed copy.`),
    );
    await rm(labels);
    const missing = join(folder, "train-labels-idx1-ubyte");
    await expect(readIdxDataset(folder, mnist)).rejects.toMatchObject(
      dataError(
        `${missing}: expected an IDX file, also as train-labels-idx1-ubyte.gz, got no such file. Put the file there.`,
      ),
    );
  });

  test("refuses images of another size, and none at all", async () => {
    await writeFiles();
    const images = join(folder, "train-images-idx3-ubyte.gz");
    for (const shape of [
      [3, 28, 32],
      [0, 28, 28],
    ]) {
      await writeFile(images, idx(shape));
      await expect(readIdxDataset(folder, mnist)).rejects.toMatchObject(
        dataError(`${images}: expected images of 28x28, got [${shape.join(", ")}]. Replace the file by the right one.`),
      );
    }
  });
});

describe("findIdx", () => {
  test("looks into the folders that others make, and into the folder itself", async () => {
    expect(findIdx(folder, mnist)).toBeUndefined();
    await writeFiles();
    expect(findIdx(folder, mnist)).toBe(folder);
    await writeFiles("MNIST/raw");
    await writeFiles("fashion");
    expect(findIdx(folder, mnist)).toBe(join(folder, "MNIST/raw"));
    expect(findIdx(folder, fashion)).toBe(join(folder, "fashion"));
  });

  test("tells MNIST from Fashion-MNIST, whose files have the same names, by the labels", async () => {
    await writeFiles();
    await put("train-labels-idx1-ubyte.gz", gzipSync(idx([10], Uint8Array.from(mnist.firstLabels))));
    expect(findIdx(folder, mnist)).toBe(folder);
    expect(findIdx(folder, fashion)).toBeUndefined();
    await put("train-labels-idx1-ubyte.gz", Uint8Array.of(0x1f, 0x8b, 0));
    expect(findIdx(folder, fashion)).toBe(folder);
  });
});

describe("decodeIdxBytes", () => {
  const fix = "Replace the file by the right one.";
  const notIdx = "expected an IDX file of unsigned bytes with 1 axes, got";
  const copy = "Replace the file by an unharmed copy.";

  test.each([
    { what: "no header", bytes: Uint8Array.of(0, 0, 8), message: `${notIdx} 3 bytes. ${fix}` },
    {
      what: "another beginning",
      bytes: Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 0),
      message: `${notIdx} another beginning. ${fix}`,
    },
    {
      what: "other elements",
      bytes: Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0),
      message: `${notIdx} elements of type 0x0d. ${fix}`,
    },
    { what: "other axes", bytes: idx([1, 1]), message: `${notIdx} 2 axes. ${fix}` },
    {
      what: "too few bytes",
      bytes: idx([5]).subarray(0, 12),
      message: "expected 13 bytes for [5], as its header says, got 12. Replace the file by a complete copy.",
    },
    {
      what: "fewer packed bytes",
      bytes: gzipSync(idx([9], new Uint8Array(5))),
      message: `expected 17 bytes when unpacked, as its header says, got 13. ${copy}`,
    },
    {
      what: "more packed bytes than the header promises",
      bytes: gzipSync(idx([3], new Uint8Array(1_000_000))),
      message: `expected 11 bytes when unpacked, as its header says, got more. ${copy}`,
    },
    {
      what: "a header that promises what cannot be packed there",
      bytes: gzipSync(idx([0xffffffff], new Uint8Array(5))),
      message:
        "expected 4294967303 bytes when unpacked, as its header says, got 31 packed bytes, which cannot hold them. " +
        copy,
    },
    {
      what: "damaged packed bytes",
      bytes: Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 7),
      message: `expected a gzip file, got damaged bytes (invalid block type). ${copy}`,
    },
  ])("refuses $what", ({ bytes, message }) => {
    expect(() => decodeIdxBytes(bytes, "labels", 1)).toThrow(expect.objectContaining(dataError(`labels: ${message}`)));
  });
});
