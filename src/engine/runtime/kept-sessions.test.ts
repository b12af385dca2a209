/** @file Small graphs are compiled once, however often they are wanted one after the other. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { float32 } from "../../core/index.ts";
import { type Graph, Operations } from "../onnx/index.ts";
import { loadOnnxruntime } from "./onnxruntime.ts";
import { createSession } from "./session.ts";

const ort = await loadOnnxruntime();
let compiled = vi.spyOn(ort.InferenceSession, "create");
beforeEach(() => {
  compiled = vi.spyOn(ort.InferenceSession, "create");
});
afterEach(() => compiled.mockRestore());

/** y = x + `shift`, of `length` numbers; no other test has such graphs. */
function shifted(shift: number, length = 3): Graph {
  const g = new Operations();
  g.output(g.add(g.input("x", "float32", [length]), g.scalar(shift)), "y");
  return g.build("shifted for kept sessions");
}

async function resultOf(graph: Graph, x: readonly number[], threads = 1): Promise<number[]> {
  const session = await createSession(graph, { threads });
  const { y } = await session.run({ x: float32(x) });
  await session.close();
  return Array.from(y.data, Number);
}

test("a session that was closed is found by the next that compiles the same", async () => {
  expect(await resultOf(shifted(1), [1, 2, 3])).toEqual([2, 3, 4]);
  expect(await resultOf(shifted(1), [5, 6, 7])).toEqual([6, 7, 8]);
  expect(compiled).toHaveBeenCalledTimes(1);
  expect(await resultOf(shifted(2), [1, 2, 3])).toEqual([3, 4, 5]);
  expect(await resultOf(shifted(1), [1, 2, 3], 2)).toEqual([2, 3, 4]);
  expect(compiled).toHaveBeenCalledTimes(3);
});

test("nobody is given a session that somebody still has", async () => {
  const [first, second] = [await createSession(shifted(10)), await createSession(shifted(10))];
  expect(compiled).toHaveBeenCalledTimes(2);
  await first.close();
  await second.close();
  const third = await createSession(shifted(10));
  const fourth = await createSession(shifted(10));
  // of two that were closed one was kept
  expect(compiled).toHaveBeenCalledTimes(3);
  await third.close();
  await fourth.close();
});

test("a signal stops only whom it is for", async () => {
  const stop = new AbortController();
  const first = await createSession(shifted(20), { threads: 1, signal: stop.signal });
  await first.run({ x: float32([1, 2, 3]) });
  await first.close();
  stop.abort();
  expect(await resultOf(shifted(20), [1, 2, 3])).toEqual([21, 22, 23]);
  expect(compiled).toHaveBeenCalledTimes(1);
});

test("what is closed twice is kept once, and what is stopped gets none", async () => {
  const first = await createSession(shifted(40), { threads: 1 });
  await first.close();
  await first.close();
  await expect(
    createSession(shifted(40), { threads: 1, signal: AbortSignal.abort(new Error("stop")) }),
  ).rejects.toThrow("stop");
  expect(await resultOf(shifted(40), [1, 2, 3])).toEqual([41, 42, 43]);
  expect(compiled).toHaveBeenCalledTimes(1);
});

test("one that failed is not given to others", async () => {
  const first = await createSession(shifted(30), { threads: 1 });
  await expect(first.run({ x: float32([1, 2]) })).rejects.toThrow("expected the graph to run");
  await first.close();
  expect(await resultOf(shifted(30), [1, 2, 3])).toEqual([31, 32, 33]);
  expect(compiled).toHaveBeenCalledTimes(2);
});

test("sixteen are kept, the last that were closed", async () => {
  const shifts = Array.from({ length: 17 }, (_, index) => 100 + index);
  for (const shift of shifts) await resultOf(shifted(shift), [0, 0, 0]);
  expect(compiled).toHaveBeenCalledTimes(17);
  expect(await resultOf(shifted(101), [0, 0, 0])).toEqual([101, 101, 101]);
  expect(compiled).toHaveBeenCalledTimes(17);
  await resultOf(shifted(100), [0, 0, 0]);
  expect(compiled).toHaveBeenCalledTimes(18);
});

test("none is kept whose values take much memory", async () => {
  const length = 9 * 2 ** 20;
  for (let round = 0; round < 2; round++) {
    const session = await createSession(shifted(1, length), { threads: 1 });
    await session.close();
  }
  expect(compiled).toHaveBeenCalledTimes(2);
});
