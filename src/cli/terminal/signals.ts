/** @file What the thread of the terminal and that of a command say to each other about signals. */

import { type Worker, parentPort, workerData } from "node:worker_threads";

const stopSignals = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
/** npm hands a Ctrl-C on that the terminal has already sent: the same signal within this time is one. */
const SAME_SIGNAL_MS = 500;
/** A command that has said nothing by then is busy. */
const PATIENCE_MS = 300;

/** A signal that Graft stops for. */
export type StopSignal = (typeof stopSignals)[number];

/** Of a terminal; 0 where it tells none. */
interface Size {
  readonly columns: number;
  readonly rows: number;
}
/** From the terminal to the command: a signal, or the size that it has now. */
type News = StopSignal | Size;
/** From the command to the terminal: what to say to the first signal, empty for nothing; null for a command that a signal may end at once. */
type Sentence = string | null;

/**
 * Hands the first signal on to a command that listens, and says its sentence where it is too busy to do so itself.
 * Any other signal ends the process at once, as the system ends one that does not listen.
 */
export function answerSignals(command: Pick<Worker, "on" | "postMessage">, isAnswered: Int32Array): void {
  let sentence: Sentence = null;
  let [first, firstAt] = ["", -Infinity];
  command.on("message", (text: Sentence) => (sentence = text));
  const onSignal = (signal: StopSignal): void => {
    if (signal === first && Date.now() - firstAt < SAME_SIGNAL_MS) return;
    if (sentence === null || first !== "") return endBy(signal);
    [first, firstAt] = [signal, Date.now()];
    command.postMessage(signal satisfies News);
    const answer = setTimeout(() => {
      if (sentence !== "" && mayAnswer(isAnswered))
        process.stderr.write(`${process.stderr.isTTY ? "\n" : ""}graft: ${sentence}\n`);
    }, PATIENCE_MS);
    answer.unref();
  };
  for (const signal of stopSignals) process.on(signal, onSignal);
  for (const stream of [process.stdout, process.stderr])
    stream.on("resize", () => {
      const { columns, rows } = stream;
      command.postMessage({ columns, rows } satisfies News);
    });
}

/** Not by `exit`, which waits for what a thread computes. */
function endBy(signal: StopSignal): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** True for whoever asks first. */
function mayAnswer(isAnswered: Int32Array): boolean {
  return Atomics.exchange(isAnswered, 0, 1) === 0;
}

/** In the command's thread: `onSignal` is told of the first signal, and true if it is to say the sentence. */
export function onFirstSignal(
  sentence: string,
  onSignal: (signal: StopSignal, says: boolean) => void,
): { stop: () => void } {
  const { isAnswered } = workerData as { isAnswered: Int32Array };
  const tell = (text: Sentence): void => parentPort?.postMessage(text);
  const stop = hearNews((news) => {
    if (typeof news === "string") onSignal(news, mayAnswer(isAnswered));
  });
  tell(sentence);
  return {
    stop: () => {
      stop();
      tell(null);
    },
  };
}

/** In the command's thread: told of every change of the terminal's size, which its own streams do not see. */
export function onResize(listener: (size: Size) => void): void {
  hearNews((news) => {
    if (typeof news !== "string") listener(news);
  });
}

/** Without keeping the thread alive. */
function hearNews(listener: (news: News) => void): () => void {
  parentPort?.on("message", listener).unref();
  return () => parentPort?.off("message", listener);
}
