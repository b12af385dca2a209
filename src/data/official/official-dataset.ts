/** @file What Graft knows of the data sets that their authors publish: one description each. */

import type { DatasetInMemory } from "../dataset.ts";
import { CIFAR10_FILES, CIFAR10_FOLDER, findCifar10, readCifar10 } from "./cifar10.ts";
import { CIFAR100_FOLDER, CIFAR100_MAX_BYTES, type Cifar100Labels, findCifar100, readCifar100 } from "./cifar100.ts";
import { type IdxSource, findIdx, idxSources, readIdxDataset } from "./idx-dataset.ts";

/** A file that can be downloaded. Authors publish MD5s of these; SHA-256s they do not. */
export interface PublishedFile {
  readonly name: string;
  /** Tried in this order. */
  readonly urls: readonly string[];
  readonly md5: string;
  readonly sizeBytes: number;
}

/** What is downloaded: an archive with one folder in it, or the files of the folder one by one. */
export type Publication =
  | { readonly archive: PublishedFile; readonly maxBytes: Readonly<Record<string, number>> }
  | { readonly files: readonly PublishedFile[] };

/** A data set that its authors publish. */
export interface OfficialDataset {
  /** `cifar10`, as the user writes it. */
  readonly name: string;
  /** `CIFAR-10`, as people read it. */
  readonly title: string;
  readonly description: string;
  /** Its folder in the cache. */
  readonly folder: string;
  /** What is looked for and where, as messages say it: before the folder that the user named. */
  readonly expected: string;
  /** … and after it. */
  readonly orIn: string;
  /** How to get on without a download. */
  readonly wayOut: string;
  /** What a report says of a downloaded copy. */
  readonly provenance: string;
  readonly publication: Publication;
  /** The folder with its files, given it or one above it. */
  readonly find: (directory: string) => string | undefined;
  readonly read: (folder: string, options?: { provenance?: string }) => Promise<DatasetInMemory>;
}

const BINARY_PROVENANCE = "binary version, from the official download";

const CIFAR10: OfficialDataset = {
  name: "cifar10",
  title: "CIFAR-10",
  description: "60,000 photographs of 10 kinds of animals and vehicles, 32x32 RGB; downloaded once, 170 MB.",
  folder: CIFAR10_FOLDER,
  expected: "CIFAR-10's data_batch_1.bin to data_batch_5.bin and test_batch.bin",
  orIn: `its folder ${CIFAR10_FOLDER}`,
  wayOut: wayOut("the .bin files of CIFAR-10's binary version"),
  provenance: BINARY_PROVENANCE,
  // Source: https://www.cs.toronto.edu/~kriz/cifar.html
  publication: {
    archive: {
      name: "cifar-10-binary.tar.gz",
      urls: ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"],
      md5: "c32a1d4ab5d03f1284b67883e8d87530",
      sizeBytes: 170_052_171,
    },
    maxBytes: {
      ...Object.fromEntries(CIFAR10_FILES.map((name) => [name, 30_730_000])),
      "batches.meta.txt": 10_000,
      "readme.html": 100_000,
    },
  },
  find: findCifar10,
  read: readCifar10,
};

/** Every published data set by name. */
export const officialDatasets = {
  cifar10: CIFAR10,
  cifar100: cifar100("fine", {
    name: "cifar100",
    title: "CIFAR-100",
    description: "60,000 photographs of 100 kinds of things, 600 each, 32x32 RGB; downloaded once, 169 MB.",
  }),
  "cifar100-coarse": cifar100("coarse", {
    name: "cifar100-coarse",
    title: "CIFAR-100 (20 kinds)",
    description: "CIFAR-100's photographs by its 20 coarse kinds, 3,000 each; the same download.",
  }),
  mnist: idx(idxSources.mnist, {
    description: "70,000 handwritten digits, 28x28 grey; downloaded once, 12 MB.",
    // Source: torchvision.datasets.MNIST, which names the same mirrors and MD5s
    mirrors: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
    files: [
      ["train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422],
      ["train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432", 28_881],
      ["t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3", 1_648_877],
      ["t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c", 4_542],
    ],
  }),
  "fashion-mnist": idx(idxSources["fashion-mnist"], {
    description: "70,000 pictures of 10 kinds of clothes, 28x28 grey; downloaded once, 31 MB.",
    // Source: https://github.com/zalandoresearch/fashion-mnist, "Get the Data"
    mirrors: [
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ],
    files: [
      ["train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880],
      ["train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", 29_515],
      ["t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", 4_422_102],
      ["t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", 5_148],
    ],
  }),
} as const satisfies Record<string, OfficialDataset>;

/** The name of the data set whose files lie in a folder, or in one below it of their usual name. */
export function officialIn(directory: string): string | undefined {
  return Object.values(officialDatasets).find(({ find }) => find(directory) !== undefined)?.name;
}

function cifar100(
  labels: Cifar100Labels,
  names: Pick<OfficialDataset, "name" | "title" | "description">,
): OfficialDataset {
  return {
    ...names,
    folder: CIFAR100_FOLDER,
    expected: "CIFAR-100's train.bin and test.bin",
    orIn: `its folder ${CIFAR100_FOLDER}`,
    wayOut: wayOut("the .bin files of CIFAR-100's binary version"),
    provenance: BINARY_PROVENANCE,
    // Source: https://www.cs.toronto.edu/~kriz/cifar.html
    publication: {
      archive: {
        name: "cifar-100-binary.tar.gz",
        urls: ["https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"],
        md5: "03b5dce01913d631647c71ecec9e9cb8",
        sizeBytes: 168_513_733,
      },
      maxBytes: CIFAR100_MAX_BYTES,
    },
    find: findCifar100,
    read: (folder, options) => readCifar100(folder, { ...options, labels }),
  };
}

function idx(
  source: IdxSource,
  {
    description,
    mirrors,
    files,
  }: {
    description: string;
    mirrors: readonly string[];
    files: readonly (readonly [name: string, md5: string, sizeBytes: number])[];
  },
): OfficialDataset {
  return {
    name: source.name,
    title: source.title,
    description,
    folder: source.name,
    expected: `${source.title}'s four IDX files, train-images-idx3-ubyte.gz and so on, packed or not,`,
    orIn: `its folders ${source.folders.join(", ")}`,
    wayOut: wayOut(`${source.title}'s four .gz files`),
    provenance: "IDX files, from the official download",
    publication: {
      files: files.map(([name, md5, sizeBytes]) => ({
        name,
        urls: mirrors.map((mirror) => mirror + name),
        md5,
        sizeBytes,
      })),
    },
    find: (directory) => findIdx(directory, source),
    read: (folder, options) => readIdxDataset(folder, source, options),
  };
}

function wayOut(files: string): string {
  return `Put ${files} into a folder and name it in GRAFT_DATA_DIR, or use the built-in images with --data shapes10.`;
}
