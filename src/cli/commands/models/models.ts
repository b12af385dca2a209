/** @file `graft models`: lists, describes and fetches pretrained networks. */

import { bytes, lookUp, percent, printable } from "../../../core/index.ts";
import { cacheDirectory } from "../../../download/index.ts";
import {
  type ImportOptions,
  type ModelFormat,
  type OpenedModel,
  type PretrainedEntry,
  addressesOf,
  approximateParameters,
  besideModel,
  fetchFromHub,
  fetchPretrained,
  locatePretrained,
  modelFormatOf,
  namesHubFile,
  openPretrained,
  placingByHand,
  pretrained,
  resolvePretrained,
} from "../../../models/node/index.ts";
import { sidesOf } from "../../../study/index.ts";
import { parseImageSize } from "../../options/parse-values.ts";
import { alignColumns } from "../../terminal/align-columns.ts";
import { listenForInterrupt } from "../../terminal/interrupt.ts";
import { createDisplay } from "../../terminal/displays/create-display.ts";
import { describeModelFile, modelFileLines } from "./model-file.ts";
import { describeWeightsFile, weightsFileLines } from "./weights-file.ts";
import { say } from "../../terminal/say.ts";

/** What every command here can be asked for. */
export interface ModelsOptions {
  readonly json?: boolean;
}

/** What `graft models list` can be asked for. */
interface ListOptions extends ModelsOptions {
  readonly sort?: string;
}

/** What comes first, by what people look for. */
const orders: Readonly<Record<string, (a: PretrainedEntry, b: PretrainedEntry) => number>> = {
  accuracy: (a, b) => b.accuracy - a.accuracy,
  size: (a, b) => a.sizeBytes - b.sizeBytes,
  name: (a, b) => a.name.localeCompare(b.name, "en", { numeric: true }),
};

/** What `graft models info` can be asked for. */
interface InfoOptions extends ModelsOptions {
  readonly imageSize?: string;
}

/** Prints every pretrained network and where it is. */
export async function listModels({ json = false, sort }: ListOptions): Promise<number> {
  const all = Object.values(pretrained);
  const entries = sort === undefined ? all : all.toSorted(lookUp(orders, sort, "--sort"));
  if (json) {
    console.log(JSON.stringify(entries.map(addPlace)));
    return 0;
  }
  const rows = entries.map((entry) => [
    entry.name,
    entry.title,
    millions(approximateParameters(entry)),
    inputSize(entry),
    percent(entry.accuracy),
    entry.licence,
    bytes(entry.sizeBytes),
    locatePretrained(entry)?.from ?? "not here",
  ]);
  for (const line of alignColumns([
    ["name", "network", "weights", "input", "top-1", "licence", "size", "where"],
    ...rows,
  ])) {
    say(line);
  }
  say(`Downloads are kept in ${cacheDirectory()}; details: graft models info <name>`);
  return 0;
}

/** Prints everything there is to know of a pretrained network, or of a model file, in the words of the user's place. */
export async function describeModel(
  nameOrPath: string,
  { json = false, imageSize }: InfoOptions,
  inWords: (text: string) => string,
): Promise<number> {
  const reference = resolvePretrained(nameOrPath);
  const sides = imageSize === undefined ? undefined : sidesOf(parseImageSize(imageSize, "--image-size"));
  const path = "path" in reference ? reference.path : locatePretrained(reference.entry)?.path;
  const described = path === undefined ? undefined : await describeFile(nameOrPath, path, sides);
  const entry = "entry" in reference ? reference.entry : (described?.entry ?? undefined);
  if (json) {
    const file = described && { file: described.file };
    console.log(JSON.stringify({ ...(entry !== undefined && addPlace(entry)), ...file }));
    return 0;
  }
  for (const line of [...(entry === undefined ? [] : entryLines(entry)), ...(described?.lines ?? [])])
    say(printable(inWords(line)));
  return 0;
}

/** Brings a pretrained network onto this machine. */
export async function fetchModel(name: string, { json = false }: ModelsOptions): Promise<number> {
  const display = await createDisplay({ json });
  const interrupt = listenForInterrupt("stopped; the same command goes on where this one ended.");
  try {
    const bring = namesHubFile(name) ? bringFromHub : bringEntry;
    const { path, title } = await bring(name, { signal: interrupt.signal, display });
    display.close();
    if (json) console.log(JSON.stringify({ type: "model", name, path }));
    else say(`${title} is ready: ${path}`);
    return 0;
  } finally {
    display.close();
    interrupt.stop();
  }
}

