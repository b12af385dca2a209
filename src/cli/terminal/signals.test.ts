/** @file Signals: the first asks and is answered at once, an echo counts for nothing, the next ends. */

import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { answerSignals } from "./signals.ts";

const kill = vi.spyOn(process, "kill").mockReturnValue(true);
const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
const signals = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
const earlier = signals.map((name) => [name, process.listeners(name)] as const);
let isAnswered: Int32Array;
let command: EventEmitter & { postMessage: (news: unknown) => void };
const told = vi.fn<(news: unknown) => void>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  for (const name of signals) process.removeAllListeners(name);
  isAnswered = new Int32Array(1);
  command = Object.assign(new EventEmitter(), { postMessage: told });
  answerSignals(command as unknown as Parameters<typeof answerSignals>[0], isAnswered);
});
afterEach(() => {
  vi.useRealTimers();
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners("resize");
  for (const [name, listeners] of earlier) {
    process.removeAllListeners(name);
    for (const listener of listeners) process.on(name, listener);
  }
});

test("a command is told of the first signal, and where it is busy its sentence is said for it", () => {
  command.emit("message", "stopping.");
  process.emit("SIGINT", "SIGINT");
  expect(told.mock.calls).toEqual([["SIGINT"]]);
  vi.advanceTimersByTime(900);
  expect(write.mock.calls.map(([text]) => String(text).trim())).toEqual(["graft: stopping."]);
  expect(kill).not.toHaveBeenCalled();
});

test("a command that says its sentence itself is left to do so", () => {
  command.emit("message", "stopping.");
  process.emit("SIGINT", "SIGINT");
  Atomics.store(isAnswered, 0, 1);
  vi.advanceTimersByTime(900);
  expect(write).not.toHaveBeenCalled();
});

test("the same signal right after it is an echo, a later one ends the process", () => {
  command.emit("message", "stopping.");
  process.emit("SIGINT", "SIGINT");
  vi.advanceTimersByTime(300);
  process.emit("SIGINT", "SIGINT");
  expect(kill).not.toHaveBeenCalled();
  vi.advanceTimersByTime(600);
  process.emit("SIGINT", "SIGINT");
  expect(kill.mock.calls).toEqual([[process.pid, "SIGINT"]]);
  expect(process.listenerCount("SIGINT")).toBe(0);
});

test.each(["stdout", "stderr"] as const)("a command is told the new size of the terminal behind %s", (name) => {
  const stream = Object.assign(process[name], { columns: 72, rows: 30 });
  stream.emit("resize");
  expect(told.mock.calls).toEqual([[{ columns: 72, rows: 30 }]]);
});

test("another signal right after it ends the process", () => {
  command.emit("message", "stopping.");
  process.emit("SIGINT", "SIGINT");
  process.emit("SIGTERM", "SIGTERM");
  expect(kill.mock.calls).toEqual([[process.pid, "SIGTERM"]]);
});

test.each([
  { when: "has not begun to listen", messages: [] },
  { when: "is done with it", messages: ["stopping.", null] },
])("a command that $when is ended at once", ({ messages }) => {
  for (const message of messages) command.emit("message", message);
  process.emit("SIGTERM", "SIGTERM");
  expect(kill.mock.calls).toEqual([[process.pid, "SIGTERM"]]);
});
