import { expect, test } from "vitest";
import { createMemoryGate } from "./memory-gate.ts";

test("work begins in order as far as there is room, and what is too large runs alone", async () => {
  const gate = createMemoryGate(10);
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, sizeBytes: number, fails = false): Promise<string> =>
    gate(sizeBytes, async () => {
      log.push(name);
      await new Promise<void>((end) => ends.set(name, end));
      if (fails) throw new Error(name);
      return name;
    }).catch((error: Error) => `failed: ${error.message}`);
  const end = async (name: string): Promise<string[]> => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
    return log.splice(0);
  };
  const all = [run("a", 4), run("b", 5, true), run("huge", 50), run("c", 1), run("d", 9), run("e", 2)];
  expect(await end("")).toEqual(["a", "b"]);
  expect(await end("a")).toEqual([]);
  expect(await end("b")).toEqual(["huge"]);
  expect(await end("huge")).toEqual(["c", "d"]);
  expect(await end("d")).toEqual(["e"]);
  await end("c");
  await end("e");
  expect(await Promise.all(all)).toEqual(["a", "failed: b", "huge", "c", "d", "e"]);
});
