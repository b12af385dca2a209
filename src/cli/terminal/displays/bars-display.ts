/** @file A study as progress bars, for terminals. */

import { bytes, count, loss, percent, time, printable } from "../../../core/index.ts";
import { MultiBar, type Options, type Params, type SingleBar } from "cli-progress";
import type { StudyEvent, StudyListener } from "../../../study/index.ts";
import { wrapLine } from "../wrap-line.ts";
import { endLines } from "./end-lines.ts";
import { followStudy } from "./follow-study.ts";
import {
  featuresProgress,
  forecastText,
  runDiscarded,
  runFinished,
  stageProgress,
  stageTitles,
  studyStarted,
  tuningTitle,
} from "./sentences.ts";
import type { Display } from "./display.ts";

const LONGEST_BAR = 20;
const SHORTEST_BAR = 8;
/** Bars grow by so much at a time, or every digit of the text would move them. */
const BAR_STEP = 4;
const GAP = "  ";
/** Bars count in the smallest steps that can be seen. */
const STEPS = 1000;

/** What stands before and after a bar. */
interface BarText {
  before: string;
  after: readonly string[];
}

/** Every run's bar above the study's; what is over scrolls up as lines. */
export function createBarsDisplay(stream: NodeJS.WriteStream): Display {
  const bars = createBars(stream);
  return {
    listener: listenWith(bars),
    notice: (sentence) => bars.log(printable(sentence)),
    download: (title, { receivedBytes, totalBytes }) => {
      const whole = totalBytes === undefined ? "" : ` of ${bytes(totalBytes)}`;
      const progress = totalBytes === undefined ? 0 : receivedBytes / totalBytes;
      bars.show("download", progress, { before: title, after: [`${bytes(receivedBytes)}${whole}`] });
    },
    downloadEnded: bars.close,
    reading: (title, { images, total }) => {
      bars.show("reading", images / total, { before: title, after: [`${count(images)} of ${count(total)} images`] });
      if (images === total) bars.close();
    },
    ended: (end) => {
      bars.close();
      for (const line of endLines(end, { width: stream.columns })) stream.write(`${line}\n`);
    },
    close: bars.close,
  };
}

/** Shows the events of a study. */
function listenWith(bars: ReturnType<typeof createBars>): StudyListener {
  const { current, showRun, showStage, showTimeLeft } = studyBars(bars);
  const { newsOf, titleOf } = followStudy();
  return (event) => {
    const news = newsOf(event);
    if (news !== null) return bars.log(news);
    switch (event.type) {
      case "run-discarded":
        return bars.log(runDiscarded(event));
      case "study-started":
        return bars.log(studyStarted(event));
      case "run-started":
        Object.assign(current, { index: event.index, runs: event.count, test: undefined });
        current.title = titleOf(event.run);
        showRun(0, []);
        return showTimeLeft(event);
      case "forecast":
        return bars.log(forecastText(event));
      case "stage":
        showStage(event.run === null ? "" : current.title, stageTitles[event.stage]);
        return showTimeLeft(event);
      case "tuning":
        bars.show("run", event.share, { before: tuningTitle(event), after: [] });
        return showTimeLeft(event);
      case "features":
        showRun(0, [featuresProgress(event)]);
        return showTimeLeft(event);
      case "stage-progress":
        showStage(current.title, stageProgress(event));
        return showTimeLeft(event);
      case "batch":
        showRun((event.epoch - 1 + event.batch / event.batches) / event.epochs, batchParts(event, current.test));
        return showTimeLeft(event);
      case "epoch":
        current.test = `test ${percent(event.record.testAccuracy)}`;
        return showRun(event.record.epoch / event.epochs, [
          `epoch ${event.record.epoch}/${event.epochs}`,
          current.test,
        ]);
      case "run-finished":
        return bars.log(runFinished(event, current.title));
      case "recommendation":
      case "seeds":
        return undefined;
      case "study-finished":
        return bars.close();
    }
  };
}

