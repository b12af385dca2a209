/** @file A study as progress bars, for terminals. */

import { bytes, count, loss, percent, time, printable } from "../../../core/index.ts";
import { MultiBar, type Options, type Params, type SingleBar } from "cli-progress";
import type { RunRecord, StudyEvent, StudyListener, StudySummary } from "../../../study/index.ts";
import { wrapLine } from "../wrap-line.ts";
import { endLines } from "./end-lines.ts";
import { followStudy } from "./follow-study.ts";
import {
  featuresProgress,
  forecastText,
  runDiscarded,
  runFinished,
  partsText,
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
/** What stands on a terminal's line right of where one writes. */
const ERASE_TO_END = "\u001B[K";
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
  const { begin, showRun, showStage, showTrials, showTimeLeft, end } = studyBars(bars);
  const { newsOf, titleOf } = followStudy();
  return (event) => {
    const news = newsOf(event);
    if (news !== null) bars.log(news);
    switch (event.type) {
      case "run-discarded":
        return bars.log(runDiscarded(event));
      case "study-started":
        begin(event.summary);
        return bars.log(studyStarted(event));
      case "run-started":
        showRun(event.run, { title: titleOf(event.run), progress: 0, index: event.index, runs: event.count });
        return showTimeLeft(event);
      case "forecast":
        return bars.log(forecastText(event));
      case "stage":
        showStage(event.run, stageTitles[event.stage]);
        return showTimeLeft(event);
      case "tuning":
        showTrials(tuningTitle(event), event.share);
        return showTimeLeft(event);
      case "features":
        showRun(event.run, { progress: 0, after: () => [featuresProgress(event)] });
        return showTimeLeft(event);
      case "stage-progress":
        showStage(event.run, stageProgress(event));
        return showTimeLeft(event);
      case "parts":
        return bars.log(`${titleOf(event.run)}: ${partsText(event)}`);
      case "batch":
        showRun(event.run, {
          progress: (event.epoch - 1 + event.batch / event.batches) / event.epochs,
          after: (test) => batchParts(event, test),
        });
        return showTimeLeft(event);
      case "epoch":
        return showRun(event.run, {
          progress: event.record.epoch / event.epochs,
          test: `test ${percent(event.record.testAccuracy)}`,
          after: (test = "") => [`epoch ${event.record.epoch}/${event.epochs}`, test],
        });
      case "run-finished":
        end(event.run);
        return bars.log(runFinished(event, titleOf(event.run)));
      case "recommendation":
      case "seeds":
        return undefined;
      case "study-finished":
        return bars.close();
    }
  };
}

/** What a bar says of a run, or of trials. */
interface Row {
  /** The run's id, or the title of the trials. */
  of: string;
  isOver: boolean;
  title: string;
  progress: number;
  index: number;
  test: string | undefined;
}

/** A bar for each run that trains at once, and that of the study below. */
function studyBars(bars: Pick<ReturnType<typeof createBars>, "show">) {
  const rows: Row[] = [];
  let [most, done, runs] = [1, 0, 1];
  /** The bar of a run or of trials: a new one takes that of one that is over, or of trials, which do not say when they are. */
  const rowOf = (of: string): Row => {
    const own = rows.find((row) => row.of === of && !row.isOver);
    if (own !== undefined) return own;
    const fresh = { of, isOver: false, title: of, progress: 0, index: 0, test: undefined };
    if (rows.length < most && !rows.some(({ isOver }) => isOver)) return rows[rows.push(fresh) - 1];
    const place = rows.findIndex(({ isOver, title, of: id }) => isOver || title === id);
    return (rows[Math.max(0, place)] = fresh);
  };
  const nameOf = (row: Row): string => `run ${rows.indexOf(row)}`;
  const showStudy = ({ index }: Row): void => {
    // those that are to come stand above the study's too
    for (let place = 1; place < most; place++) if (rows[place] === undefined) bars.show(`run ${place}`, 0, {});
    const underWay = rows.reduce((sum, { isOver, progress }) => sum + (isOver ? 0 : progress), 0);
    const before = most === 1 ? `run ${index + 1} of ${runs}` : `${done} of ${runs} runs`;
    bars.show("study", ((most === 1 ? index : done) + underWay) / runs, { before });
  };
  return {
    begin: ({ machine, runs: known }: StudySummary): void => {
      most = machine.jobs ?? 1;
      done = known.filter(({ status }) => status === "done" || status === "failed").length;
    },
    showRun: (
      { id }: RunRecord,
      {
        after = () => [],
        runs: known = runs,
        ...news
      }: Partial<Row> & { runs?: number; after?: (test?: string) => string[] },
    ): void => {
      const row = Object.assign(rowOf(id), news);
      runs = known;
      bars.show(nameOf(row), row.progress, { before: row.title, after: after(row.test) });
      showStudy(row);
    },
    /** Of a run, whose progress stays as it is, or of the study, where that has one bar beside its own. */
    showStage: (run: RunRecord | null, title: string): void => {
      if (run !== null) bars.show(nameOf(rowOf(run.id)), undefined, { before: rowOf(run.id).title, after: [title] });
      else if (most === 1) bars.show("run 0", 0, { before: title, after: [] });
    },
    showTrials: (title: string, share: number): void =>
      bars.show(nameOf(rowOf(title)), share, { before: title, after: [] }),
    showTimeLeft: ({ studyTimeLeftMs: left }: { studyTimeLeftMs: number | null }): void => {
      if (left !== null) bars.show("study", undefined, { after: [`${time(left)} left`] });
    },
    /** Also of a run that failed before it began. */
    end: ({ id }: RunRecord): void => {
      const row = rows.find(({ of }) => of === id);
      if (row !== undefined) row.isOver = true;
      done++;
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
      const lines = `${wrapLine(line, stream.columns)}\n`;
      if (multiBar === undefined) stream.write(lines);
      // the library clears the first bar's line alone
      else multiBar.log(lines.replaceAll("\n", `${ERASE_TO_END}\n`));
    },
    close,
  };
}
