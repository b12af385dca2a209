/** @file A study as plain lines, for logs and pipes. */

import { bytes, count, percent, plural, printable } from "../../../core/index.ts";
import type { DownloadProgress } from "../../../download/index.ts";
import type { StudyEvent } from "../../../study/index.ts";
import { endLines } from "./end-lines.ts";
import { followStudy } from "./follow-study.ts";
import {
  batchProgress,
  epochResult,
  featuresProgress,
  forecastText,
  runDiscarded,
  runFinished,
  runStarted,
  partsText,
  stageProgress,
  stageTitles,
  studyStarted,
  studyTime,
  tuningProgress,
} from "./sentences.ts";
import { atMostEvery } from "./throttle.ts";
import type { Display, WriteLine } from "./display.ts";

/** Between two lines on what is under way; any other line starts them again. */
const LEAST_INTERVAL_MS = 10_000;

/** One line a run that starts, an epoch and a run that ends; within long epochs at most one every ten seconds. */
export function createPlainDisplay(write: WriteLine, now: () => number = Date.now): Display {
  let mayWrite = atMostEvery(LEAST_INTERVAL_MS, now);
  const { newsOf, titleOf, prefixOf } = followStudy();
  const writeAlways = (line: string): void => {
    mayWrite = atMostEvery(LEAST_INTERVAL_MS, now);
    if (mayWrite()) write(line);
  };
  const writeSometimes = (line: () => string): void => {
    if (mayWrite()) write(line());
  };
  /** What is rare is told of as it begins, what comes after every epoch where nothing else was for long. */
  const showStage = ({ stage, run, studyTimeLeftMs }: Extract<StudyEvent, { type: "stage" }>): void => {
    const line = `  ${prefixOf(run)}${stageTitles[stage]}${studyTime(studyTimeLeftMs)}`;
    if (stage === "scoring" || stage === "mapping") writeSometimes(() => line);
    else writeAlways(line);
  };
  return {
    listener: (event) => {
      const news = newsOf(event);
      if (news !== null) writeAlways(news);
      switch (event.type) {
        case "run-discarded":
          return writeAlways(runDiscarded(event));
        case "study-started":
          return writeAlways(studyStarted(event));
        case "run-started":
          return writeAlways(runStarted(event, titleOf(event.run)));
        case "forecast":
          return writeAlways(forecastText(event));
        case "stage":
          return showStage(event);
        case "tuning":
          return writeSometimes(() => tuningProgress(event));
        case "features":
        case "stage-progress":
          return writeSometimes(() => `  ${prefixOf(event.run)}${passage(event)}${studyTime(event.studyTimeLeftMs)}`);
        case "parts":
          return writeAlways(`  ${prefixOf(event.run)}${partsText(event)}`);
        case "batch":
          return writeSometimes(() => `  ${prefixOf(event.run)}${batchProgress(event)}`);
        case "epoch":
          return writeAlways(`  ${prefixOf(event.run)}${epochResult(event)}`);
        case "run-finished":
          return writeAlways(runFinished(event, titleOf(event.run)));
        case "recommendation":
        case "seeds":
        case "study-finished":
          return undefined;
      }
    },
    notice: (sentence) => writeAlways(printable(sentence)),
    download: (title, progress) => writeSometimes(() => downloadText(title, progress)),
    downloadEnded: () => {},
    reading: (title, { images, total }) =>
      writeSometimes(() => `  ${title}: ${count(images)} of ${plural(total, "image")} read`),
    ended: (end) => endLines(end).forEach(write),
    close: () => {},
  };
}

/** How far something is that passes over images. */
function passage(event: Extract<StudyEvent, { type: "features" | "stage-progress" }>): string {
  return event.type === "features" ? featuresProgress(event) : stageProgress(event);
}

function downloadText(title: string, { receivedBytes, totalBytes }: DownloadProgress): string {
  const share = totalBytes === undefined ? "" : ` of ${bytes(totalBytes)} (${percent(receivedBytes / totalBytes, 0)})`;
  return `  ${title}: ${bytes(receivedBytes)}${share}`;
}