/** The bars of a run and of its study. */
function studyBars(bars: Pick<ReturnType<typeof createBars>, "show">) {
  const current = { title: "", index: 0, runs: 1, test: undefined as string | undefined };
  return {
    current,
    showRun: (progress: number, after: readonly string[]): void => {
      bars.show("run", progress, { before: current.title, after });
      const study = (current.index + progress) / current.runs;
      bars.show("study", study, { before: `run ${current.index + 1} of ${current.runs}` });
    },
    /** Of a run, whose progress stays as it is, or of the study. */
    showStage: (run: string, title: string): void => {
      if (run === "") bars.show("run", 0, { before: title, after: [] });
      else bars.show("run", undefined, { before: run, after: [title] });
    },
    showTimeLeft: ({ studyTimeLeftMs: left }: { studyTimeLeftMs: number | null }): void => {
      if (left !== null) bars.show("study", undefined, { after: [`${time(left)} left`] });
    },
  };
}

/**
 * `M2 · no transfer  ██████░░░░  60 %  epoch 3/5  …`: at most `width` characters.
 *
 * What does not fit after the shortest bar is left out, the last first.
 */
export function barLine({ before, after }: BarText, progress: number, width: number): string {
  const share = percent(progress, 0).padStart(5);
  const fixed = before.length + GAP.length + 1 + share.length;
  const shown = [...after];
  const room = (): number => width - fixed - shown.reduce((sum, part) => sum + GAP.length + part.length, 0);
  while (room() < SHORTEST_BAR && shown.length > 0) shown.pop();
  const size = Math.max(SHORTEST_BAR, Math.min(LONGEST_BAR, BAR_STEP * Math.floor(room() / BAR_STEP)));
  const bar = "█".repeat(Math.round(progress * size)).padEnd(size, "░");
  return [before, `${bar} ${share}`, ...shown].join(GAP).slice(0, width);
}

/** The most telling first. */
function batchParts(event: Extract<StudyEvent, { type: "batch" }>, test: string | undefined): string[] {
  const { epoch, epochs, accuracy, imagesPerSecond, runTimeLeftMs } = event;
  return [
    `epoch ${epoch}/${epochs}`,
    ...(runTimeLeftMs === null ? [] : [`${time(runTimeLeftMs)} left`]),
    `loss ${loss(event.loss)}`,
    `accuracy ${percent(accuracy)}`,
    `${count(imagesPerSecond)} images/s`,
    ...(test === undefined ? [] : [test]),
  ];
}

/** Named bars that appear when first shown, and lines above them. */
function createBars(stream: NodeJS.WriteStream) {
  const format = (_options: Options, { progress, maxWidth }: Params & { maxWidth: number }, text: BarText): string =>
    barLine({ ...text, before: text.before.padEnd(longestBefore) }, progress, maxWidth);
  let multiBar: MultiBar | undefined;
  let named = new Map<string, SingleBar>();
  let longestBefore = 0;
  const close = (): void => {
    // What was logged last is only drawn by an update.
    multiBar?.update();
    multiBar?.stop();
    [multiBar, named, longestBefore] = [undefined, new Map(), 0];
  };
  return {
    show: (name: string, progress: number | undefined, text: Partial<BarText>): void => {
      longestBefore = Math.max(longestBefore, text.before?.length ?? 0);
      // With `linewrap` the library cuts lines itself and leaves the terminal's own setting alone.
      multiBar ??= new MultiBar({ stream, format, clearOnComplete: true, linewrap: true });
      const bar = named.get(name) ?? multiBar.create(STEPS, 0, { before: "", after: [] });
      named.set(name, bar);
      if (progress === undefined) bar.update(text);
      else bar.update(progress * STEPS, text);
    },
    log: (line: string): void => {
      const lines = wrapLine(line, stream.columns);
      if (multiBar === undefined) stream.write(`${lines}\n`);
      else multiBar.log(`${lines}\n`);
    },
    close,
  };
}
