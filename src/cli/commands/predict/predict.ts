/** @file `graft predict`: what a trained model says of images. */

import { mkdtemp } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, DataError, printable } from "../../../core/index.ts";
import { writeFileAtomic } from "../../../files/index.ts";
import { type LooseImage, findImages } from "../../../data/node/index.ts";
import { createModelSession } from "../../../engine/runtime/index.ts";
import { predictionPage } from "../../../report/index.ts";
import { chooseDevice } from "../../device/choose-device.ts";
import { parseWhole } from "../../options/parse-values.ts";
import { listenForInterrupt } from "../../terminal/interrupt.ts";
import { openInBrowser } from "../../terminal/open-in-browser.ts";
import { pageOf, requireResultFile, tableOf } from "../../study/result-file.ts";
import { heatMapFolder, openExplainer } from "./explain-images.ts";
import { findModel } from "./find-model.ts";
import { type Prediction, predictImages } from "./predict-images.ts";
import { scoreFolders, scoreLines, scoresJson } from "./folder-scores.ts";
import { PREDICTION_COLUMNS, jsonLine, plainLines, predictionsCsv } from "./prediction-lines.ts";
import { type Classifier, readClassifier } from "./read-classifier.ts";
import { say, sayAside } from "../../terminal/say.ts";

/** Longest side of a page's images, in pixels: sharp on a screen of twice the density. */
const THUMBNAIL_SIDE = 320;

const SOME_UNREADABLE_EXIT_CODE = 1;
const NOTHING_PREDICTED_EXIT_CODE = 2;

/** What the command line holds, as typed. */
export interface PredictOptions {
  readonly run?: string;
  readonly top: string;
  readonly csv?: string;
  readonly html?: string;
  readonly open?: true;
  readonly explain?: string | true;
  readonly classes?: string;
  readonly fit?: string;
  readonly threads?: string;
  readonly device: string;
  readonly json?: true;
}

/** Prints what the model says of every image; returns the exit code. */
export async function predict(model: string, places: readonly string[], options: PredictOptions): Promise<number> {
  await requireResultFile(options.csv, "--csv", tableOf("predictions", PREDICTION_COLUMNS));
  await requireResultFile(options.html, "--html", pageOf("predictions"));
  const threads =
    options.threads === undefined
      ? availableParallelism()
      : parseWhole(options.threads, "--threads", { min: 1, max: 1024 });
  const { path, reason, checksum } = await findModel(model, options);
  const classifier = await readClassifier(path, { ...options, checksum });
  const top = parseWhole(options.top, "--top", { min: 1, max: classifier.classNames.length });
  if (reason !== undefined) sayAside(`Predicting with ${printable(reason)}.`);
  const interrupt = listenForInterrupt("stopped.");
  try {
    const { signal } = interrupt;
    const { images, inFolders, missed } = await imagesAt(places, signal);
    if (images.length === 0) return NOTHING_PREDICTED_EXIT_CODE;
    const { device, reason: why } = await chooseDevice(options.device, { threads });
    if (why !== undefined) sayAside(`Computing on ${device}: ${why}.`);
    const sessionOptions = { threads, device, signal };
    const explainer =
      options.explain === undefined
        ? undefined
        : await openExplainer(heatMapFolder(options.explain, options.html), {
            classifier,
            images,
            session: sessionOptions,
          });
    const session = await createModelSession(classifier.bytes, sessionOptions);
    try {
      const thumbnailSide = options.html === undefined && options.open !== true ? undefined : THUMBNAIL_SIDE;
      const results = predictImages(images, { classifier, session, top, thumbnailSide, explainer, signal });
      const predictions = await print(results, { images, classifier, json: options.json === true });
      if (predictions.length === 0) return NOTHING_PREDICTED_EXIT_CODE;
      const judged = predictions.filter(({ file }) => inFolders.has(file));
      printScores(judged, { classifier, json: options.json === true });
      await explainer?.finish();
      if (explainer !== undefined) sayAside(`The heat maps are in ${printable(explainer.folder)}.`);
      await writeFiles(predictions, { classifier, options });
      return missed || predictions.length < images.length ? SOME_UNREADABLE_EXIT_CODE : 0;
    } finally {
      await session.close();
      await explainer?.close();
    }
  } finally {
    interrupt.stop();
  }
}

/** All images, in the order of the places, and which of them lie in folders that are named; a place without any is said, and the others go on. */
async function imagesAt(
  places: readonly string[],
  signal: AbortSignal,
): Promise<{ images: readonly LooseImage[]; inFolders: ReadonlySet<string>; missed: boolean }> {
  const images: LooseImage[] = [];
  const inFolders = new Set<string>();
  let missed = false;
  const miss = (sentence: string): void => {
    missed = true;
    sayAside(`graft: ${printable(sentence)}`);
  };
  for (const place of places) {
    try {
      const found = await findImages(place, { signal });
      if (found.length === 0) miss(`${place}: expected images in the folder, got none. Name a folder that holds some.`);
      for (const image of found) {
        images.push(image);
        if (image.path !== place) inFolders.add(image.path);
      }
    } catch (error) {
      if (!(error instanceof DataError || error instanceof ConfigError)) throw error;
      miss(error.message);
    }
  }
  return { images, inFolders, missed };
}

/** Prints results as they come; returns those that are predictions. */
async function print(
  results: ReturnType<typeof predictImages>,
  { images, classifier, json }: { images: readonly LooseImage[]; classifier: Classifier; json: boolean },
): Promise<readonly Prediction[]> {
  const plain = plainLines(images, classifier.classNames);
  const predictions: Prediction[] = [];
  for await (const result of results) {
    if (json) console.log(jsonLine(result));
    if ("problem" in result) {
      const { file, problem } = result;
      const sentence = `${file}: expected an image that can be read, got one that cannot: ${problem}`;
      sayAside(`graft: ${printable(sentence)}.`);
      continue;
    }
    if (!json && predictions.length === 0) say(plain.header);
    if (!json) for (const line of plain.of(result)) say(line);
    predictions.push(result);
  }
  return predictions;
}

/** Where folders are named like classes; an image that is named itself is not judged by where it lies. */
function printScores(
  predictions: readonly Prediction[],
  { classifier, json }: { classifier: Classifier; json: boolean },
): void {
  const scores = scoreFolders(predictions, classifier.classNames);
  if (scores === undefined) return;
  if (json) console.log(scoresJson(scores));
  else for (const line of scoreLines(scores)) sayAside(line);
}

async function writeFiles(
  predictions: readonly Prediction[],
  { classifier, options }: { classifier: Classifier; options: PredictOptions },
): Promise<void> {
  const { csv, html, open = false } = options;
  if (csv !== undefined) {
    await writeFileAtomic(csv, predictionsCsv(predictions));
    sayAside(`The table is in ${printable(csv)}.`);
  }
  if (html === undefined && !open) return;
  const path = html ?? join(await mkdtemp(join(tmpdir(), "graft-predict-")), "predictions.html");
  await writeFileAtomic(path, predictionPage({ model: classifier.name, images: predictions.map(withThumbnail) }));
  sayAside(`The page is in ${printable(path)}.`);
  const problem = open ? await openInBrowser(path) : undefined;
  if (problem !== undefined) sayAside(`graft: the page cannot be opened: ${problem}. Open it in a browser by hand.`);
}

function withThumbnail(prediction: Prediction): Prediction & { thumbnail: Uint8Array } {
  const { thumbnail } = prediction;
  if (thumbnail === undefined) throw new Error("internal: a page without thumbnails");
  return { ...prediction, thumbnail };
}
