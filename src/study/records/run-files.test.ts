/** @file The files of a run: what was written is read, and damage is named by path. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DataError, float32 } from "../../core/index.ts";
import { encodeSafetensors } from "../../engine/training/index.ts";
import { sha256 } from "../../files/index.ts";
import { encodeCheckpoint, finalCheckpoint } from "./run-checkpoint.ts";
import { epoch, record } from "./run-record.fixture.ts";
import { type RunStore, openRunStore } from "./run-store.ts";

let directory: string;
let store: RunStore;
const inRun = (name: string): string => join(directory, "runs", record.id, name);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "graft-store-"));
  store = openRunStore(directory);
});
afterEach(() => rm(directory, { recursive: true }));

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => expect.unreachable("expected an error"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message;
}

describe("a run", () => {
  test("comes back with its history, which is a line an epoch", async () => {
    await store.writeRun(record);
    await store.writeHistory(record.id, record.epochs);
    expect(await store.readRun(record.id)).toEqual(record);
    expect((await readFile(inRun("history.jsonl"), "utf8")).split("\n")).toHaveLength(3);
    expect(JSON.parse(await readFile(inRun("run.json"), "utf8"))).not.toHaveProperty("epochs");
  });

  test("that has not begun is null, and so is its checkpoint", async () => {
    expect(await store.readRun(record.id)).toBeNull();
    expect(await store.readCheckpoint(record.id)).toBeNull();
  });

  test("is named by path if its record is damaged, of a wrong form, or another's", async () => {
    await store.writeRun(record);
    const whole = await readFile(inRun("run.json"), "utf8");
    const messageAfter = async (text: string): Promise<string> => {
      await writeFile(inRun("run.json"), text);
      return messageOf(store.readRun(record.id));
    };
    const again = "Restore the file, or resume the study, which trains this run again.";
    expect(await messageAfter(whole.slice(0, 100))).toMatch(
      `${inRun("run.json")}: expected JSON that Graft wrote, got: `,
    );
    expect(await messageAfter(whole.replace('"durationMs": 40', '"durationMs": 44'))).toBe(
      `${inRun("run.json")}: expected the file as Graft wrote it, got one whose checksum differs. ${again}`,
    );
    const edited = (change: object): string => JSON.stringify({ ...JSON.parse(whole), seal: undefined, ...change });
    expect(await messageAfter(edited({ status: "finished" }))).toBe(
      `${inRun("run.json")}: status: expected one of pending, running, done, failed, interrupted, got "finished". ${again}`,
    );
    expect(await messageAfter(edited({ training: { epochs: "2" } }))).toBe(
      `${inRun("run.json")}: training.epochs: expected a number, got "2". ${again}`,
    );
    expect(await messageAfter(edited({ id: "M3" }))).toBe(
      `${inRun("run.json")}: expected the record of M2-scratch-seed0, got that of M3. ${again}`,
    );
  });

  test("of an earlier version, without checksums, is read", async () => {
    const { epochs, ...rest } = record;
    await store.writeHistory(record.id, epochs);
    await writeFile(inRun("run.json"), JSON.stringify(rest));
    expect(await store.readRun(record.id)).toEqual(record);
    await writeFile(inRun("run.json"), JSON.stringify({ ...rest, status: "done" }));
    await rm(inRun("history.jsonl"));
    expect(await messageOf(store.readRun(record.id))).toMatch(
      "history.jsonl: expected the epochs of a finished run, got none",
    );
  });

  test("knows its epochs: what a killed process wrote after them is left out, and none may be lost", async () => {
    await store.writeRun(record);
    await store.writeHistory(record.id, [...record.epochs, epoch(3)]);
    expect(await store.readRun(record.id)).toEqual(record);
    const messageAfter = async (change: () => Promise<void>): Promise<string> => {
      await change();
      return messageOf(store.readRun(record.id));
    };
    const expected = `${inRun("history.jsonl")}: expected a history of 2 epochs as Graft wrote it, got `;
    expect(await messageAfter(() => store.writeHistory(record.id, [epoch(1), epoch(3)]))).toMatch(
      `${expected}one whose checksum differs. Restore`,
    );
    expect(await messageAfter(() => store.writeHistory(record.id, [epoch(1)]))).toMatch(`${expected}one of 1. `);
    expect(await messageAfter(() => rm(inRun("history.jsonl")))).toMatch(`${expected}no file. `);
  });

  test("of an earlier version is named by path and line if its history is damaged", async () => {
    const { epochs, ...rest } = record;
    await store.writeHistory(record.id, epochs);
    await writeFile(inRun("run.json"), JSON.stringify(rest));
    const text = await readFile(inRun("history.jsonl"), "utf8");
    await writeFile(inRun("history.jsonl"), text.slice(0, -20));
    const message = await messageOf(store.readRun(record.id));
    expect(message).toMatch(`${inRun("history.jsonl")}, line 2: expected one JSON object, got: `);
    expect(message).toMatch(/\. Restore the file, or resume the study, which trains this run again\.$/);
    await writeFile(inRun("history.jsonl"), text.replace('"testLoss":', '"testLoss":"low","was":'));
    expect(await messageOf(store.readRun(record.id))).toMatch(
      `${inRun("history.jsonl")}, line 1: testLoss: expected a number, got "low".`,
    );
  });
});

describe("a checkpoint", () => {
  const content = finalCheckpoint({ weight: float32([1, 2, 3]) }, { run: record.id });
  const write = () => store.writeCheckpoint(record.id, encodeCheckpoint(content));

  test("comes back as it was", async () => {
    await write();
    expect(await store.readCheckpoint(record.id)).toEqual(content);
  });

  test("of an earlier version has no checksum, and is read", async () => {
    await store.writeCheckpoint(record.id, encodeSafetensors(content));
    expect(await store.readCheckpoint(record.id)).toEqual(content);
  });

  test("is named by path if it is truncated or a bit of it differs anywhere", async () => {
    await write();
    const path = inRun("checkpoint.safetensors");
    const bytes = await readFile(path);
    const flipped = [...bytes.keys()]
      .filter((at) => at % 5 === 0)
      .map((at) => bytes.map((byte, each) => byte ^ (each === at ? 4 : 0)));
    for (const damaged of [...[0, 7, 20, bytes.length - 1].map((length) => bytes.subarray(0, length)), ...flipped]) {
      await writeFile(path, damaged);
      expect(await messageOf(store.readCheckpoint(record.id))).toMatch(new RegExp(`^${path}: expected `));
    }
  });

  test("of a finished run, and its model, are those that its record knows", async () => {
    const files = { checkpoint: sha256(encodeCheckpoint(content)), model: sha256(Buffer.from("model")) };
    await write();
    await store.writeModel(record.id, Buffer.from("model"));
    await store.requireFiles({ id: record.id, files });
    // of earlier versions
    await store.requireFiles({ id: record.id });
    await store.writeModel(record.id, Buffer.from("another"));
    expect(await messageOf(store.requireFiles({ id: record.id, files }))).toBe(
      `${inRun("model.onnx")}: expected the file as Graft wrote it, got one whose checksum differs. ` +
        "Restore the file, or resume the study, which trains this run again.",
    );
    await rm(inRun("checkpoint.safetensors"));
    expect(await messageOf(store.requireFiles({ id: record.id, files }))).toMatch(
      `${inRun("checkpoint.safetensors")}: expected a file of a finished run, got none.`,
    );
  });
});
