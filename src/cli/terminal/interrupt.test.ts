/** @file Signals: the first asks, an echo counts for nothing, the next ends. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type InterruptListener, Interrupted, listenForInterrupt } from "./interrupt.ts";

let listener: InterruptListener;
const onFirst = vi.fn<() => void>();
const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  listener = listenForInterrupt(onFirst);
});
afterEach(() => {
  listener.stop();
  vi.useRealTimers();
});

test("the first signal aborts the work and is told of once", () => {
  process.emit("SIGINT", "SIGINT");
  expect(listener.signal.reason).toEqual(new Interrupted("SIGINT"));
  expect(onFirst).toHaveBeenCalledOnce();
  expect(exit).not.toHaveBeenCalled();
});

test("the same signal right after it is an echo, a later one ends the process", () => {
  process.emit("SIGINT", "SIGINT");
  vi.advanceTimersByTime(300);
  process.emit("SIGINT", "SIGINT");
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(600);
  process.emit("SIGINT", "SIGINT");
  expect(exit.mock.calls).toEqual([[130]]);
  expect(onFirst).toHaveBeenCalledOnce();
});

test("another signal right after it ends the process", () => {
  process.emit("SIGINT", "SIGINT");
  process.emit("SIGTERM", "SIGTERM");
  expect(exit.mock.calls).toEqual([[143]]);
});

test("nothing listens after the end", () => {
  const before = process.listenerCount("SIGINT");
  listener.stop();
  expect(process.listenerCount("SIGINT")).toBe(before - 1);
});
