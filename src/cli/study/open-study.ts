/** @file Opens what a study is made of, and tells of it: downloads, photographs that are read. */

import { DataError, printable } from "../../core/index.ts";
import { isDatasetName } from "../../data/node/index.ts";
import { openPretrained, resolvePretrained } from "../../models/node/index.ts";
import { type StudyConfig, type StudyData, openStudyData } from "../../study/index.ts";
import { imageNotices } from "./image-notices.ts";
import { type OpenDataOptions, openData, openDataOr } from "./open-data.ts";

/** How to open a study's data. */
export interface OpenStudyOptions extends OpenDataOptions {
  /** Data set to use where the study's own cannot be had. */
  readonly fallback?: string | undefined;
}

/**
 * The images of a study and, where it was trained elsewhere, its source network.
 *
 * @throws ConfigError or DataError if one of them cannot be had.
 */
export async function openStudy(config: StudyConfig, options: OpenStudyOptions): Promise<StudyData> {
  const { display, signal, offline, fallback } = options;
  const usesFallback = (name: string): boolean => typeof config.target !== "string" && name === config.dataset;
  const data = await openStudyData(config, {
    named: (name) => (usesFallback(name) ? openDataOr(name, fallback, options) : openData(name, options)),
    model: async (nameOrPath) => {
      const reference = resolvePretrained(nameOrPath);
      const title = "entry" in reference ? reference.entry.title : nameOrPath;
      try {
        return await openPretrained(nameOrPath, {
          allowDownload: !offline,
          signal,
          onProgress: (progress) => display.download(title, progress),
        });
      } catch (error) {
        throw "entry" in reference && error instanceof DataError ? withOtherSources(error) : error;
      } finally {
        display.downloadEnded();
      }
    },
    onImages: (title, images, total) => display.reading(title, { images, total }),
    signal,
  });
  const { target, dataset: named, source } = config;
  const places = [
    { place: typeof target === "string" ? target : named, dataset: data.dataset },
    { place: String(source), dataset: data.sourceDataset },
  ];
  for (const { place, dataset } of places) {
    if (dataset === undefined || isDatasetName(place)) continue;
    for (const notice of imageNotices(dataset, config)) display.notice(printable(notice));
  }
  return data;
}

/** Where a network cannot be had there are other ways to a study. */
function withOtherSources(cause: DataError): DataError {
  return new DataError(
    `${cause.message} Or name another source: a network of your own (--source model.onnx), or a data set that is trained ` +
      "here first (--source shapes10, which is built in).",
    { ...(cause.location !== undefined && { location: cause.location }), cause },
  );
}
