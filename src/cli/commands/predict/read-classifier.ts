/** @file A model file that tells classes of images, with all that is needed to use it. */

import { ConfigError, DataError, formatShape } from "../../../core/index.ts";
import {
  type ImageFit,
  type ImageFitOptions,
  type ImageShape,
  type PixelScales,
  imageFits,
  resolveFit,
} from "../../../data/node/index.ts";
import { readWholeFile, requireSeal, sha256 } from "../../../files/index.ts";
import { type ModelHeader, type ModelPort, readModelHeader } from "../../../engine/onnx/index.ts";
import { type ExportFacts, parseExportMetadata } from "../../../study/index.ts";
import { parseList } from "../../options/parse-values.ts";

/** From `images` [N, channels, height, width] uint8 to `probabilities` [N, classes] float32. */
export interface Classifier {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The run that it comes from; the path for a model of other origin. */
  readonly name: string;
  /** In the order of the outputs. */
  readonly classNames: readonly string[];
  /** How images become its input. */
  readonly fit: ImageFit;
  readonly scales: PixelScales | undefined;
}

/** What the command line says in place of a model that does not, as typed, and what is known of its file. */
export interface ClassifierOptions {
  /** SHA-256 of the file, where its run wrote it down. */
  readonly checksum?: string | undefined;
  readonly classes?: string | undefined;
  readonly fit?: string | undefined;
}

/**
 * @throws DataError if the file cannot be read, or is no such model.
 * @throws ConfigError if an option is missing, wrong or not for this model.
 */
export async function readClassifier(path: string, options: ClassifierOptions): Promise<Classifier> {
  const bytes = await readWholeFile(path, "a model file").catch((cause: NodeJS.ErrnoException) => {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`${path}: expected a model file that can be read, got ${cause.code}. Check the path.`, {
      location: { path },
      cause,
    });
  });
  requireWritten(bytes, path, options.checksum);
  const header = readModelHeader(bytes, { path });
  const { imageShape, outputs } = shapesOf(header, path);
  const facts = parseExportMetadata(header.metadata, path);
  if (facts.imageShape !== undefined && formatShape(facts.imageShape) !== formatShape(imageShape)) {
    throw new DataError(
      `${path}: expected the model's metadata "imageShape" to be that of its input, ${formatShape(imageShape)}, ` +
        `got ${formatShape(facts.imageShape)}. Take the file that Graft wrote.`,
      { location: { path } },
    );
  }
  const classNames = classesOf(facts, { path, outputs, classes: options.classes });
  const fit = resolveFit({
    imageShape,
    fit: fitOf(facts, path, options.fit),
    resizeShorter: facts.resizeShorter,
    interpolation: facts.interpolation,
  });
  return { path, bytes, name: facts.run ?? path, classNames, fit, scales: facts.pixelScales };
}

/** @throws DataError if a model of Graft's is not as it was written. */
function requireWritten(bytes: Uint8Array, path: string, checksum = sha256(bytes)): void {
  requireSeal(bytes, path);
  if (sha256(bytes) === checksum) return;
  throw new DataError(
    `${path}: expected the model that its run wrote, got another: its checksum differs from that in run.json. ` +
      "Restore the file, or resume the study, which trains this run again.",
    { location: { path } },
  );
}

/** The lengths that a model's input and output have, if they are what they must be. */
function shapesOf({ inputs, outputs }: ModelHeader, path: string): { imageShape: ImageShape; outputs: number } {
  const [images] = inputs;
  const probabilities = outputs.find(({ name }) => name === "probabilities");
  const isImages = inputs.length === 1 && images.name === "images" && images.dtype === "uint8";
  if (isImages && images.shape.length === 4 && probabilities?.shape.length === 2) {
    const [count, channels, height, width] = images.shape;
    const classes = probabilities.shape[1];
    const isOpen = typeof count === "string" && typeof classes === "number";
    if (isOpen && typeof channels === "number" && typeof height === "number" && typeof width === "number") {
      return { imageShape: [channels, height, width], outputs: classes };
    }
  }
  throw new DataError(
    `${path}: expected a model that Graft exported, from images uint8 [N, channels, height, width] to probabilities ` +
      `float32 [N, classes], got one from ${portsOf(inputs)} to ${portsOf(outputs)}. Give the model.onnx of a run.`,
    { location: { path } },
  );
}

function portsOf(ports: readonly ModelPort[]): string {
  if (ports.length === 0) return "nothing";
  return ports
    .map(({ name, dtype, shape }) => `${name} ${dtype ?? "of another type"} [${shape.join(", ")}]`)
    .join("; ");
}

function classesOf(
  { classNames }: Partial<ExportFacts>,
  { path, outputs, classes }: { path: string; outputs: number; classes: string | undefined },
): readonly string[] {
  if (classes !== undefined) {
    if (classNames !== undefined) throw saidTwice("--classes", path, `names them itself: ${classNames.join(", ")}`);
    const named = parseList(classes, "--classes", "names of classes");
    if (named.length === outputs) return named;
    throw new ConfigError(
      `--classes: expected ${outputs} names, one for each output of ${path}, got ${named.length}. Name all of them.`,
    );
  }
  if (classNames === undefined) {
    throw new ConfigError(
      `${path}: expected the names of the classes in the model's metadata "classes", got none. ` +
        `Name all ${outputs}, in the order of the outputs, with --classes a,b,….`,
    );
  }
  if (classNames.length === outputs) return classNames;
  throw new DataError(
    `${path}: expected the model's metadata "classes" to name its ${outputs} outputs, got ${classNames.length} names. ` +
      "Take the file that Graft wrote.",
    { location: { path } },
  );
}

function fitOf(
  { fit }: Partial<ExportFacts>,
  path: string,
  typed: string | undefined,
): NonNullable<ImageFitOptions["fit"]> {
  if (typed === undefined) {
    if (fit !== undefined) return fit;
    throw new ConfigError(
      `${path}: expected the way that images get its size in the model's metadata "fit", got none. ` +
        `Say it with --fit: ${imageFits.join(", ")}.`,
    );
  }
  if (fit !== undefined) throw saidTwice("--fit", path, `says it itself: ${fit}`);
  const known = imageFits.find((name) => name === typed);
  if (known !== undefined) return known;
  throw new ConfigError(`--fit: expected one of ${imageFits.join(", ")}, got "${typed}".`);
}

function saidTwice(option: string, path: string, what: string): ConfigError {
  return new ConfigError(
    `${option}: expected it for a model that does not say this, got it for ${path}, which ${what}. Leave it out.`,
  );
}