/** Who is told of a download, and what ends it. */
interface Bringing {
  readonly signal: AbortSignal;
  readonly display: Awaited<ReturnType<typeof createDisplay>>;
}

async function bringEntry(name: string, { signal, display }: Bringing): Promise<{ path: string; title: string }> {
  const entry = lookUp(pretrained, name, "pretrained network");
  if (locatePretrained(entry) === undefined) {
    await fetchPretrained(entry, { signal, onProgress: (progress) => display.download(entry.title, progress) });
    display.downloadEnded();
  }
  const { path } = await openPretrained(name, { allowDownload: false });
  return { path, title: entry.title };
}

async function bringFromHub(name: string, { signal, display }: Bringing): Promise<{ path: string; title: string }> {
  const path = await fetchFromHub(name, { signal, onProgress: (progress) => display.download(name, progress) });
  display.downloadEnded();
  return { path, title: name };
}

/** What a file holds, as it is and as lines of text. */
interface DescribedFile {
  readonly file: object;
  readonly lines: readonly string[];
}

/** By format. */
const describers: {
  readonly [Format in ModelFormat]: (
    content: Uint8Array,
    options: ImportOptions,
    known: Pick<OpenedModel, "entry" | "beside">,
  ) => Promise<DescribedFile>;
} = {
  onnx: async (content, options, { entry, beside }) => {
    const file = await describeModelFile(content, options);
    return { file: { ...file, beside }, lines: modelFileLines(file, { isKnown: entry !== null, beside }) };
  },
  safetensors: async (content, { path }) => {
    const file = describeWeightsFile(content, path);
    return { file, lines: weightsFileLines(file) };
  },
};

async function describeFile(
  nameOrPath: string,
  path: string,
  imageSize: ImportOptions["imageSize"],
): Promise<DescribedFile & Pick<OpenedModel, "entry">> {
  const { bytes: content, ...known } = await openPretrained(nameOrPath, { allowDownload: false });
  const { entry } = known;
  const options = {
    path,
    external: besideModel(path),
    ...(imageSize !== undefined && { imageSize }),
    ...(entry !== null && { channelOrder: entry.input.channelOrder }),
  };
  return { ...(await describers[modelFormatOf(path)](content, options, known)), entry };
}

function entryLines(entry: PretrainedEntry): string[] {
  const place = locatePretrained(entry);
  const { channelOrder, layout, mean, std } = entry.input;
  const numbers = (values: readonly number[]): string => values.map((value) => Number(value.toFixed(4))).join(", ");
  return [
    `${entry.name}: ${entry.title}`,
    `published  ${entry.source}`,
    `licence    ${entry.licence}`,
    `weights    about ${millions(approximateParameters(entry))}, operator set ${entry.opset}`,
    `input      ${inputSize(entry)}, ${channelOrder}, axes ${layout}, ${entry.batch === 1 ? "one image" : "any number"} at a time`,
    `pixels     (x - mean) / std of x from 0 to 1; mean ${numbers(mean)}; std ${numbers(std)}`,
    `images     ${resizeSentence(entry)}`,
    `output     ${entry.output} of ${entry.classes.count} classes (${entry.classes.list})`,
    `accuracy   ${percent(entry.accuracy, 2)} top-1, as ${entry.reportedBy ?? "the model zoo"} reports it`,
    `download   ${bytes(entry.sizeBytes)}, SHA-256 ${entry.sha256}`,
    ...addressesOf(entry).map((address) => `           ${address}`),
    place === undefined ? `where      not on this machine. ${placingByHand(entry)}` : `where      in the ${place.from}`,
  ];
}

function resizeSentence({ input: { shape, resize } }: PretrainedEntry): string {
  const [, height, width] = shape;
  return resize.how === "stretch"
    ? `stretched to ${height}x${width}`
    : `shorter side to ${resize.shorterSide} (${resize.interpolation ?? "bilinear"}), then the central ${height}x${width}`;
}

function inputSize({ input: { shape } }: PretrainedEntry): string {
  const [channels, height, width] = shape;
  return `${channels}x${height}x${width}`;
}

function addPlace(entry: PretrainedEntry): object {
  return { ...entry, addresses: addressesOf(entry), place: locatePretrained(entry) ?? null };
}

/** `11.7 M`; thousands where it is less. */
function millions(value: number): string {
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} k` : `${(value / 1e6).toFixed(1)} M`;
}
