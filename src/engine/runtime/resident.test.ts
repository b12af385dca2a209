import { describe, expect, onTestFinished, test } from "vitest";
import { testDevice } from "../../../test/support/device.ts";
import { float32, scalar } from "../../core/index.ts";
import { Operations } from "../onnx/index.ts";
import { type ResidentTensors, residentTensors } from "./resident.ts";
import { type Session, createSession } from "./session.ts";

/** w becomes w + x; gives the sum of the new w. */
async function addingSession(): Promise<Session> {
  const g = new Operations();
  const w = g.add(g.input("w", "float32", [2]), g.input("x", "float32", []));
  g.output(g.reduceSum(w, [0]), "sum");
  g.output(w, "next/w");
  const session = await createSession(g.build(), { device: testDevice, threads: 1, keep: ["next/w"] });
  onTestFinished(() => session.close());
  return session;
}

function resident(w: Float32Array): ResidentTensors {
  const tensors = residentTensors({ w: float32(w) }, { device: testDevice, threads: 1 });
  onTestFinished(() => tensors.close());
  return tensors;
}

async function values(tensors: ResidentTensors): Promise<number[]> {
  return Array.from((await tensors.read()).w.data, Number);
}

describe(`resident tensors on ${testDevice}`, () => {
  test("are what they were made of until a run replaces them", async () => {
    const given = Float32Array.of(1, 2);
    const tensors = resident(given);
    expect(await values(tensors)).toEqual([1, 2]);
    const { sum } = await tensors.run(await addingSession(), { x: scalar(3) });
    expect(sum.data).toEqual(Float32Array.of(9));
    expect(await values(tensors)).toEqual([4, 5]);
    expect(given).toEqual(Float32Array.of(1, 2));
  });

  test("go from one run to the next, also of another session, and outlive a closed one", async () => {
    const tensors = resident(Float32Array.of(0, 1));
    const [first, second] = [await addingSession(), await addingSession()];
    for (const session of [first, first, second, first, second]) {
      expect(Object.keys(await tensors.run(session, { x: scalar(1) }))).toEqual(["sum"]);
    }
    expect(await values(tensors)).toEqual([5, 6]);
    const third = await addingSession();
    await tensors.run(third, { x: scalar(1) });
    expect(await values(tensors)).toEqual([6, 7]);
  });

  test("are as before after a run that failed", async () => {
    const tensors = resident(Float32Array.of(1, 2));
    const session = await addingSession();
    await tensors.run(session, { x: scalar(1) });
    await expect(tensors.run(session, {})).rejects.toThrow(/input/i);
    expect(await values(tensors)).toEqual([2, 3]);
  });
});
